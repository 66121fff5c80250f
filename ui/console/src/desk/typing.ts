/** Telling others that one writes: said again while it goes on, taken back after a pause. */
import type { Id } from "$shared/api";
import type { Slot } from "./drafts.svelte";
import type { Inbox } from "./inbox.svelte";

const EVERY_MS = 3000;
const STOPS_MS = 5000;

export class Typing {
  #toldAt = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly inbox: Inbox,
    private readonly ticket: Id,
  ) {}

  tell(slot: Slot): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.stop(), STOPS_MS);
    if (Date.now() - this.#toldAt < EVERY_MS) return;
    this.#toldAt = Date.now();
    this.inbox.socket.say({ t: "typing", ticket_id: this.ticket, what: slot.kind, conversation_id: slot.conversation_id });
  }

  stop(): void {
    clearTimeout(this.#pause);
    if (this.#toldAt === 0) return;
    this.#toldAt = 0;
    this.inbox.socket.say({ t: "typing", ticket_id: this.ticket, what: "none", conversation_id: null });
  }
}
