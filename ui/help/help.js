// What pages gain with a script: the theme switch, suggestions while typing, the place in the text,
// and on the way to a person what was searched before.

const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    try {
      localStorage.setItem("fanlight.theme", root.dataset.theme);
    } catch {
      // Kept for this page only.
    }
  });
}

// A menu closes when somebody clicks elsewhere or presses Escape.
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(".menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.setAttribute("aria-label", button.dataset.copied);
  });
}

// The chat's own script brings the function; it runs after this one, so it is asked for on the press.
// Where it names an element, what stands there comes along as a draft.
for (const button of document.querySelectorAll("[data-open-chat]")) {
  button.hidden = false;
  const words = document.getElementById(button.dataset.openChat);
  const wish = words ? { contact: true, draft: words.textContent } : undefined;
  button.addEventListener("click", () => globalThis.Fanlight?.("open", wish));
}

// From the chat's frame to a form: words behind the mark of an address never leave this browser.
const carried = new URLSearchParams(location.hash.slice(1)).get("words");
const written = document.querySelector(".write-us textarea[name=text]");
if (carried && written && !written.value) {
  written.value = carried.slice(0, written.maxLength);
  history.replaceState(null, "", location.pathname + location.search);
}

// Whoever writes to us after searching brings along what was looked for: kept in this tab only,
// shown above the form before it is sent.
const SEARCHED = "fanlight.searched";
const MOST_SEARCHED = 3;

function searched() {
  try {
    return JSON.parse(sessionStorage.getItem(SEARCHED) ?? "[]");
  } catch {
    return [];
  }
}

function remember(text) {
  const words = text.trim().slice(0, 60);
  if (!words) return;
  const kept = [...searched().filter((each) => each !== words), words].slice(-MOST_SEARCHED);
  try {
    sessionStorage.setItem(SEARCHED, JSON.stringify(kept));
  } catch {
    // Nothing comes along then.
  }
}

if (location.pathname.endsWith("/search")) remember(new URLSearchParams(location.search).get("q") ?? "");
for (const link of document.querySelectorAll('a[href*="/contact"]')) {
  link.addEventListener("click", () => {
    const address = new URL(link.href);
    const words = searched().join(", ");
    if (words && address.origin === location.origin) address.searchParams.set("q", words);
    link.href = address.href;
  });
}

const form = document.querySelector("form[data-suggest]");
if (form) suggestFor(form, form.querySelector("input[type=search]"));

function suggestFor(form, input) {
  const list = document.createElement("div");
  list.id = "suggestions";
  list.className = "suggest";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.label);
  form.append(list);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
    ["autocomplete", "off"],
  ]) {
    input.setAttribute(name, value);
  }

  let asked = 0;
  let timer;
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    // Whoever has begun to choose keeps this list: a late answer must not take it away.
    clearTimeout(timer);
    asked += 1;
    const options = [...list.children];
    chosen = (place + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", number === chosen));
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };

  const show = (results) => {
    list.replaceChildren(
      ...results.map((result, number) => {
        const option = document.createElement("a");
        option.id = `suggestion-${number}`;
        option.href = result.url;
        option.tabIndex = -1;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.lang = result.lang;
        const title = document.createElement("b");
        title.textContent = result.title;
        const where = document.createElement("span");
        where.className = "meta";
        where.textContent = result.category;
        option.append(title, where);
        option.addEventListener("click", () => remember(input.value));
        return option;
      }),
    );
    chosen = -1;
    list.hidden = results.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };

  const ask = async () => {
    const text = input.value.trim();
    const mine = ++asked;
    if (text.length < 2) return close();
    try {
      const address = new URL(form.dataset.suggest, location.href);
      address.searchParams.set("q", text);
      address.searchParams.set("lang", root.lang);
      const answer = await fetch(address);
      if (mine === asked && answer.ok) show((await answer.json()).results);
    } catch {
      // No suggestions then; the search itself still works.
    }
  };

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    // While an input method composes, the letters are not words yet.
    if (!event.isComposing) timer = setTimeout(ask, 120);
  });
  input.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 60);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) list.children[chosen].click();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}

// The table of contents follows the reader.
const entries = [...document.querySelectorAll(".toc.follows a")];
if (entries.length > 0) {
  const heads = entries.map((entry) => document.getElementById(decodeURIComponent(entry.hash.slice(1))));
  const follow = () => {
    let here = 0;
    heads.forEach((head, place) => {
      if (head && head.getBoundingClientRect().top < 140) here = place;
    });
    entries.forEach((entry, place) => {
      if (place === here) entry.setAttribute("aria-current", "true");
      else entry.removeAttribute("aria-current");
    });
  };
  // Looked at once a frame at most; a jump to the end passes no heading on its way.
  let isAsked = false;
  const look = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      follow();
    });
  };
  addEventListener("scroll", look, { passive: true });
  follow();
}
