/** The widget's words: its own keys and the shared ones, one catalogue fetched per language. */
import type widgetWords from "$locales/en/ui.widget.json";
import { catalogues, say, type Module, type SharedKey, type Translate } from "$shared/i18n.svelte";

export type WidgetKey = keyof typeof widgetWords | SharedKey;
export const t = say as Translate<WidgetKey>;

export const loaders = catalogues(import.meta.glob<Module>("$locales/*/ui.widget.json"), import.meta.glob<Module>("$locales/*/ui.shared.json"));
