/** Addresses under /console/: a folder in routes/ is a page, [name] a part of it, [[name]] one that may be missing. */
import type { Component } from "svelte";
import { mayLeave, warn } from "./leaving.svelte";

export const BASE = "/console/";

export type RouteParams = Record<string, string>;
type Page = Component<{ params: RouteParams }>;
type Fetch = () => Promise<{ default: Page }>;

interface Route {
  id: string;
  parts: string[];
  fetch: Fetch;
}

export interface Place {
  /** The folder in routes/, e.g. "inbox/[view]/[[ticket]]". */
  id: string;
  params: RouteParams;
  query: URLSearchParams;
  page: Page;
}

const routes: Route[] = Object.entries(import.meta.glob<{ default: Page }>("./routes/**/Page.svelte"))
  .map(([file, fetch]) => {
    const id = file.slice("./routes/".length, -"/Page.svelte".length);
    return { id, parts: id.split("/"), fetch };
  })
  // A fixed word is meant before a placeholder: settings/me before settings/[id].
  .sort((a, b) => Number(a.id.includes("[")) - Number(b.id.includes("[")));

let place = $state.raw<Place>();
let failed = $state(false);
let asked = 0;

export const where = (): Place | undefined => place;
export const isMissing = (): boolean => failed;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a mistyped address is an address we do not have, not an error
  }
}

function match(path: string): { route: Route; params: RouteParams } | undefined {
  const given = path.split("/").filter(Boolean).map(decoded);
  for (const route of routes) {
    const params: RouteParams = {};
    const fits = route.parts.every((part, n) => {
      const value = given[n];
      const name = /^\[\[?(\w+)\]?\]$/.exec(part)?.[1];
      if (name === undefined) return part === value;
      if (value !== undefined) params[name] = value;
      return value !== undefined || part.startsWith("[[");
    });
    if (fits && given.length <= route.parts.length) return { route, params };
  }
  return undefined;
}

/** Remembers which address was reloaded for want of its script, so that it happens once. */
const RELOADED = "fanlight.reloaded";

/** A page's script; after an upgrade the old one may be gone from the server, then the new console is fetched. */
async function pageOf(route: Route): Promise<Page | undefined> {
  try {
    const { default: page } = await route.fetch();
    sessionStorage.removeItem(RELOADED);
    return page;
  } catch (error) {
    if (!navigator.onLine || sessionStorage.getItem(RELOADED) === route.id) throw error;
    sessionStorage.setItem(RELOADED, route.id);
    location.reload();
    return undefined;
  }
}

/** The address whose page is on the screen: the bar is ahead of it while somebody is asked whether to leave. */
let shown = "";

/** Show what the address bar says. */
export async function show(): Promise<void> {
  const mine = ++asked;
  shown = location.href;
  const path = location.pathname.slice(BASE.length - 1);
  const found = match(path === "/" ? "/inbox/mine" : path);
  if (!found) {
    failed = true;
    return;
  }
  const page = await pageOf(found.route);
  if (mine !== asked || !page) return; // a later click was faster
  failed = false;
  place = { id: found.route.id, params: found.params, query: new URLSearchParams(location.search), page };
}

/** Go to an address below the base: go("inbox/mine"). Words that are not saved are asked about, unless they are `lost` anyway. */
export function go(to: string, { replace = false, lost = false } = {}): void {
  const url = to.startsWith("/") ? to : BASE + to;
  if (url === location.pathname + location.search) return;
  const move = (): void => {
    if (replace) history.replaceState(null, "", url);
    else history.pushState(null, "", url);
    void show();
  };
  const asking = lost ? undefined : mayLeave(new URL(url, location.href));
  if (asking) void asking.then((goes) => goes && move());
  else move();
}

/** Back and forward have moved already when they are told: who stays is put back. */
function onPop(): void {
  const to = location.href;
  const asking = mayLeave(new URL(to));
  if (!asking) return void show();
  history.pushState(null, "", shown);
  void asking.then((goes) => {
    if (!goes) return;
    history.replaceState(null, "", to);
    void show();
  });
}

/** Links stay links: a plain click changes the page, any other click does what the browser does. */
export function followLinks(): () => void {
  function onClick(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.origin !== location.origin || !link.pathname.startsWith(BASE)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  }
  document.addEventListener("click", onClick);
  window.addEventListener("popstate", onPop);
  window.addEventListener("beforeunload", warn);
  return () => {
    document.removeEventListener("click", onClick);
    window.removeEventListener("popstate", onPop);
    window.removeEventListener("beforeunload", warn);
  };
}
