/** What travels between our server and the widget, as in the server's wire structs. Times are RFC 3339 UTC. */
import type { FileInfo, Id, Status, Time } from "$shared/api";

export interface Talk {
  id: Id;
  ticket_reference: string;
  last_seq: number;
  read_seq: number;
  status: Status;
  agent: { name: string } | null;
}

export interface Brand {
  name: string;
  /** Outline of the exchange's logo on a grid of 24, drawn in the line's colour. */
  mark: string;
  help_url: string;
}

export interface Session {
  token: string;
  /** The guest's key to their talk; null for a signed-in customer. */
  visitor: string | null;
  customer: { id: Id; name: string; level: number; has_email: boolean };
  conversation: Talk | null;
  unread: number;
  brand: Brand;
  is_staffed: boolean;
  /** By when a person answers what is written now, if nobody is on duty. */
  answer_by: Time;
  may_write: boolean;
  /** Whether a talk can go on by e-mail here. */
  has_mail: boolean;
  languages: string[];
  max_text: number;
  max_file_bytes: number;
  max_files: number;
}

export interface Message {
  id: Id;
  conversation_id: Id;
  seq: number;
  by: "customer" | "agent" | "system" | "machine";
  name: string;
  text: string;
  /** What the words are written in; null when that was not to be told. */
  lang: string | null;
  at: Time;
  edited_at: Time | null;
  files: FileInfo[];
  redactions: string[];
  client_key: string | null;
  /** What it can be looked up by, whether we sent it; of ours alone. */
  mark: string;
  /** Of the agent who wrote it. */
  public_id: string;
}

export interface Page {
  messages: Message[];
  last_seq: number;
  agent_read_seq: number;
  agent_delivered_seq: number;
  status: Status;
  agent: { name: string } | null;
}

export interface Refusal {
  code: string;
  title: string;
  params: Record<string, unknown>;
}

export type Says =
  | { t: "hello"; token: string; chat_id: Id; after: number }
  | { t: "send"; client_key: string; text: string; file_ids: Id[] }
  | { t: "typing"; on: boolean }
  | { t: "read"; seq: number }
  | { t: "delivered"; seq: number }
  | { t: "ping" };

export type Hears =
  | { t: "ready"; last_seq: number }
  | { t: "message"; message: Message }
  | { t: "ack"; client_key: string; message: Message }
  | { t: "moved"; client_key: string | null; conversation: Talk }
  | { t: "refused"; client_key: string | null; problem: Refusal }
  | { t: "typing"; name: string; on: boolean }
  | { t: "receipt"; agent_read_seq: number; agent_delivered_seq: number }
  | { t: "state"; status: Status; agent: { name: string } | null }
  | { t: "pong" }
  | { t: "bye"; code: string };

export interface Hit {
  id: Id;
  title: string;
  excerpt_html: string;
  lang: string;
  category: string;
  url: string;
}

export interface Hits {
  results: Hit[];
  corrected: string | null;
}

/** One way to help; its words are the server's. */
export interface Offer {
  kind: string;
  title: string;
  why: string;
  facts: string[];
  act: string;
  url: string;
}

interface Category {
  key: string;
  name: string;
}

/** What the guide says to a customer's words. */
export interface Advice {
  text: string;
  hidden: string[];
  category: Category;
  categories: Category[];
  offers: Offer[];
  reasons: string[];
  articles: Hit[];
}

export interface Article {
  id: Id;
  title: string;
  html: string;
  updated_at: Time;
  lang: string;
  url: string;
}
