/** What the guide's page gets from the server. */
import type { Category, Reason } from "../desk/triage.svelte";

export const GUIDE = "/api/console/guide";

export interface Verdict {
  examples: number;
  accuracy: number;
  macro_f1: number;
  answered: number;
  threshold: number | null;
  worst: [string, string, number][];
}

export interface Rule {
  name: string;
  urgency: string;
  category: string | null;
  final: boolean;
  any: string[];
  with: string[];
  without: string[];
  yes: string[];
  no: string[];
}

export interface Rules {
  number: number;
  text: string;
  saved_by: string;
  saved_at: string | null;
  rules: Rule[];
}

export interface Correction {
  id: string;
  text: string;
  guessed: string;
  category: string;
  said_at: string;
}

export interface GuidePage {
  rules: Rules;
  judged: Record<string, Verdict>;
  shipped: number;
  own: number;
  corrections: Correction[];
  categories: Category[];
}

export interface Tried {
  category: string;
  urgency: string;
  channel: string;
  confidence: number;
  reasons: Reason[];
}
