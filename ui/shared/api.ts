/** What travels between our server and the console, as written in the server's wire structs. Times are RFC 3339 UTC. */

export type Id = string;
export type Time = string;

// ------------------------------------------------------------------ sign-in and account

export type NextStep = "done" | "totp" | "passkey" | "enrol";
export type Factor = "totp" | "passkey" | "recovery";
export type Presence = "online" | "away" | "off";
export type Theme = "system" | "light" | "dark";
export type Density = "compact" | "comfortable";

export interface SignedIn {
  next: NextStep;
  /** Second steps this agent may take. */
  ways: Factor[];
}

export interface Me {
  id: Id;
  email: string;
  name: string;
  /** What customers see. */
  public_name: string;
  language: string;
  languages: string[];
  theme: Theme;
  density: Density;
  permissions: string[];
  roles: string[];
  teams: string[];
  presence: Presence;
  totp_on: boolean;
  passkeys: number;
  recovery_codes_left: number;
  /** Whether this desk insists on a second proof. */
  second_factor: "required" | "optional";
  /** The public id that stands faintly behind what they read; null where that is off. */
  watermark: string | null;
}

export interface AgentSession {
  id: Id;
  method: string;
  created_at: Time;
  last_seen_at: Time;
  expires_at: Time;
  ip: string;
  user_agent: string;
  is_current: boolean;
}

export interface TotpStart {
  secret: string;
  uri: string;
  svg: string;
}

/** A second factor stands; codes come with the first one. */
export interface RecoveryCodes {
  recovery_codes: string[];
}

export interface Passkey {
  id: Id;
  name: string;
  created_at: Time;
  last_used_at: Time | null;
  /** Its counter went backwards: there may be a copy. */
  suspected_at: Time | null;
}

export type AgentState = "invited" | "active" | "suspended";

export interface Agent {
  id: Id;
  email: string;
  name: string;
  public_name: string;
  languages: string[];
  state: AgentState;
  created_at: Time;
  roles: string[];
  teams: string[];
  presence: Presence;
  presence_since: Time | null;
  totp_on: boolean;
  passkeys: number;
  /** Of any session that is still open. */
  last_seen_at: Time | null;
}

export interface Team {
  key: string;
  name: string;
  languages: string[];
  members: Id[];
  archived_at: Time | null;
}

export interface Role {
  key: string;
  name: string;
  permissions: string[];
}

export interface AuditEntry {
  id: Id;
  at: Time;
  actor: { kind: string; id: Id; name: string };
  action: string;
  /** What it was done to, e.g. "agent:…"; empty when to nothing in particular. */
  target: string;
  /** Of an agent it was done to. */
  target_name: string;
  /** Where it was done, if the reader may see it. */
  ticket: { id: Id; reference: string } | null;
  detail: Record<string, unknown>;
  /** Its place in the chain; null until the next batch is chained. */
  link: number | null;
}

export interface AuditPage {
  entries: AuditEntry[];
  before: string | null;
  /** Whom one can ask for, with the first page. */
  people: { id: Id; name: string }[];
}

// ------------------------------------------------------------------ inbox

export type Status = "open" | "waiting" | "solved" | "spam";
/** 0 urgent, 1 high, 2 normal, 3 low. */
export type Priority = 0 | 1 | 2 | 3;
export type ViewKind = "mine" | "team" | "unassigned" | "all" | "channel" | "solved" | "waiting";

export interface View {
  key: string;
  kind: ViewKind;
  /** A team's name or a channel's key. */
  name: string | null;
  /** Kept by the server; null where nobody counts. */
  count: number | null;
}

export interface Named {
  id: Id;
  name: string;
}

export interface InboxRow {
  id: Id;
  reference: string;
  subject: string;
  status: Status;
  priority: Priority;
  channel: string;
  team: string;
  assignee: Named | null;
  customer: Named;
  language: string;
  preview: string;
  preview_by: "customer" | "agent" | "note" | "system";
  active_at: Time;
  due_at: Time | null;
  needs_answer: boolean;
  tags: string[];
  /** Rises when the ticket's own fields are saved. */
  version: number;
  /** Rises when anything on its timeline changes. */
  stamp: number;
}

export interface Page<Row> {
  rows: Row[];
  next: string | null;
}

export interface InboxPage extends Page<InboxRow> {
  /** Where the feed stood when this page was read. */
  feed: string;
  /** With a first page: emergencies, which stand above every list. */
  first: InboxRow[];
}

// ------------------------------------------------------------------ one ticket

export interface TicketHead {
  row: InboxRow;
  opened_at: Time;
  solved_at: Time | null;
  follows: { id: Id; reference: string } | null;
}

export interface Conversation {
  id: Id;
  channel: string;
  account: { id: string; name: string; address: string };
  /** Whom a reply reaches, masked. */
  to: string;
  /** Where the talk goes on by mail, masked: left in it by the customer, not proven. */
  mail_to: string | null;
  subject: string | null;
  last_seq: number;
  agent_read_seq: number;
  customer_read_seq: number;
  customer_delivered_seq: number;
  is_open: boolean;
  is_blocked: boolean;
  may_reply: boolean;
  /** Longest text of one part, in characters; 0 where nothing can be said. */
  max_text: number;
  max_files: number;
  max_file_bytes: number;
  has_read_state: boolean;
}

export interface Identity {
  id: Id;
  kind: string;
  masked: string;
  is_proven: boolean;
}

export interface Card {
  id: Id;
  name: string;
  language: string;
  since: Time;
  identities: Identity[];
  earlier: { id: Id; reference: string; subject: string; status: Status; active_at: Time }[];
}

export interface Draft {
  kind: "reply" | "note";
  conversation_id: Id | null;
  text: string;
  updated_at: Time;
}

export interface Viewer {
  agent_id: Id;
  name: string;
  what: "looking" | "reply" | "note";
}

export interface TicketPage {
  ticket: TicketHead;
  conversations: Conversation[];
  /** Null for who may not see customers. */
  customer: Card | null;
  drafts: Draft[];
  people: Viewer[];
  /** What one may do with tickets. */
  may: string[];
}

export type DeliveryState = "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "unknown" | "bounced" | "refused";

export interface FileInfo {
  id: Id;
  name: string;
  media_type: string;
  size_bytes: number;
  state: "clean" | "checking" | "refused" | "fetching";
  detail: string | null;
  url: string | null;
  width: number | null;
  height: number | null;
}

export interface Item {
  id: Id;
  conversation_id: Id | null;
  seq: number | null;
  kind: "inbound" | "outbound" | "note" | "activity";
  author: { kind: "customer" | "agent" | "system" | "machine"; id: Id | null; name: string };
  /** The visible part: quotes of a mail are trimmed. */
  text: string;
  full_text: string | null;
  /** Something in the text is hidden from this reader. */
  is_masked: boolean;
  has_html: boolean;
  /** The bytes as they came are kept and can be had. */
  has_original: boolean;
  /** Withdrawn by its writer. */
  is_deleted: boolean;
  at: Time;
  edited_at: Time | null;
  delivery: { state: DeliveryState; detail: string | null; may_retry: boolean } | null;
  files: FileInfo[];
  identity: { level: number; method: string; proven_at: Time | null } | null;
  auth: Record<string, string>;
  activity: { code: string; params: Record<string, unknown> } | null;
  redactions: string[];
  client_key: string | null;
  /** Links and addresses in it, judged when it came; the worst first. */
  names: NameFound[];
}

export interface NameFound {
  /** "sender": whom the message claims to be from. */
  place: "text" | "sender";
  value: string;
  verdict: "official" | "retired" | "look_alike" | "unknown";
  /** The official one that it is, or apes. */
  of: string | null;
  reasons: string[];
  /** Of reported scams that is watched for. */
  campaign_id: Id | null;
}

export interface Timeline {
  items: Item[];
  before: string | null;
  stamp: number;
}

/** A published article that an answer may lead to. */
export interface Citable {
  id: Id;
  title: string;
  description: string;
  /** The part that fits best, as plain words. */
  passage: string;
  lang: string;
  category: string;
  /** With the host, and the heading under which the passage stands. */
  url: string;
}

export interface Citables {
  articles: Citable[];
  /** Out of the customer's messages: nobody looked for it. */
  is_suggested: boolean;
  /** What was looked for instead of what was typed. */
  corrected: string | null;
}

export interface Assignable extends Named {
  presence: Presence;
  teams: string[];
}

// ------------------------------------------------------------------ deliveries

export interface Delivery {
  message_id: Id;
  ticket_id: Id;
  reference: string;
  subject: string;
  channel: string;
  state: DeliveryState;
  detail: string | null;
  at: Time;
}

export interface DeadLetter {
  id: Id;
  kind: string;
  attempts: number;
  error: string | null;
  created_at: Time;
}

// ------------------------------------------------------------------ the console's socket

export type ConsoleSays =
  | { t: "hello"; feed: string | null }
  | { t: "watch"; ticket_id: Id }
  | { t: "unwatch"; ticket_id: Id }
  | { t: "typing"; ticket_id: Id; what: "reply" | "note" | "none"; conversation_id: Id | null }
  | { t: "ping" };

export type ConsoleHears =
  | { t: "ready"; feed: string }
  | { t: "row"; row: InboxRow; feed: string }
  | { t: "gone"; id: Id; feed: string }
  | { t: "resync" }
  | { t: "counts"; views: View[] }
  | { t: "item"; ticket_id: Id; item: Item; stamp: number }
  | { t: "receipt"; ticket_id: Id; conversation_id: Id; customer_delivered_seq: number; customer_read_seq: number }
  | { t: "people"; ticket_id: Id; people: Viewer[] }
  | { t: "customer_typing"; ticket_id: Id; conversation_id: Id }
  | { t: "refused"; code: string }
  | { t: "alerts"; open: number }
  | { t: "signed_out" }
  | { t: "pong" };
