/** What is being written on one ticket: kept on the server while one types, and in the browser until it got there. */
import { SvelteMap } from "svelte/reactivity";
import type { Draft, Id } from "$shared/api";
import { put } from "$shared/http";

/** Typing may pause this long before the draft is saved, in milliseconds. */
const PAUSE_MS = 700;

export type DraftState = "none" | "typing" | "saving" | "saved" | "unsaved";

/** A reply belongs to one conversation, a note to the ticket; the two never share a text. */
export type Slot = { kind: "reply"; conversation_id: Id } | { kind: "note"; conversation_id: null };

const keyOf = (slot: Slot): string => `${slot.kind}:${slot.conversation_id ?? ""}`;

export class Drafts {
  private readonly texts = new SvelteMap<string, string>();
  private readonly states = new SvelteMap<string, { state: DraftState; at: string | null }>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly slots = new Map<string, Slot>();

  constructor(
    private readonly ticketId: Id,
    drafts: Draft[],
  ) {
    for (const draft of drafts) {
      const key = `${draft.kind}:${draft.conversation_id ?? ""}`;
      this.texts.set(key, draft.text);
      this.states.set(key, { state: "saved", at: draft.updated_at });
    }
    for (const [key, text] of Object.entries(this.kept())) if (!this.texts.get(key)) this.texts.set(key, text);
  }

  text(slot: Slot): string {
    return this.texts.get(keyOf(slot)) ?? "";
  }

  state(slot: Slot): { state: DraftState; at: string | null } {
    return this.states.get(keyOf(slot)) ?? { state: "none", at: null };
  }

  write(slot: Slot, text: string): void {
    const key = keyOf(slot);
    this.slots.set(key, slot);
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
    void put(`/api/console/tickets/${this.ticketId}/draft`, { ...slot, text: "" }).catch(() => undefined);
  }

  /** Save what still waits, e.g. when the ticket is left. */
  async flush(): Promise<void> {
    await Promise.all([...this.timers.keys()].map((key) => this.save(key)));
  }

  private async save(key: string): Promise<void> {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    const slot = this.slots.get(key);
    if (!slot) return;
    const text = this.texts.get(key) ?? "";
    this.states.set(key, { state: "saving", at: null });
    try {
      const { updated_at } = await put<{ updated_at: string }>(`/api/console/tickets/${this.ticketId}/draft`, { ...slot, text });
      // Typing went on meanwhile: the next save will say so.
      if (!this.timers.has(key) && this.texts.has(key)) this.states.set(key, text ? { state: "saved", at: updated_at } : { state: "none", at: null });
      this.keep();
    } catch {
      if (this.texts.has(key)) this.states.set(key, { state: "unsaved", at: null });
    }
  }

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
