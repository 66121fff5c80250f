/** Words in the reader's language: typed keys, ICU plurals and selects, three catalogues per face. */
import type sharedWords from "$locales/en/ui.shared.json";
import { compile, type Message } from "./icu";

export type SharedKey = keyof typeof sharedWords;
export type Params = Record<string, string | number>;
export type Translate<Key extends string> = (key: Key, params?: Params) => string;
export type Catalogue = Record<string, string>;

export const LOCALES = ["zh-Hans", "zh-Hant", "en"] as const;
export type Locale = (typeof LOCALES)[number];
/** Each language by its own name, as its readers look for it. */
export const LOCALE_NAMES: Record<Locale, string> = { "zh-Hans": "简体中文", "zh-Hant": "繁體中文", en: "English" };

/** Where a face keeps its catalogues: one function per language, so that only one is fetched. */
export type Loaders = Record<Locale, () => Promise<Catalogue>>;

let current = $state<Locale>("en");
let words = $state.raw<Catalogue>({});
let compiled = new Map<string, Message>();
let loaders: Loaders | undefined;

export const locale = (): Locale => current;

/** The nearest language we speak to a BCP 47 tag: zh-TW reads Traditional, zh alone Simplified. */
export function nearest(tag: string): Locale | undefined {
  const wanted = tag.toLowerCase();
  if (wanted.startsWith("zh")) return /hant|tw|hk|mo/.test(wanted) ? "zh-Hant" : "zh-Hans";
  return wanted.startsWith("en") ? "en" : undefined;
}

/** Fetch a language and show it. The first call names the face's loaders. */
export async function speak(tag: string, from?: Loaders): Promise<void> {
  if (from) loaders = from;
  if (!loaders) throw new Error("speak() was called before a face named its catalogues");
  const next = nearest(tag) ?? "en";
  const fetched = await loaders[next]();
  compiled = new Map();
  words = fetched;
  current = next;
  document.documentElement.lang = next;
}

/** The sentence behind a key. A key without a sentence shows itself, so that a gap is seen. */
export function say(key: string, params: Params = {}): string {
  const text = words[key];
  if (text === undefined) return key;
  let message = compiled.get(key);
  if (!message) compiled.set(key, (message = compile(text, current)));
  return message(params);
}

/** The keys that begin so, e.g. to offer what they name. */
export const keysOf = (start: string): string[] => Object.keys(words).filter((key) => key.startsWith(start));

/** Is there a sentence behind this key? For keys made of data, such as an error's code. */
export const knows = (key: string): boolean => words[key] !== undefined;

/** What shared components say. A face widens the type with its own keys: `say as Translate<…>`. */
export const t: Translate<SharedKey> = say;

/** Why a file was not taken, in words; `reason` is the server's: empty, too_large, kind, unreadable, locked. */
export function fileReason(reason: string | null): string {
  const key = `shared.file.why.${reason ?? ""}`;
  return knows(key) ? say(key) : t("shared.file.refused");
}
