/** What is being written on one ticket: kept on the server while one types, and in the browser until it got there. */
import { SvelteMap } from "svelte/reactivity";
import type { Draft, Id } from "$shared/api";
import { isUnheard, put, putLast } from "$shared/http";

/** Typing may pause this long before the draft is saved, in milliseconds. */
const PAUSE_MS = 700;
/** A draft that did not get there is tried again after this, doubled up to the other, in milliseconds. */
const AGAIN_MS = 3000;
const AGAIN_MOST_MS = 60_000;

export type DraftState = "none" | "typing" | "saving" | "saved" | "unsaved";

/** A reply belongs to one conversation, a note to the ticket; the two never share a text. */
export type Slot = { kind: "reply"; conversation_id: Id } | { kind: "note"; conversation_id: null };

const keyOf = (slot: Slot): string => `${slot.kind}:${slot.conversation_id ?? ""}`;

function slotOf(key: string): Slot {
  const id = key.slice(key.indexOf(":") + 1);
  return key.startsWith("reply:") ? { kind: "reply", conversation_id: id } : { kind: "note", conversation_id: null };
}

export class Drafts {
  private readonly texts = new SvelteMap<string, string>();
  private readonly states = new SvelteMap<string, { state: DraftState; at: string | null }>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private again: ReturnType<typeof setTimeout> | undefined;
  private waitMs = AGAIN_MS;
  private isLeft = false;

  constructor(
    private readonly ticketId: Id,
    drafts: Draft[],
  ) {
    for (const draft of drafts) {
      const key = `${draft.kind}:${draft.conversation_id ?? ""}`;
      this.texts.set(key, draft.text);
      this.states.set(key, { state: "saved", at: draft.updated_at });
    }
    // Only what the server does not have is kept here, so it is the newer of the two.
    for (const [key, text] of Object.entries(this.kept())) this.adopt(key, text);
  }

  /** Words of a cut that outlived the page: shown, and brought to the server now. */
  private adopt(key: string, text: string): void {
    this.texts.set(key, text);
    this.states.set(key, { state: "unsaved", at: null });
    void this.save(key);
  }

  text(slot: Slot): string {
    return this.texts.get(keyOf(slot)) ?? "";
  }

  state(slot: Slot): { state: DraftState; at: string | null } {
    return this.states.get(keyOf(slot)) ?? { state: "none", at: null };
  }

  write(slot: Slot, text: string): void {
    const key = keyOf(slot);
    this.texts.set(key, text);
    this.states.set(key, { state: "typing", at: null });
    this.keep();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => void this.save(key), PAUSE_MS),
    );
  }

  /** It was sent: the server drops its copy with the message, we drop ours. */
  clear(slot: Slot): void {
    const key = keyOf(slot);
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.texts.delete(key);
    this.states.delete(key);
    this.keep();
    void put(this.path, { ...slot, text: "" }).catch(() => undefined);
  }

  /** Save what still waits; `send` is another one where the page may be gone before the answer. */
  async flush(send = put): Promise<void> {
    const waiting = [...this.states].filter(([, one]) => one.state !== "saved" && one.state !== "none");
    await Promise.all(waiting.map(([key]) => this.save(key, send)));
  }

  /** The page goes away, or may: the browser takes what waits to the server without it. */
  goAway(): void {
    void this.flush(putLast);
  }

  /** The ticket is left. What a cut holds back is still sent when it ends. */
  leave(): void {
    this.isLeft = true;
    void this.flush();
  }

  private get path(): string {
    return `/api/console/tickets/${this.ticketId}/draft`;
  }

  private async save(key: string, send = put): Promise<void> {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    const text = this.texts.get(key) ?? "";
    this.states.set(key, { state: "saving", at: null });
    try {
      const { updated_at } = await send<{ updated_at: string }>(this.path, { ...slotOf(key), text });
      this.waitMs = AGAIN_MS;
      // Typing went on meanwhile: the next save will say so.
      if (!this.timers.has(key) && this.texts.has(key)) this.states.set(key, text ? { state: "saved", at: updated_at } : { state: "none", at: null });
      this.keep();
    } catch (error) {
      if (this.timers.has(key) || !this.texts.has(key)) return;
      this.states.set(key, { state: "unsaved", at: null });
      if (isUnheard(error)) this.later();
    }
  }

  /** Try again by ourselves: as soon as the network is back, and now and then, for a server that was away. */
  private later(): void {
    if (this.again !== undefined) return;
    this.again = setTimeout(this.retry, this.waitMs);
    this.waitMs = Math.min(this.waitMs * 2, AGAIN_MOST_MS);
    window.addEventListener("online", this.retry);
  }

  private readonly retry = (): void => {
    clearTimeout(this.again);
    this.again = undefined;
    window.removeEventListener("online", this.retry);
    // Of a ticket that was left, another page of it may have gone on with the words, or sent them.
    if (this.isLeft) for (const [key, text] of this.texts) if (this.kept()[key] !== text) this.states.delete(key);
    void this.flush();
  };

  /** The browser's copy: only what the server does not have yet. */
  private get storeKey(): string {
    return `fanlight.drafts.${this.ticketId}`;
  }

  private kept(): Record<string, string> {
    try {
      return JSON.parse(sessionStorage.getItem(this.storeKey) ?? "{}") as Record<string, string>;
    } catch {
      return {};
    }
  }

  private keep(): void {
    const unsaved: Record<string, string> = {};
    for (const [key, text] of this.texts) if (text && this.states.get(key)?.state !== "saved") unsaved[key] = text;
    try {
      if (Object.keys(unsaved).length) sessionStorage.setItem(this.storeKey, JSON.stringify(unsaved));
      else sessionStorage.removeItem(this.storeKey);
    } catch {
      // Storage is closed: the server's copy is the only one.
    }
  }
}
