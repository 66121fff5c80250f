/** What the open ticket names, and how each thing stands; asked again by its age while somebody looks. */
import { SvelteMap } from "svelte/reactivity";
import type { Id } from "$shared/api";
import { get } from "$shared/http";
import type { NamedObject, ObjectState } from "./named";

/** Messages come in bursts, in milliseconds. */
const SETTLE_MS = 400;

export class NamedObjects {
  objects = $state.raw<NamedObject[]>([]);
  /** Missing: not asked yet, or the question itself did not get through. */
  readonly states = new SvelteMap<Id, ObjectState>();
  private readonly timers = new Map<Id, ReturnType<typeof setTimeout>>();
  private reloading: ReturnType<typeof setTimeout> | undefined;
  private isOpen = true;

  constructor(
    private readonly ticketId: Id,
    private readonly mayAsk: boolean,
    first: NamedObject[],
  ) {
    this.take(first);
  }

  /** Something new may be named: look soon, once. */
  reload(): void {
    clearTimeout(this.reloading);
    this.reloading = setTimeout(() => void this.load().catch(() => undefined), SETTLE_MS);
  }

  private async load(): Promise<void> {
    const { objects } = await get<{ objects: NamedObject[] }>(`/api/console/tickets/${this.ticketId}/objects`);
    if (this.isOpen) this.take(objects);
  }

  private take(objects: NamedObject[]): void {
    const known = new Map(this.objects.map((one) => [one.id, one.is_certain]));
    this.objects = objects;
    for (const one of objects) if (this.mayAsk && known.get(one.id) !== one.is_certain) void this.ask(one.id);
  }

  private async ask(id: Id): Promise<void> {
    let again: number | null = 60;
    try {
      const found = await get<ObjectState>(`/api/console/tickets/${this.ticketId}/objects/${id}/state`);
      if (!this.isOpen) return;
      this.states.set(id, found);
      again = found.again_s;
    } catch {
      // What was told last stays, with its time; it is asked again.
    }
    clearTimeout(this.timers.get(id));
    if (this.isOpen && again !== null) this.timers.set(id, setTimeout(() => this.askWhenSeen(id), again * 1000));
  }

  /** A page in the background asks nobody; it does when it is looked at again. */
  private askWhenSeen(id: Id): void {
    if (!document.hidden) return void this.ask(id);
    document.addEventListener("visibilitychange", () => void (this.isOpen && this.ask(id)), { once: true });
  }

  close(): void {
    this.isOpen = false;
    clearTimeout(this.reloading);
    for (const timer of this.timers.values()) clearTimeout(timer);
  }
}
