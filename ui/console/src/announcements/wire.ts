/** What travels between the server and the page of announcements, as in its wire structs. */
import type { Id, Time } from "$shared/api";

export const ROOM = "/api/console/announcements";
export const KINDS = ["listing", "maintenance", "security", "incident", "campaign", "notice"] as const;
export type Kind = (typeof KINDS)[number];
export type Standing = "draft" | "scheduled" | "published" | "withdrawn";

export interface Line {
  id: Id;
  slug: string;
  kind: Kind;
  standing: Standing;
  is_pinned: boolean;
  published_at: Time | null;
  ends_at: Time | null;
  titles: Record<string, string>;
}

export interface Lines {
  rows: Line[];
  next: Id | null;
}

export interface Text {
  title: string;
  summary: string;
  source: string;
}

export interface Announcement extends Omit<Line, "titles"> {
  withdrawn_at: Time | null;
  saved_at: Time;
  version: number;
  texts: Record<string, Text>;
}
