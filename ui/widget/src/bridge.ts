/** What passes between this frame and the page around it: few words, to one origin, from one window. */

/** What the page wants to be seen: results, an article by its id or one of its names, or the way to a person. */
export interface Wish {
  search?: unknown;
  article?: unknown;
  contact?: unknown;
  /** Words that the way to a person begins with. */
  draft?: unknown;
}

export type FromHost =
  | { t: "init"; signed: boolean; open: boolean; page: string; kept: string | null }
  | ({ t: "open" } & Wish)
  | { t: "close" }
  | { t: "identify"; token: string | null }
  | { t: "logout" };
export type ToHost = { t: "ready" } | { t: "token" } | { t: "close" } | { t: "unread"; n: number } | { t: "talk"; has: boolean } | { t: "keep"; json: string | null };

const given = new URLSearchParams(location.hash.slice(1));
/** Named by the loader. A wrong name reaches nobody: the browser delivers to this origin only. */
const host = given.get("host");
export const isFramed = window.parent !== window && host !== null;
export const wanted = { lang: given.get("lang") ?? navigator.language, theme: given.get("theme") ?? "" };

export function tell(said: ToHost): void {
  if (isFramed && host) window.parent.postMessage({ fanlight: 1, ...said }, host);
}

export function listen(hear: (said: FromHost) => void): void {
  window.addEventListener("message", (event: MessageEvent<FromHost & { fanlight?: number }>) => {
    if (event.source === window.parent && event.origin === host && event.data?.fanlight === 1) hear(event.data);
  });
  if (isFramed) tell({ t: "ready" });
  else hear({ t: "init", signed: false, open: true, page: "", kept: null });
}
