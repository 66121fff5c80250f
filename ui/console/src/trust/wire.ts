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

export const SCAMS = "/api/console/scams";
export const SCAM_STATES = ["open", "requested", "gone", "dismissed"] as const;
export type ScamState = (typeof SCAM_STATES)[number];

export interface CampaignLine {
  id: Id;
  name: string;
  state: ScamState;
  /** Agents are told where it shows up again. */
  is_watched: boolean;
  reports: number;
  /** How often it came again, after it was reported. */
  hits: number;
  first_at: Time;
  last_at: Time;
  version: number;
}

export interface CampaignLines {
  rows: CampaignLine[];
  next: string | null;
}

export interface ScamMail {
  subject: string;
  sender: string;
  reply_to: string;
  return_path: string;
  authentication: string[];
  received: string[];
}

export interface CampaignPage {
  campaign: CampaignLine;
  indicators: { kind: string; value: string; verdict: string; of: string | null; reasons: string[] }[];
  reports: { ticket_id: Id; reference: string; at: Time; mail: ScamMail | null; has_original: boolean }[];
  may_manage: boolean;
}
