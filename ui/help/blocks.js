// What blocks of an article gain with a script: code that is copied, pictures shown whole, terms told
// where they stand, tabs that stay with a reader's choice.

const main = document.querySelector("main[data-read]");
const said = main?.dataset ?? {};
const SAID_FOR_MS = 4000;

function button(words, kind = "btn small") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = words;
  return made;
}

// Code: a button in its corner.
for (const box of document.querySelectorAll(".body .code")) {
  const copy = button(said.copyCode);
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.querySelector("pre").textContent);
    copy.textContent = said.copiedCode;
    setTimeout(() => (copy.textContent = said.copyCode), SAID_FOR_MS);
  });
  box.append(copy);
}

// Pictures: the whole one in a dialog; without a script the link leads to it.
for (const link of document.querySelectorAll(".body a.zoom")) {
  const small = link.querySelector("img");
  link.setAttribute("aria-label", [said.zoom, small.alt].filter(Boolean).join(": "));
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const dialog = document.createElement("dialog");
    dialog.className = "zoomed";
    dialog.setAttribute("aria-label", small.alt || said.zoom);
    const form = document.createElement("form");
    form.method = "dialog";
    const close = button(said.close);
    close.type = "submit";
    form.append(close);
    const whole = new Image(small.width, small.height);
    whole.src = link.href;
    whole.alt = small.alt;
    dialog.append(form, whole);
    dialog.addEventListener("click", (press) => press.target === dialog && dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  });
}

// Terms: told on hover, focus and tap; Escape puts the words away, the link leads to the glossary.
let told = null;

function hush() {
  if (!told) return;
  told.term.removeAttribute("aria-describedby");
  told.box.remove();
  told = null;
}

function tell(term) {
  if (told?.term === term) return;
  hush();
  const box = document.createElement("div");
  box.className = "term-said";
  box.id = "term-said";
  box.setAttribute("role", "tooltip");
  box.lang = term.closest("[lang]").lang;
  const name = document.createElement("b");
  name.textContent = term.dataset.term;
  const words = document.createElement("p");
  words.textContent = term.dataset.said;
  const more = document.createElement("a");
  more.href = term.href;
  more.tabIndex = -1; // the term itself leads there
  more.textContent = said.glossary;
  more.lang = document.documentElement.lang;
  box.append(name, words, more);
  main.append(box);
  const at = term.getBoundingClientRect();
  const room = document.documentElement.clientWidth - box.offsetWidth - 16;
  const below = at.bottom + 8 + box.offsetHeight < innerHeight;
  // Places are set by the script's own hand, which the page's policy allows.
  box.style.left = `${scrollX + Math.max(16, Math.min(at.left - 20, room))}px`;
  box.style.top = `${scrollY + (below ? at.bottom + 8 : at.top - 8 - box.offsetHeight)}px`;
  term.setAttribute("aria-describedby", box.id);
  box.addEventListener("pointerleave", leave);
  told = { term, box };
}

function leave() {
  setTimeout(() => {
    if (told && !told.box.matches(":hover") && !told.term.matches(":hover, :focus")) hush();
  }, 200);
}

for (const term of document.querySelectorAll("a.term[data-said]")) {
  term.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && tell(term));
  term.addEventListener("pointerleave", leave);
  term.addEventListener("focus", () => tell(term));
  term.addEventListener("blur", leave);
  term.addEventListener("click", (event) => {
    // A finger cannot hover: its first tap tells, the link in the words leads on.
    if (event.pointerType === "mouse" || event.detail === 0) return;
    event.preventDefault();
    tell(term);
  });
}
addEventListener("keydown", (event) => event.key === "Escape" && hush());
addEventListener("pointerdown", (event) => {
  if (told && !told.box.contains(event.target) && !told.term.contains(event.target)) hush();
});

// Tabs: who reads for the app reads for the app everywhere on the page, and on the next one.
const CHOSEN = "fanlight.tab";
const picks = [...document.querySelectorAll(".tab > input")];
const nameOf = (pick) => pick.nextElementSibling.textContent;

function choose(name) {
  for (const pick of picks) if (nameOf(pick) === name) pick.checked = true;
}

for (const group of document.querySelectorAll(".tabset")) group.setAttribute("role", "radiogroup");
for (const pick of picks) {
  pick.addEventListener("change", () => {
    choose(nameOf(pick));
    try {
      localStorage.setItem(CHOSEN, nameOf(pick));
    } catch {
      // Chosen for this page alone.
    }
  });
}
try {
  choose(localStorage.getItem(CHOSEN));
} catch {
  // Nothing was kept.
}

// An address may lead to what is folded, or lies in a tab that is not chosen.
function open() {
  const there = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!there) return;
  const pick = there.closest(".tab")?.querySelector("input");
  const folded = there.closest("details");
  if (pick) pick.checked = true;
  if (folded) folded.open = true;
  if (pick || folded) there.scrollIntoView();
}
addEventListener("hashchange", open);
open();
