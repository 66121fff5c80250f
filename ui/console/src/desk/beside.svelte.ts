/** What stands beside a ticket and comes from rooms of its own. It is asked for together with the ticket and waited
 *  for a moment, so that nothing moves under the reader when it arrives. */
import type { Id } from "$shared/api";
import { get } from "$shared/http";
import type { Case } from "../emergency/wire";
import { may } from "../session.svelte";
import type { Checks } from "./checks";
import type { NamedObject } from "./named";
import { TicketTriage } from "./triage.svelte";

/** A slow room holds nobody up for longer; what comes later finds its place later. In milliseconds. */
const PATIENCE_MS = 1000;

export class Beside {
  freeze = $state.raw<Case | null>(null);
  checks = $state.raw<Checks | null>(null);
  checksTrouble = $state.raw<unknown>(null);
  /** What the ticket named when it was opened. */
  objects = $state.raw<NamedObject[]>([]);
  readonly triage: TicketTriage;
  private readonly path: string;

  constructor(id: Id) {
    this.path = `/api/console/tickets/${id}`;
    this.triage = new TicketTriage(id);
  }

  async load(): Promise<void> {
    const all = Promise.all([this.lookForFreeze(), this.triage.load(), this.lookForChecks(), this.lookForObjects()]);
    await Promise.race([all, new Promise((enough) => setTimeout(enough, PATIENCE_MS))]);
  }

  async lookForFreeze(): Promise<void> {
    // The ticket itself says what is wrong with it; here nothing more is known.
    this.freeze = await get<Case>(`${this.path}/freeze`).catch(() => null);
  }

  private async lookForChecks(): Promise<void> {
    if (!may("diagnostic.run")) return;
    try {
      this.checks = await get<Checks>(`${this.path}/checks`);
    } catch (error) {
      this.checksTrouble = error;
    }
  }

  private async lookForObjects(): Promise<void> {
    const found = await get<{ objects: NamedObject[] }>(`${this.path}/objects`).catch(() => null);
    this.objects = found?.objects ?? [];
  }
}
