/** The one script an exchange's page embeds: a button, a frame opened on demand, and the words between the two. */

// Everything here runs in somebody else's page: no global but Fanlight, no style outside the shadow root, nothing thrown.
type Said = { fanlight: 1; t: string; n?: number; has?: boolean; json?: string | null };
type GetToken = string | (() => string | null | Promise<string | null>);
const VERBS = ["open", "close", "identify", "onUnread", "logout"] as const;
type Verb = (typeof VERBS)[number];
type Api = ((...said: unknown[]) => void) & { q?: ArrayLike<unknown>[] } & Partial<Record<Verb, (value?: unknown) => void>>;
type Policy = { createScriptURL: (text: string) => unknown };

const page = window as unknown as { Fanlight?: Api; trustedTypes?: { createPolicy: (name: string, rules: Policy) => Policy } };
const script = document.currentScript as HTMLScriptElement;
const desk = new URL(script.src).origin;
const { lang, theme, launcher } = script.dataset;
const tag = lang || document.documentElement.lang || navigator.language;
const isHant = /hant|tw|hk|mo/i.test(tag);
const words = !/^zh/i.test(tag) ? ["Support", "new"] : isHant ? ["客服", "則新訊息"] : ["客服", "条新消息"];
// Says that a talk exists, so that its frame is fetched before anybody opens it.
const MARK = "fanlight.talk";
// What the frame keeps; here only where the browser gives a frame of another site no store of its own.
const KEPT = "fanlight.kept";

let frame: HTMLIFrameElement | undefined;
let isReady = false;
let isOpen = false;
let opener: HTMLElement = document.body;
let getToken: GetToken | undefined;
const heard: ((unread: number) => void)[] = [];
const waiting: object[] = [];

const host = document.createElement("div");
const root = host.attachShadow({ mode: "open" });
const css = `:host{all:initial;--b:var(--fanlight-brand,#015461);--t:var(--fanlight-on-brand,#fff)}
button,iframe{position:fixed;z-index:2147483000;right:20px;bottom:max(20px,env(safe-area-inset-bottom))}
button{display:flex;align-items:center;gap:8px;height:48px;padding:0 20px 0 16px;border:0;border-radius:24px;background:var(--b);color:var(--t);font:600 16px/1 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;cursor:pointer;box-shadow:0 8px 24px #0a1e2133}
button:focus-visible{outline:2px solid #0465af;outline-offset:3px}
button[hidden]{display:none}
svg{width:20px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
b{min-width:20px;padding:0 6px;box-sizing:border-box;border-radius:10px;background:#f7bc50;color:#362207;font-size:13px;line-height:20px;text-align:center}
b:empty{display:none}
iframe{width:384px;height:min(852px,100vh - 40px);height:min(852px,100dvh - 40px);border:0;border-radius:16px;background:#fff;box-shadow:0 0 0 1px #0a1e211f,0 24px 64px #0a1e212e;transition:opacity .24s,transform .24s,visibility .24s}
iframe.off{visibility:hidden;opacity:0;transform:translateY(8px)}
@media(max-width:480px){button{right:16px;width:52px;height:52px;padding:0;justify-content:center;border-radius:26px}button span{display:none}b{position:absolute;top:-4px;right:-4px}:host([w]) button{visibility:hidden}}
@media(max-width:860px){iframe{inset:0;width:100%;height:100%;border-radius:0}}
@media(prefers-color-scheme:dark){:host(:not([t=light])){--b:var(--fanlight-brand,#5fbdc7);--t:var(--fanlight-on-brand,#02171c)}:host(:not([t=light])) iframe{background:#141b1c;box-shadow:0 0 0 1px #3a4344,0 24px 64px #0009}button:focus-visible{outline-color:#71c9fa}}
:host([t=dark]){--b:var(--fanlight-brand,#5fbdc7);--t:var(--fanlight-on-brand,#02171c)}:host([t=dark]) iframe{background:#141b1c}
@media(prefers-reduced-motion:reduce){iframe{transition:none}}
@media(forced-colors:active){button{border:1px solid}}
@media print{button,iframe{display:none!important}}`;
try {
  const sheet = new CSSStyleSheet(); // a made sheet passes every style policy a page may have
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
} catch {
  (root.appendChild(document.createElement("style"))).textContent = css; // web views of before 2023
}
host.setAttribute("t", theme || "");

// Made piece by piece: pages that demand trusted types refuse markup as text.
const SVG = "http://www.w3.org/2000/svg";
const button = root.appendChild(document.createElement("button"));
const sign = button.appendChild(document.createElementNS(SVG, "svg"));
sign.setAttribute("viewBox", "0 0 24 24");
sign.setAttribute("aria-hidden", "true");
sign
  .appendChild(document.createElementNS(SVG, "path"))
  .setAttribute("d", "M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719");
button.appendChild(document.createElement("span")).textContent = words[0] as string;
const badge = button.appendChild(document.createElement("b"));
button.type = "button";
button.setAttribute("aria-haspopup", "dialog");
button.setAttribute("aria-expanded", "false");
button.hidden = launcher === "off";
button.onclick = () => show(true);

function keep(name: string, value?: string | null): string | null {
  try {
    if (value === undefined) return localStorage.getItem(name);
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // The page may not store: then a talk lasts as long as the page.
  }
  return null;
}

function post(said: object): void {
  if (isReady) frame?.contentWindow?.postMessage({ fanlight: 1, ...said }, desk);
  else waiting.push(said);
}

function fetchFrame(): void {
  if (frame) return;
  frame = document.createElement("iframe");
  frame.className = "off";
  frame.title = words[0] as string;
  frame.allow = "clipboard-write";
  frame.src = `${desk}/widget/app/#${new URLSearchParams({ lang: tag, theme: theme || "", host: location.origin })}`;
  root.append(frame);
}

async function identify(): Promise<void> {
  let token: string | null | undefined;
  try {
    token = typeof getToken === "function" ? await getToken() : getToken;
  } catch {
    // The page could not say who this is: the talk goes on as a guest's.
  }
  post({ t: "identify", token: token || null });
}

function show(open: boolean, wish?: object): void {
  if (open) fetchFrame();
  if (!frame || (isOpen === open && !wish)) return;
  const active = document.activeElement as HTMLElement | null;
  if (open && !isOpen) opener = active && active !== host && active !== document.body ? active : button;
  isOpen = open;
  frame.className = open ? "" : "off";
  button.setAttribute("aria-expanded", `${open}`);
  button.hidden = open || launcher === "off";
  post({ ...wish, t: open ? "open" : "close" });
  if (open) frame.focus();
  else (opener.isConnected ? opener : button).focus();
}

function unread(n: number): void {
  badge.textContent = n ? (n > 99 ? "99+" : `${n}`) : "";
  button.setAttribute("aria-label", n ? `${words[0]}, ${n} ${words[1]}` : (words[0] as string));
  for (const tell of heard) tell(n);
}

addEventListener("message", (event: MessageEvent<Said>) => {
  const said = event.data;
  if (!frame || event.source !== frame.contentWindow || event.origin !== desk || said?.fanlight !== 1) return;
  if (said.t === "ready") {
    isReady = true;
    post({ t: "init", signed: !!getToken, open: isOpen, page: location.origin + location.pathname, kept: keep(KEPT) });
    waiting.splice(0).forEach(post);
    if (getToken) void identify();
  } else if (said.t === "token") void identify();
  else if (said.t === "close") show(false);
  else if (said.t === "unread") unread(said.n || 0);
  else if (said.t === "talk") keep(MARK, said.has ? "1" : null);
  else if (said.t === "keep") keep(KEPT, said.json || null);
});

const api: Api = (verb, value) => {
  if (verb === "open") show(true, value as object | undefined); // {search}, {article} or {contact}
  else if (verb === "close") show(false);
  else if (verb === "identify") {
    getToken = value as GetToken;
    if (isReady) void identify();
  } else if (verb === "onUnread") heard.push(value as (unread: number) => void);
  else if (verb === "logout") {
    getToken = undefined;
    // The frame keeps the key to a talk: it has to be there to forget it.
    fetchFrame();
    post({ t: "logout" });
    keep(MARK, null);
    keep(KEPT, null);
    unread(0);
    show(false);
  }
};

for (const verb of VERBS) api[verb] = (value) => api(verb, value);

// Any element can open us: data-help-open="", "contact", "search:fees", or an article's name.
addEventListener("click", (event) => {
  const place = (event.target as Element | null)?.closest?.("[data-help-open]")?.getAttribute("data-help-open");
  if (place == null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(true, !place ? undefined : place === "contact" ? { contact: true } : place.startsWith("search:") ? { search: place.slice(7) } : { article: place });
});

// On a telephone the button would lie over the very field somebody writes in.
for (const way of ["focusin", "focusout"])
  addEventListener(way, (event) => host.toggleAttribute("w", way === "focusin" && (event.target as Element).matches?.("input,textarea,select,[contenteditable]")));

// Help beside fields has a script of its own, fetched where a page has any marks, now or later.
const BESIDE = `${desk}/widget/help.js`;
let looking: ReturnType<typeof setTimeout> | undefined;
const watch = new MutationObserver(() => (looking ??= setTimeout(look, 500)));
function look(): void {
  looking = undefined;
  if (!document.querySelector("[data-help],[data-help-links]")) return;
  watch.disconnect();
  if (document.querySelector(`script[src="${BESIDE}"]`)) return; // the page brings it itself
  const beside = document.createElement("script");
  // Pages that demand trusted types let us in by name: trusted-types fanlight.
  const types = page.trustedTypes;
  beside.src = types ? (types.createPolicy("fanlight", { createScriptURL: (text) => text }).createScriptURL(BESIDE) as string) : BESIDE;
  beside.nonce = script.nonce;
  beside.dataset.theme = theme || "";
  document.head.append(beside);
}

function begin(): void {
  document.body.append(host);
  unread(0);
  if (keep(MARK)) setTimeout(fetchFrame, 1200); // after the page's own work
  watch.observe(document.body, { childList: true, subtree: true });
  look(); // last: a page's policy may refuse it
}

const queued = page.Fanlight?.q;
page.Fanlight = api;
for (const said of Array.from(queued || [])) api(...Array.from(said));
if (document.body) begin();
else addEventListener("DOMContentLoaded", begin);

export {}; // a module of its own: the two scripts share no names
