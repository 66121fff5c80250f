/** What travels between the server and the editors' room, as in its wire structs. */
import type { Id, Time } from "$shared/api";

export type State = "draft" | "published" | "internal" | "archived";
export type Stage = "writing" | "review" | "scheduled";
export const MARKS = ["writing", "review", "scheduled", "published", "internal", "archived", "stale", "due"] as const;
export type Mark = (typeof MARKS)[number];

export interface Standing {
  language: string;
  title: string;
  /** Null while there is only a draft. */
  state: State | null;
  /** Null while nobody works on it. */
  stage: Stage | null;
  publish_at: Time | null;
  saved_at: Time;
  is_derived: boolean;
  is_stale: boolean;
}

export interface Line {
  id: Id;
  /** What links name it by. */
  path: string;
  category: string;
  slug: string;
  position: number;
  is_risk: boolean;
  review_by: string | null;
  audience: string[];
  contexts: string[];
  source_language: string | null;
  /** Who looks after it. */
  owner_id: Id | null;
  /** Who is asked before readers get a new text. */
  reviewer_id: Id | null;
  /** Whose name readers see; without one, the category's. */
  team: string | null;
  /** By readers, in the last weeks. */
  views: number;
  helped: number;
  failed: number;
  /** The last change of any language. */
  changed_at: Time;
  standings: Standing[];
}

export interface Lines {
  rows: Line[];
  next: string | null;
}

export interface Shelf {
  key: string;
  icon: string;
  names: Record<string, { name: string; description: string }>;
}

export interface Words {
  title: string;
  description: string;
  tags: string[];
  asked_as: string[];
  source: string;
}

export interface DraftStanding {
  stage: Stage;
  publish_at: Time | null;
  based_on: number;
  saved_at: Time;
  saved_by: string;
  version: number;
  /** Names of everybody whose words are in it. */
  authors: string[];
  /** Why, when somebody who reviewed it sent it back. */
  sent_back: string;
  sent_back_by: string;
  /** We wrote it alone, and here that is not enough to publish. */
  needs_second: boolean;
}

export interface Theirs {
  state: State;
  version: number;
  published_at: Time | null;
  saved_at: Time;
  is_derived: boolean;
  source: string;
}

export interface Origin {
  language: string;
  title: string;
  description: string;
  source: string;
  saved_at: Time;
  is_changed: boolean;
  /** As the translator last knew it. */
  before: string;
}

export interface Edited {
  line: Line;
  language: string;
  languages: string[];
  words: Words;
  draft: DraftStanding | null;
  readers: Theirs | null;
  origin: Origin | null;
  /** What we begin now, somebody else gives to readers. */
  needs_second: boolean;
}

export interface Version {
  number: number;
  title: string;
  saved_at: Time;
  saved_by: string;
}

export interface Piece {
  change: "same" | "added" | "removed";
  text: string;
}

export interface Picture {
  address: string;
  width: number;
  height: number;
}

/** A video, or its captions. */
export interface Clip {
  address: string;
  media_type: string;
}

/** What readers would stumble over, as it is written in the text. */
export interface Report {
  dead: string[];
  foreign: string[];
  faults: string[];
}

/** A diagram drawn from its lines, or why it is not. */
export interface Drawn {
  svg: string;
  why: string;
}

/** Who else has the text open, and the version of its draft by now. */
export interface Here {
  people: string[];
  version: number;
}

export const ROOM = "/api/console/articles";
export const nameOf = (shelf: Shelf, language: string): string => shelf.names[language]?.name ?? shelf.names["en"]?.name ?? shelf.key;
/** The title in the reader's language, else in the one it was first written in, else in any. */
export function titleOf(line: Line, language: string): string {
  const by = (tag: string | null): string | undefined => line.standings.find((one) => one.language === tag && one.title)?.title;
  return by(language) ?? by(line.source_language) ?? line.standings.find((one) => one.title)?.title ?? line.slug;
}
/** Everything a reader sees of a text, to be compared as one. */
export const whole = (words: Words): string => [words.title, words.description, words.source].filter(Boolean).join("\n\n");
