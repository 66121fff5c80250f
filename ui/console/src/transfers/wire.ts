/** What travels about imports and exports. */
import type { Id, Time } from "$shared/api";
import type { State } from "../articles/wire";

export const DOOR = "/api/console/transfers";
/** Of one file, in bytes; the server says the same (transfers.MOST_BYTES). */
export const MOST_BYTES = 100_000_000;
export const SOURCES = ["markdown", "zendesk", "intercom", "html"] as const;
export const RUNNING = ["looking", "importing", "exporting"] as const;
export const KINDS = ["skipped", "secret", "sample", "kept", "broken_link", "missing_picture", "changed", "added"] as const;

/** What somebody chose: the last two count for an export, the others for an import. */
export interface Options {
  source: "" | (typeof SOURCES)[number];
  language: string;
  is_published: boolean;
  is_overwriting: boolean;
  /** What looks like keys and passwords is kept. */
  are_samples: boolean;
  languages: string[];
  states: State[];
}

export interface Remark {
  kind: (typeof KINDS)[number];
  /** File, and where in it. */
  place: string;
  /** Why, in the reader's language, or which link. */
  words: string;
  /** What the words were made from; the server has said it already. */
  key: string;
  params: Record<string, string | number>;
}

export interface MoveReport {
  read: number;
  added: number;
  changed: number;
  unchanged: number;
  kept: number;
  skipped: number;
  pictures: number;
  redirects: number;
  remarks: Remark[];
  left_out: number;
}

export interface Transfer {
  id: Id;
  direction: "in" | "out";
  name: string;
  size_bytes: number;
  options: Options;
  state: (typeof RUNNING)[number] | "looked" | "imported" | "exported" | "failed";
  done: number;
  total: number;
  report: MoveReport | null;
  /** As the importer says it; empty when it is our own fault. */
  fault: string;
  has_file: boolean;
  begun_by: string;
  begun_at: Time;
  ended_at: Time | null;
}

export const PLAIN: Options = { source: "", language: "", is_published: false, is_overwriting: false, are_samples: false, languages: [], states: [] };
export const isRunning = (transfer: Transfer): boolean => (RUNNING as readonly string[]).includes(transfer.state);
