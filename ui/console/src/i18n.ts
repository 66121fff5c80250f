/** The console's words: its own keys and the shared ones, one catalogue fetched per language. */
import type consoleWords from "$locales/en/ui.console.json";
import { catalogues, say, type Module, type SharedKey, type Translate } from "$shared/i18n.svelte";

export type ConsoleKey = keyof typeof consoleWords | SharedKey;
export const t = say as Translate<ConsoleKey>;

export const loaders = catalogues(import.meta.glob<Module>("$locales/*/ui.console.json"), import.meta.glob<Module>("$locales/*/ui.shared.json"));
