/** Official sources as they travel, written in the server's wire structs. */
import type { Id, Time } from "$shared/api";

export const OFFICIAL = "/api/console/official";

export const KINDS = ["domain", "email", "phone", "handle", "group"] as const;
export type Kind = (typeof KINDS)[number];
export type State = "official" | "retired";

export interface Source {
  id: Id;
  kind: Kind;
  platform: string;
  value: string;
  native_id: string;
  state: State;
  words: Record<string, string>;
  since: string;
  until: string | null;
}

export interface Change {
  id: Id;
  act: "add" | "change" | "retire" | "restore";
  source: Source;
  /** "settings": the desk itself proposed it, for it writes from there. */
  reason: string;
  state: "open" | "confirmed" | "refused" | "withdrawn";
  proposer: string;
  proposed_at: Time;
  decider: string;
  decided_at: Time | null;
  is_own: boolean;
  is_desk: boolean;
}

export interface Missing {
  kind: Kind;
  platform: string;
  value: string;
}

export interface OfficialPage {
  sources: Source[];
  open: Change[];
  missing: Missing[];
  may_manage: boolean;
}

export interface History {
  changes: Change[];
  next: string | null;
}

/** What an answer is refused with until the agent has looked once more; the key says so. */
export interface Doubt {
  code: "unknown_link" | "asks_secret" | "deposit_address";
  value: string;
  key: string;
}

/** Six digits that an agent and a customer both see. */
export interface Pin {
  digits: string;
  expires_at: Time;
  is_read: boolean;
  is_matched: boolean;
  public_id: string;
}
