/** What articles share, as it travels between the server and the editors' room. */
import type { Id, Time } from "$shared/api";

export interface CategoryName {
  name: string;
  description: string;
}

export interface Shelf {
  /** Also its address. */
  key: string;
  position: number;
  icon: string;
  names: Record<string, CategoryName>;
  version: number;
  articles: number;
}

export interface Word {
  name: string;
  definition: string;
  aliases: string[];
  /** Made out of zh-Hans, not written by a person. */
  is_derived: boolean;
}

export interface Term {
  key: string;
  names: Record<string, Word>;
  /** Slug of the one with the whole story. */
  article: string;
  /** Its first mention in an article is explained by itself. */
  is_automatic: boolean;
  /** 0 makes a new one. */
  version: number;
}

export interface Synonym {
  id: Id;
  /** The first is the house's own word. */
  words: string[];
  /** Empty: in every language. */
  language: string;
  /** The others lead to the first, not the other way. */
  is_one_way: boolean;
  version: number;
}

export interface SynonymPage {
  rows: Synonym[];
  next: string | null;
}

export const LEGAL_KINDS = ["risk", "note"] as const;

export interface LegalWords {
  title: string;
  source: string;
  html: string;
  /** Made out of zh-Hans, not written by a person. */
  is_derived: boolean;
}

export interface LegalText {
  key: string;
  kind: (typeof LEGAL_KINDS)[number];
  texts: Record<string, LegalWords>;
  /** 0 makes a new one. */
  version: number;
}

/** A text that shows something kept once. */
export interface Use {
  article_id: Id;
  language: string;
  title: string;
}

export interface Column {
  key: string;
  names: Record<string, string>;
}

export interface FigureSet {
  name: string;
  titles: Record<string, string>;
  /** What tells rows apart. */
  row_keys: Column[];
  /** What is said of each row. */
  columns: Column[];
  /** Who says so. */
  sources: Record<string, string>;
  stale_after_s: number;
  /** 0 makes a new one. */
  version: number;
}

export interface Figure {
  row_key: string[];
  column: string;
  /** Of the row. */
  position: number;
  /** A decimal number as text; null: never known. */
  value: string | null;
  unit: string;
  as_of: Time | null;
}

export interface Figures {
  of: FigureSet;
  figures: Figure[];
}

export interface Redirect {
  path: string;
  /** Left by an article of ours, or led here by hand or by an import. */
  kind: "moved" | "import";
  article_id: Id;
  category: string;
  slug: string;
  title: string;
  made_at: Time;
}

export interface RedirectPage {
  rows: Redirect[];
  next: string | null;
}

export interface Step {
  /** Slug, or category/slug. */
  article: string;
  /** One part of the article; empty for the whole. */
  anchor: string;
  /** Without any, the article's own title. */
  names: Record<string, CategoryName>;
}

/** Articles to read one after the other. */
export interface Path {
  key: string;
  position: number;
  names: Record<string, CategoryName>;
  steps: Step[];
  /** 0 makes a new one. */
  version: number;
}

/** What editors put first for a category or on the home page. */
export interface Questions {
  /** Key of a category, or HOME. */
  place: string;
  /** As category/slug. */
  articles: string[];
  /** 0 makes a new one. */
  version: number;
}

export const HOME = "@home";

/** Who answers for articles, by the name that readers see. */
export interface Team {
  key: string;
  names: Record<string, string>;
  categories: string[];
  /** 0 makes a new one. */
  version: number;
}

export const DOORS = {
  shelves: "/api/console/shelves",
  terms: "/api/console/terms",
  synonyms: "/api/console/synonyms",
  legal: "/api/console/legal-texts",
  figures: "/api/console/figures",
  redirects: "/api/console/redirects",
  paths: "/api/console/paths",
  questions: "/api/console/questions",
  teams: "/api/console/article-teams",
} as const;
