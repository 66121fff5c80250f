/** What a customer's proofs are still worth now; the same rules as `features/people/assurance.py`. */
import type { Item } from "$shared/api";

const MINUTE_MS = 60_000;
/** A second proof counts for 15 minutes, a signed session for 60, control of an address for a day. */
const STEPS = [
  { level: 3, until: 15 * MINUTE_MS },
  { level: 2, until: 60 * MINUTE_MS },
  { level: 1, until: 24 * 60 * MINUTE_MS },
];

export interface Standing {
  level: number;
  /** The message that carries it. */
  item: Item;
  /** When it falls, and to which level; null when it is as low as it gets. */
  falls: { at: Date; to: number } | null;
}

function standing(item: Item, now: Date): Standing | null {
  const identity = item.identity;
  if (!identity || identity.level === 0) return null;
  const proven = new Date(identity.proven_at ?? item.at).getTime();
  const age = now.getTime() - proven;
  // An authenticated mail counts for that mail alone.
  if (identity.method === "dmarc") return null;
  const reached = STEPS.filter((step) => step.level <= identity.level);
  const holds = reached.find((step) => age <= step.until);
  if (!holds) return null;
  const to = holds.level - 1;
  return { level: holds.level, item, falls: { at: new Date(proven + holds.until), to } };
}

/** The best that still stands among what the customer said; null when nothing does. */
export function best(items: Item[], now: Date): Standing | null {
  let found: Standing | null = null;
  for (const item of items) {
    if (item.kind !== "inbound") continue;
    const one = standing(item, now);
    if (one && (!found || one.level >= found.level)) found = one;
  }
  return found;
}
