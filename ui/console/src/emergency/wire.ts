/** The emergency lane as the server tells it; see surfaces/console/freezes.py. */
import type { Id, Time } from "$shared/api";

export interface Freeze {
  id: Id;
  road: "session" | "mailbox" | "alert" | "agent" | "drill";
  level: number;
  /** Masked; empty until the exchange has said whose it is. */
  account: string;
  state: "requested" | "unknown" | "acknowledged" | "failed" | "lifted" | "expired";
  trouble: string;
  said: string;
  is_drill: boolean;
  is_kept: boolean;
  tries: number;
  stops: string[];
  asked_at: Time;
  since: Time | null;
  until: Time | null;
  ended_at: Time | null;
  promised_at: Time;
  ticket_id: Id | null;
}

export interface Step {
  step: "holds" | "reached" | "sign_ins" | "changes" | "withdrawals" | "traced" | "warned" | "way_back";
  done_by: string | null;
  done_at: Time | null;
}

export interface Case {
  freeze: Freeze | null;
  steps: Step[];
  /** The customer has proved enough on this ticket, and none stands. */
  may_ask: boolean;
}

/** An answer of the exchange: what, and of when; null where it gave none. */
interface Known<T> {
  value: T[];
  as_of: Time;
}

export interface Lately {
  sign_ins: Known<{ at: Time; is_success: boolean; device: string; place: string; is_new_device: boolean }> | null;
  changes: Known<{ at: Time; kind: string; action: string; device: string; place: string }> | null;
  withdrawals: Known<{ id: string; requested_at: Time; asset: string; network: string; amount: string; state: string; tx_hash: string | null }> | null;
}

export const isOver = (freeze: Freeze): boolean => freeze.state === "lifted" || freeze.state === "expired";
