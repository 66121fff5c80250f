/** What checks found on a ticket, as the server tells it. */
import type { Id, Time } from "$shared/api";

export type Verdict = "nothing" | "wait" | "unproven" | "act" | "person" | "urgent";

export interface Seen {
  label: string;
  text: string;
  source: string;
  /** What is copied; empty where the text is all there is. */
  whole: string;
  is_bad: boolean;
}

export interface Found {
  id: Id;
  symptom: string;
  name: string;
  code: string;
  verdict: Verdict;
  verdict_name: string;
  title: string;
  why: string;
  evidence: Seen[];
  unsure: string[];
  /** What the desk may do. */
  desk: string[];
  made_at: Time;
  made_by: "customer" | "agent";
  /** In the customer's language. */
  answer: string;
  /** False: the answer only leads to the result, because nothing more may be said here. */
  answer_has_facts: boolean;
}

export interface Checks {
  checks: { symptom: string; name: string }[];
  /** What the ticket calls for. */
  suggested: string | null;
  has_account: boolean;
  found: Found[];
}
