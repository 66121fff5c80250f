/** Alerts, figures, words and exports, as `surfaces/console/overseeing.py` and `exporting.py` say them. */
import type { Id, Named, Time } from "$shared/api";

export type Measure = "seen" | "opened" | "searched" | "revealed" | "paged";
export const MEASURES: Measure[] = ["revealed", "opened", "searched", "paged", "seen"];

export interface Alert {
  id: Id;
  at: Time;
  kind: "rate" | "cap" | "bait" | "chain" | "export" | "other_account";
  agent: Named | null;
  ticket: { id: Id; reference: string } | null;
  detail: Record<string, unknown>;
  settled_at: Time | null;
  settled_by: string;
  words: string;
}

export interface Word {
  id: Id;
  agent: Named;
  measure: Measure;
  reason: string;
  asked_at: Time;
  until: Time | null;
  state: "asked" | "given" | "refused";
}

export interface Figure {
  measure: Measure;
  hour: number;
  day: number;
  usual: number;
  /** From here on leads are told; null where nobody counts. */
  alert: number | null;
  cap: number | null;
}

export interface AgentFigures {
  agent: Named;
  figures: Figure[];
}

export interface MyFigures {
  figures: Figure[];
  words: Word[];
}

export interface Laid {
  reference: string;
  made_by: string;
  made_at: Time;
}

export interface Export {
  id: Id;
  what: "tickets" | "customers";
  form: "jsonl" | "csv";
  /** Facts of customers stand in it unmasked. */
  is_clear: boolean;
  since: Time;
  until: Time;
  reason: string;
  state: "asked" | "refused" | "withdrawn" | "writing" | "ready" | "taken" | "expired" | "failed";
  asked_by: Named;
  asked_at: Time;
  settled_by: string;
  done: number;
  total: number;
  size_bytes: number;
  sha256: string;
  expires_at: Time | null;
}

export const OVERSIGHT = "/api/console/oversight";
export const EXPORTS = "/api/console/exports";
