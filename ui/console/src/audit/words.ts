/** What an entry of the log says, in words: acts and details have names that are never changed. */
import type { AuditEntry } from "$shared/api";
import { keysOf, knows, locale, say } from "$shared/i18n.svelte";

const ACTS = "console.audit.act.";
const DETAILS = "console.audit.detail.";

export const actName = (name: string): string => (knows(ACTS + name) ? say(ACTS + name) : name);

/** Every act there is a word for, in the order of those words. */
export function acts(): { name: string; word: string }[] {
  return keysOf(ACTS)
    .map((key) => ({ name: key.slice(ACTS.length), word: say(key) }))
    .sort((a, b) => a.word.localeCompare(b.word, locale()));
}

/** Ids say nothing to a reader; ticket and person stand in columns of their own. */
const isSaid = (name: string): boolean => name !== "field" && !name.endsWith("_id");

export function details(entry: AuditEntry): { name: string; value: string }[] {
  return Object.entries(entry.detail)
    .filter(([name]) => isSaid(name))
    .map(([name, value]) => ({ name: knows(DETAILS + name) ? say(DETAILS + name) : name.replaceAll("_", " "), value: word(name, value) }));
}

/** A value as it was written, without the brackets of a program. */
function word(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => word(name, one)).join(", ") || "–";
  if (value === null || value === "") return "–";
  if (typeof value === "object") return JSON.stringify(value);
  const known = [`${DETAILS}${name}.${String(value)}`, `console.identity.${String(value)}`].find(knows);
  return known && (name === "kind" || known.startsWith(DETAILS)) ? say(known) : String(value);
}
