/** Whether the log's chain holds, as `surfaces/console/auditing.py` says it. */
import type { Time } from "$shared/api";

export interface ChainCheck {
  state: "waiting" | "running" | "whole" | "broken" | "ended";
  done: number;
  total: number;
  begun_at: Time;
  begun_by: string;
  /** Where it does not hold, and how. */
  link: number | null;
  why: "changed" | "missing" | "cut_short" | null;
}

export interface Chain {
  link: number;
  whole_link: number | null;
  whole_at: Time | null;
  check: ChainCheck | null;
}

export const CHAIN = "/api/console/audit/chain";
