/** What an article is called in lists, and where its line leads. */
import { locale } from "$shared/i18n.svelte";
import { titleOf, type Line } from "../articles/wire";
import { BASE } from "../router.svelte";

/** The reader's language if it is there, else the one it was first written in. */
export function mainLanguage(line: Line): string {
  const there = line.standings.map((one) => one.language);
  return there.includes(locale()) ? locale() : (line.source_language ?? there[0] ?? locale());
}

export const mainTitle = (line: Line): string => titleOf(line, mainLanguage(line));
export const editorOf = (line: Line, language = mainLanguage(line)): string => `${BASE}articles/${line.id}/${language}`;

/** A day as it travels, at the reader's midnight. */
export const dayOf = (day: string): Date => new Date(`${day}T00:00`);
