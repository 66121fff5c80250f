// What readers gain with a script: printing, copied links that say so, a path that remembers its
// steps in this browser only. And the house learns what is read, without learning by whom.

const READ_AFTER_MS = 4000; // whoever left before has not read it
const SAID_MS = 4000;

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

addEventListener("beforeprint", () => {
  for (const line of document.querySelectorAll("[data-printed]")) {
    const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" }).format(new Date());
    line.textContent = ` · ${line.dataset.printed} ${day}`;
    line.hidden = false;
  }
  for (const folded of document.querySelectorAll("main details:not([open])")) folded.open = true;
});

for (const button of document.querySelectorAll("[data-copy]")) {
  const words = button.querySelector("span");
  if (!words) continue;
  const before = words.textContent;
  button.addEventListener("click", () => {
    words.textContent = button.dataset.copied;
    setTimeout(() => (words.textContent = before), SAID_MS);
  });
}

const article = document.querySelector("[data-read]");
if (article) {
  setTimeout(() => {
    if (document.visibilityState === "visible") navigator.sendBeacon(`/api/help/articles/${article.dataset.read}/read`);
  }, READ_AFTER_MS);
}

// A path: which of its steps are done, kept here and nowhere else.
function doneOf(path) {
  try {
    return new Set(JSON.parse(localStorage.getItem(`fanlight.path.${path}`) ?? "[]"));
  } catch {
    return new Set();
  }
}

function keep(path, done) {
  try {
    localStorage.setItem(`fanlight.path.${path}`, JSON.stringify([...done]));
  } catch {
    // Nothing is remembered then; the path works all the same.
  }
}

for (const list of document.querySelectorAll("[data-path]")) {
  const path = list.dataset.path;
  const done = doneOf(path);

  const show = () => {
    for (const button of list.querySelectorAll("[data-stage]")) {
      const is = done.has(button.dataset.stage);
      button.classList.add("works");
      button.setAttribute("aria-pressed", String(is));
      button.closest("li").classList.toggle("done", is);
    }
    for (const link of list.querySelectorAll("[data-day]")) link.classList.toggle("done", done.has(link.dataset.day));
  };

  for (const button of list.querySelectorAll("[data-stage]")) {
    button.addEventListener("click", () => {
      const number = button.dataset.stage;
      if (!done.delete(number)) done.add(number);
      keep(path, done);
      show();
    });
  }
  // Going on from an article of the path is having done it.
  list.querySelector("[rel=next]")?.addEventListener("click", () => {
    if (!list.dataset.here) return;
    done.add(list.dataset.here);
    keep(path, done);
  });
  show();
}
for (const line of document.querySelectorAll("[data-path-kept]")) line.hidden = false;
