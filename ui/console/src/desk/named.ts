/** What a ticket names, as written in the server's wire structs. */
import type { Id, Time } from "$shared/api";

export type NamedKind = "transaction" | "address" | "order" | "account";

/** A thing the ticket names; `chains` are those it could be of when the message does not say. */
export interface NamedObject {
  id: Id;
  kind: NamedKind;
  value: string;
  chain: string | null;
  chains: string[];
  checksum: "right" | "wrong" | "none";
  /** False: 64 hex digits that may be a private key; nobody outside is asked about it. */
  is_certain: boolean;
  message_id: Id;
  found_at: Time;
}

/** How it stands now, by the exchange or its nodes, with source and age. */
export interface ObjectState {
  about: "deposit" | "withdrawal" | "chain" | "order" | "account" | "address" | "nothing";
  state: string;
  why: string;
  asset: string | null;
  amount: string | null;
  network: string | null;
  confirmations: number | null;
  needed: number | null;
  market: string | null;
  side: string | null;
  filled: string | null;
  source: string | null;
  as_of: Time | null;
  /** Seconds until it is worth asking again; null: it has come to its end. */
  again_s: number | null;
}
