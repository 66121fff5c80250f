/** Secrets that were hidden, in lines too short for chips: lists, titles, names. */
import { knows, say, t } from "./i18n.svelte";

const MARKER = /⟦hidden:([a-z0-9_]+)⟧/g;

/** A line with words in place of the guard's markers, e.g. "[Seed phrase, hidden]". */
export function worded(text: string): string {
  return text.replace(MARKER, (_, kind: string) => `[${knows(`shared.hidden.${kind}`) ? say(`shared.hidden.${kind}`) : t("shared.hidden.other")}]`);
}
