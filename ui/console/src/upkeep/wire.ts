/** What travels about the upkeep of articles: who looks after them, what is amiss, what is wanted. */
import type { Id, Time } from "$shared/api";
import type { State } from "../articles/wire";

export const DOORS = {
  articles: "/api/console/articles",
  due: "/api/console/articles/due",
  stewards: "/api/console/articles/stewards",
  still_true: "/api/console/articles/still-true",
  hand_over: "/api/console/articles/hand-over",
  flaws: "/api/console/flaws",
  hosts: "/api/console/flaws/hosts",
  wishes: "/api/console/wishes",
} as const;

export interface Person {
  id: Id;
  name: string;
}

export interface Team {
  key: string;
  names: Record<string, string>;
}

export interface Stewards {
  people: Person[];
  teams: Team[];
}

/** The day by which somebody looks again. */
export interface StillTrue {
  until: string;
}

export const FLAWS = ["broken", "anchor", "withdrawn", "picture_missing", "picture_foreign"] as const;
export type FlawKind = (typeof FLAWS)[number];

export interface Flaw {
  article_id: Id;
  language: string;
  title: string;
  category: string;
  slug: string;
  state: State;
  kind: FlawKind | "outside";
  /** As it is written in the text, or as the page has it. */
  address: string;
  host: string;
}

/** Somebody else's site that articles link to. */
export interface Host {
  host: string;
  links: number;
}

export const WISHES = ["no_result", "no_click", "other_script", "bad_feedback", "uncited"] as const;
export type WishKind = (typeof WISHES)[number];
export const STANDINGS = ["open", "taken", "dismissed"] as const;

export interface Wish {
  id: Id;
  kind: WishKind;
  language: string;
  text: string;
  article_id: Id | null;
  times: number;
  since: Time;
  latest: Time;
  state: (typeof STANDINGS)[number];
  /** Why it is not needed. */
  reason: string;
  /** How often, week by week; this one last. */
  weeks: number[];
}

export interface Begun {
  article_id: Id;
  language: string;
}

/** What a reader whom an article did not help says. */
export interface Said {
  language: string;
  reason: string | null;
  step: string | null;
  comment: string;
  given_at: Time;
}

/** A step that readers say did not work. */
export interface Step {
  language: string;
  /** Its anchor. */
  step: string;
  times: number;
  reasons: Record<string, number>;
}

export interface Verdicts {
  said: Said[];
  steps: Step[];
}
