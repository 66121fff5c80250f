/** The widget's words: its own keys and the shared ones, one catalogue fetched per language. */
import type widgetWords from "$locales/en/ui.widget.json";
import { say, type Catalogue, type Loaders, type Locale, type SharedKey, type Translate } from "$shared/i18n.svelte";

export type WidgetKey = keyof typeof widgetWords | SharedKey;
export const t = say as Translate<WidgetKey>;

type Fetch = () => Promise<{ default: Catalogue }>;

function both(own: Fetch, shared: Fetch): () => Promise<Catalogue> {
  return async () => {
    const [mine, common] = await Promise.all([own(), shared()]);
    return { ...common.default, ...mine.default };
  };
}

export const catalogues: Loaders = {
  en: both(() => import("$locales/en/ui.widget.json"), () => import("$locales/en/ui.shared.json")),
  "zh-Hans": both(() => import("$locales/zh-Hans/ui.widget.json"), () => import("$locales/zh-Hans/ui.shared.json")),
  "zh-Hant": both(() => import("$locales/zh-Hant/ui.widget.json"), () => import("$locales/zh-Hant/ui.shared.json")),
} satisfies Record<Locale, () => Promise<Catalogue>>;
