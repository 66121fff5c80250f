/** Every ticket row the agent may see, kept true by the feed: stale rows + frames == a fresh fetch. */
import { SvelteMap } from "svelte/reactivity";
import type { ConsoleHears, ConsoleSays, Id, InboxPage, InboxRow, Page, View } from "$shared/api";
import { get, isProblem } from "$shared/http";
import { LiveSocket, type LiveState } from "$shared/live";
import { agent, recognise } from "../session.svelte";
import { belongs, isFirst, type Mark, newer, order } from "./membership";

/** What of a view is loaded: rows down to `bottom`; null when all of it is. */
interface Loaded {
  next: string | null;
  bottom: Mark | null;
}

type Hear = (frame: ConsoleHears) => void;

export class Inbox {
  readonly rows = new SvelteMap<Id, InboxRow>();
  views = $state.raw<View[]>([]);
  line = $state<LiveState>("stopped");
  readonly loaded = new SvelteMap<string, Loaded>();
  /** Rises with every greeting after a cut: whoever shows details reads them again. */
  greetings = $state(0);
  private feed: string | null = null;
  private readonly listeners = new Set<Hear>();
  readonly socket: LiveSocket<ConsoleHears, ConsoleSays>;

  constructor() {
    this.socket = new LiveSocket<ConsoleHears, ConsoleSays>({
      path: "/api/console/live",
      hello: () => (this.feed === null ? null : { t: "hello", feed: this.feed }),
      ready: "ready",
      ping: { t: "ping" },
      hear: (frame) => this.hear(frame),
      changed: (state) => (this.line = state),
      // A refused socket does not say why; a signed-out session answers plain HTTP with 401.
      struggling: (tries) => void (tries % 3 === 0 && navigator.onLine && recognise().catch(() => undefined)),
    });
  }

  async start(): Promise<void> {
    this.socket.start();
    this.views = (await get<{ views: View[] }>("/api/console/views")).views;
  }

  stop(): void {
    this.socket.stop();
    this.listeners.clear();
  }

  /** Hear every frame that is not about rows; returns the function that stops it. */
  listen(hear: Hear): () => void {
    this.listeners.add(hear);
    return () => this.listeners.delete(hear);
  }

  /** The rows of a view as far as it is loaded. */
  list(view: string): InboxRow[] {
    const loaded = this.loaded.get(view);
    if (!loaded) return [];
    const me = agent().id;
    const found: InboxRow[] = [];
    for (const row of this.rows.values()) {
      if (!belongs(row, view, me)) continue;
      if (!isFirst(row) && loaded.bottom && order(row, loaded.bottom) > 0) continue;
      found.push(row);
    }
    return found.sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)) || order(a, b));
  }

  /** Fetch the first page of a view, or do nothing when the feed has kept it. */
  async open(view: string): Promise<void> {
    if (!this.loaded.has(view)) await this.fetch(view, null);
  }

  async more(view: string): Promise<void> {
    const loaded = this.loaded.get(view);
    if (loaded?.next) await this.fetch(view, loaded.next);
  }

  private read(view: string, after: string | null): Promise<InboxPage> {
    const query = new URLSearchParams({ view, limit: "50" });
    if (after) query.set("after", after);
    return get<InboxPage>(`/api/console/tickets?${query}`);
  }

  private async fetch(view: string, after: string | null): Promise<void> {
    this.place(view, await this.read(view, after));
  }

  private place(view: string, page: InboxPage): void {
    for (const row of [...page.first, ...page.rows]) this.take(row);
    const last = page.rows.at(-1);
    const bottom = page.next === null ? null : last ? { active_at: last.active_at, id: last.id } : (this.loaded.get(view)?.bottom ?? null);
    this.loaded.set(view, { next: page.next, bottom });
    if (this.feed === null) {
      // Frames from here on: the first page and the feed together miss nothing.
      this.feed = page.feed;
      this.socket.hail();
    }
  }

  take(row: InboxRow): void {
    const old = this.rows.get(row.id);
    if (!old || newer(row, old)) this.rows.set(row.id, row);
  }

  private hear(frame: ConsoleHears): void {
    switch (frame.t) {
      case "ready":
        // A frame may have brought a later cursor before this answer came.
        if (this.feed === null) this.feed = frame.feed;
        this.greetings += 1;
        break;
      case "row":
        this.take(frame.row);
        this.feed = frame.feed;
        break;
      case "gone":
        this.rows.delete(frame.id);
        this.feed = frame.feed;
        break;
      case "counts":
        this.views = frame.views;
        break;
      case "signed_out":
        // Plain HTTP says so too, and leads to the door.
        void recognise().catch(() => undefined);
        break;
      case "resync":
        void this.again();
        break;
      default:
    }
    for (const hear of this.listeners) hear(frame);
  }

  /** Our cursor was too old: what we hold may be wrong, so read everything that is open again. */
  async again(): Promise<void> {
    try {
      const pages: [string, InboxPage][] = [];
      // One after the other: the first page's cursor is the earliest, so no frame is missed.
      for (const view of this.loaded.keys()) pages.push([view, await this.read(view, null)]);
      this.feed = null;
      this.rows.clear();
      this.loaded.clear();
      for (const [view, page] of pages) this.place(view, page);
      this.views = (await get<{ views: View[] }>("/api/console/views")).views;
    } catch (error) {
      if (!isProblem(error)) throw error;
      // The line is cut again: the next greeting has the old cursor and is told to resync once more.
    }
  }

  async search(words: string, after: string | null, signal?: AbortSignal): Promise<Page<InboxRow>> {
    const query = new URLSearchParams({ q: words });
    if (after) query.set("after", after);
    const page = await get<Page<InboxRow>>(`/api/console/search?${query}`, signal);
    for (const row of page.rows) this.take(row);
    return page;
  }
}

let shared: Inbox | undefined;

/** The one inbox of a signed-in page. */
export function inbox(): Inbox {
  shared ??= new Inbox();
  return shared;
}

export function closeInbox(): void {
  shared?.stop();
  shared = undefined;
}
