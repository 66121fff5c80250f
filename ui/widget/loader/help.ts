/** Help where it is needed: a "?" beside a field opens the beginning of the right article; lists of links fill themselves. */

// In somebody else's page, as the loader: nothing global, no style outside a shadow root, nothing thrown. What the desk
// answers is text and stays text: it becomes nodes here, never markup.
interface Step {
  name: string;
  url: string;
}
/** Of an article's first blocks, those that are shown beside a field; others are left to the article. */
interface Block {
  type: string;
  text?: string;
  spans?: { text: string; bold?: boolean }[];
  ordered?: boolean;
  items?: Block[][];
  caption?: string;
  head?: string[];
  rows?: string[][];
  title?: string;
  blocks?: Block[];
}
interface Help {
  id: string;
  title: string;
  description: string;
  lang: string;
  url: string;
  steps: Step[];
  more_steps: number;
  blocks?: Block[];
}
interface Link {
  title: string;
  lang: string;
  url: string;
}
type Words = { help: string; close: string; all: string; person: string; busy: string; failed: string; site: string };

const desk = new URL((document.currentScript as HTMLScriptElement).src).origin;
const MARK = "data-help";
const LINKS = "data-help-links";
const NARROW_PX = 560;

const WORDS: Record<string, Words> = {
  en: {
    help: "Help: ",
    close: "Close",
    all: "Read it all",
    person: "Ask a person",
    busy: "One moment",
    failed: "This help cannot be shown right now.",
    site: "Open the help center",
  },
  "zh-Hans": { help: "帮助：", close: "关闭", all: "查看全文", person: "找客服", busy: "请稍候", failed: "暂时无法显示这条帮助。", site: "打开帮助中心" },
  "zh-Hant": { help: "說明：", close: "關閉", all: "查看全文", person: "找客服", busy: "請稍候", failed: "目前無法顯示這則說明。", site: "打開說明中心" },
};

/** The desk's language for the place where somebody looks: the page's own, else the browser's. */
function languageAt(place: Element): string {
  const tag = place.closest("[lang]")?.getAttribute("lang") || navigator.language;
  if (!/^zh/i.test(tag)) return "en";
  return /hant|tw|hk|mo/i.test(tag) ? "zh-Hant" : "zh-Hans";
}

const CSS = `:host{all:initial;--b:var(--fanlight-brand,#015461);--c:#fff;--x:#0a1e21;--y:#47585a;--l:#d5dfe0}
*{box-sizing:border-box}
button,a,section{font:400 15px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans","PingFang SC","PingFang TC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
.mark{display:inline-grid;place-items:center;width:20px;height:20px;margin-inline-start:6px;padding:0;border:1px solid currentColor;border-radius:50%;background:none;color:var(--b);font-size:13px;font-weight:600;line-height:1;cursor:pointer;vertical-align:text-bottom;position:relative}
.mark::after{content:"";position:absolute;inset:-8px}
:focus-visible{outline:2px solid #0465af;outline-offset:2px}
section{position:absolute;z-index:2147483001;width:min(360px,100vw - 24px);max-height:min(480px,80vh);overflow:auto;padding:16px 18px;border:1px solid var(--l);border-radius:12px;background:var(--c);color:var(--x);box-shadow:0 16px 40px #0a1e2129;outline-offset:-2px;overflow-wrap:anywhere}
.head{display:flex;gap:12px;align-items:start;justify-content:space-between}
h2{margin:0;font-size:17px;line-height:1.35;font-weight:600}
p{margin:8px 0 0;color:var(--y)}
ol,ul{margin:10px 0 0;padding-inline-start:22px}
h3{margin:14px 0 0;font-size:15px;line-height:1.4;font-weight:600}
li p{margin:0}
table{width:100%;margin:8px 0 0;border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:start;font-size:13px;color:var(--y);padding-block-end:4px}
th,td{padding:5px 8px 5px 0;text-align:start;border-block-start:1px solid var(--l);font-weight:400;vertical-align:top}
th{font-size:13px;color:var(--y)}
li{margin:4px 0;color:var(--y)}
a{color:var(--b);text-underline-offset:3px}
.foot{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;position:sticky;bottom:-16px;margin-block:14px -16px;padding-block:10px 16px;background:var(--c)}
.foot button,.close{min-height:36px;padding:0 12px;border:1px solid var(--l);border-radius:8px;background:var(--c);color:var(--x);cursor:pointer}
.close{min-width:36px;min-height:32px;padding:0;flex:none;font-size:18px;line-height:1}
@media(max-width:${NARROW_PX}px){section{position:fixed;inset:auto 0 0!important;width:100%;border-radius:16px 16px 0 0;max-height:70vh;padding-block-end:max(16px,env(safe-area-inset-bottom))}}
@media print{.mark,section{display:none!important}}
@media(prefers-color-scheme:dark){:host(:not([t=light])){--b:var(--fanlight-brand,#5fbdc7);--c:#141b1c;--x:#e8efef;--y:#a9b8b9;--l:#3a4344}:focus-visible{outline-color:#71c9fa}}
:host([t=dark]){--b:var(--fanlight-brand,#5fbdc7);--c:#141b1c;--x:#e8efef;--y:#a9b8b9;--l:#3a4344}`;

const theme = (document.currentScript as HTMLScriptElement).dataset.theme || "";
const sheet = ((): CSSStyleSheet | null => {
  try {
    const made = new CSSStyleSheet(); // a made sheet passes every style policy a page may have
    made.replaceSync(CSS);
    return made;
  } catch {
    return null; // web views of before 2023
  }
})();

function shaded(host: Element): ShadowRoot {
  const root = host.attachShadow({ mode: "open" });
  host.setAttribute("t", theme);
  if (sheet) root.adoptedStyleSheets = [sheet];
  else root.appendChild(document.createElement("style")).textContent = CSS;
  return root;
}

function add<K extends keyof HTMLElementTagNameMap>(to: Node, tag: K, text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  to.appendChild(made);
  return made;
}

/** Only to the desk: an answer that names another place is not followed. */
function away(to: Node, text: string, url: string): HTMLAnchorElement {
  const link = add(to, "a", text);
  if (url.startsWith(`${desk}/`)) link.href = url;
  link.target = "_blank";
  link.rel = "noopener";
  return link;
}

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(`${desk}/api/app/v1/${path}`, { credentials: "omit" });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as T;
}

// ---------------------------------------------------------------- help beside a field

let panel: HTMLElement | null = null;
let opener: HTMLElement | null = null;

function close(isBack: boolean): void {
  panel?.remove();
  panel = null;
  opener?.setAttribute("aria-expanded", "false");
  if (isBack) opener?.focus();
  opener = null;
}

function place(section: HTMLElement, beside: HTMLElement): void {
  const at = beside.getBoundingClientRect();
  const width = section.offsetWidth;
  const height = section.offsetHeight;
  const isAbove = at.bottom + height + 12 > innerHeight && at.top > height + 12;
  section.style.left = `${Math.max(12, Math.min(at.left - 20, innerWidth - width - 12)) + scrollX}px`;
  section.style.top = `${(isAbove ? at.top - height - 8 : at.bottom + 8) + scrollY}px`;
}

function frame(words: Words, title: string): HTMLElement {
  const section = document.createElement("section");
  section.setAttribute("role", "dialog");
  section.setAttribute("aria-labelledby", "t");
  section.tabIndex = -1;
  // No header nor footer: they would be the page's own landmarks a second time.
  const head = add(section, "div");
  head.className = "head";
  add(head, "h2", title).id = "t";
  const shut = add(head, "button", "×");
  shut.className = "close";
  shut.type = "button";
  shut.setAttribute("aria-label", words.close);
  shut.onclick = () => close(true);
  return section;
}

/** A block as text of ours: figures beside the field they are about, words, lists. */
function draw(to: Node, block: Block): void {
  if (block.type === "heading") add(to, "h3", block.text);
  else if (block.type === "paragraph") {
    const words = add(to, "p");
    for (const { text, bold } of block.spans ?? []) add(words, bold ? "b" : "span", text);
  } else if (block.type === "list") {
    const list = add(to, block.ordered ? "ol" : "ul");
    for (const item of block.items ?? []) for (const each of item) draw(add(list, "li"), each);
  } else if (block.type === "table") {
    const table = add(add(to, "div"), "table");
    if (block.caption) add(table, "caption", block.caption);
    const head = add(add(table, "thead"), "tr");
    for (const cell of block.head ?? []) add(head, "th", cell).scope = "col";
    const body = add(table, "tbody");
    for (const row of block.rows ?? []) {
      const line = add(body, "tr");
      for (const cell of row) add(line, "td", cell);
    }
  } else if (block.type === "aside") {
    if (block.title) add(to, "h3", block.title);
    for (const each of block.blocks ?? []) draw(to, each);
  }
}

function footOf(section: HTMLElement): HTMLElement {
  const foot = add(section, "div");
  foot.className = "foot";
  return foot;
}

function fill(help: Help, words: Words, language: string): HTMLElement {
  const section = frame(words, help.title);
  if (help.lang !== language) section.lang = help.lang;
  if (help.description) add(section, "p", help.description);
  if (help.steps.length) {
    const list = add(section, "ol");
    for (const step of help.steps) away(add(list, "li"), step.name, step.url);
  } else for (const block of help.blocks ?? []) draw(section, block);
  const foot = footOf(section);
  away(foot, help.more_steps ? `${words.all} (+${help.more_steps})` : words.all, help.url);
  const chat = (window as unknown as { Fanlight?: (verb: string, value: unknown) => void }).Fanlight;
  if (chat) {
    const person = add(foot, "button", words.person);
    person.type = "button";
    person.onclick = () => {
      close(false);
      chat("open", { contact: true, article: help.id });
    };
  }
  return section;
}

async function open(key: string, by: HTMLElement, language: string): Promise<void> {
  const isAgain = opener === by;
  close(isAgain);
  if (isAgain) return;
  const words = WORDS[language] as Words;
  opener = by;
  by.setAttribute("aria-expanded", "true");
  const host = (panel = document.createElement("div"));
  const root = shaded(host);
  document.body.append(host);
  const show = (section: HTMLElement): void => {
    root.querySelector("section")?.remove();
    root.append(section);
    place(section, by);
    section.focus({ preventScroll: true });
  };
  show(frame(words, words.busy));
  let section: HTMLElement;
  try {
    section = fill(await ask<Help>(`${language}/help/${encodeURIComponent(key)}`), words, language);
  } catch {
    section = frame(words, words.failed);
    away(footOf(section), words.site, `${desk}/${language}/`);
  }
  if (panel === host) show(section); // nobody closed it meanwhile
}

function marked(element: HTMLElement): void {
  const key = element.getAttribute(MARK) || "";
  if (!key || element.hasAttribute("data-help-ready")) return;
  element.setAttribute("data-help-ready", "");
  const isButton = element.matches("button,a[href],[role=button]");
  let by = element;
  if (!isButton) {
    const words = WORDS[languageAt(element)] as Words;
    const name = (element.textContent || "").trim().slice(0, 80);
    const host = element.appendChild(document.createElement("span"));
    by = add(shaded(host), "button", "?");
    by.className = "mark";
    (by as HTMLButtonElement).type = "button";
    by.setAttribute("aria-label", words.help + name);
  }
  by.setAttribute("aria-haspopup", "dialog");
  by.setAttribute("aria-expanded", "false");
  by.addEventListener("click", (event) => {
    event.preventDefault(); // a label would give the focus to its field
    void open(element.getAttribute(MARK) || key, by, languageAt(element));
  });
}

// ---------------------------------------------------------------- lists of links

async function listed(element: HTMLElement): Promise<void> {
  const names = element.getAttribute(LINKS) || "";
  if (!names || element.hasAttribute("data-help-ready")) return;
  element.setAttribute("data-help-ready", "");
  const language = languageAt(element);
  try {
    const links = await ask<Link[]>(`${language}/links/${encodeURIComponent(names.replace(/\s+/g, ""))}`);
    if (!links.length) return; // what the page wrote itself stays
    const list = document.createElement("ul");
    for (const each of links) {
      const link = away(add(list, "li"), each.title, each.url);
      if (each.lang !== language) link.lang = each.lang;
    }
    element.replaceChildren(list);
  } catch {
    // What the page wrote itself stays.
  }
}

// ---------------------------------------------------------------- the page as it is, and as it becomes

function look(root: ParentNode): void {
  for (const each of root.querySelectorAll<HTMLElement>(`[${MARK}]`)) marked(each);
  for (const each of root.querySelectorAll<HTMLElement>(`[${LINKS}]`)) void listed(each);
}

let isDue = false;
function begin(): void {
  look(document);
  // Pages made by scripts come piece by piece; looking once a frame is enough.
  new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      look(document);
      if (opener && !opener.isConnected) close(false);
    });
  }).observe(document.body, { childList: true, subtree: true });
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel && !event.isComposing) close(true);
});
addEventListener("pointerdown", (event) => {
  const path = event.composedPath();
  if (panel && !path.includes(panel) && !(opener && path.includes(opener))) close(false);
});
addEventListener("resize", () => {
  const section = panel?.shadowRoot?.querySelector("section");
  if (section && opener) place(section, opener);
});

if (document.body) begin();
else addEventListener("DOMContentLoaded", begin);

export {}; // a module of its own: the two scripts share no names
