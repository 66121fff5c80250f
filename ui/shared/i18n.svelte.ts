/** Words in the reader's language: typed keys, ICU plurals and selects, one catalogue a language and face. */
import type sharedWords from "$locales/en/ui.shared.json";
import spoken from "spoken:languages";
import { compile, type Message } from "./icu";

export type SharedKey = keyof typeof sharedWords;
export type Params = Record<string, string | number>;
export type Translate<Key extends string> = (key: Key, params?: Params) => string;
export type Catalogue = Record<string, string>;

/** A tag among the folders of `locales/`. */
export type Locale = string;
/** English comes last: whoever reads it finds it anywhere. */
export const LOCALES: Locale[] = Object.keys(spoken).sort((a, b) => Number(a === "en") - Number(b === "en"));
/** Each language by its own name, as its readers look for it. */
export const localeName = (tag: Locale): string => spoken[tag]?.name ?? tag;

export type Module = { default: Catalogue };
/** What Vite makes of a catalogue's address with a star for the language: one function per file. */
type Files = Record<string, () => Promise<Module>>;
/** Where a face keeps its catalogues: one function per language, so that only one is fetched. */
export type Loaders = Record<Locale, () => Promise<Catalogue>>;

/** A face's own words and the shared ones, for every language there is. */
export function catalogues(own: Files, shared: Files): Loaders {
  const of = async (files: Files, tag: Locale): Promise<Catalogue> => {
    const file = Object.keys(files).find((path) => path.includes(`/${tag}/`));
    return file ? ((await files[file]?.())?.default ?? {}) : {};
  };
  const both = (tag: Locale) => async (): Promise<Catalogue> => Object.assign({}, ...(await Promise.all([of(shared, tag), of(own, tag)]))) as Catalogue;
  return Object.fromEntries(LOCALES.map((tag) => [tag, both(tag)]));
}

let current = $state<Locale>("en");
let words = $state.raw<Catalogue>({});
let compiled = new Map<string, Message>();
let loaders: Loaders | undefined;

export const locale = (): Locale => current;

/** The language that serves a reader of this BCP 47 tag, as `language.toml` says: zh-TW Traditional. */
export function nearest(tag: string): Locale | undefined {
  for (let asked = tag.toLowerCase(); asked; asked = asked.slice(0, Math.max(0, asked.lastIndexOf("-")))) {
    const found = LOCALES.find((ours) => ours.toLowerCase() === asked || spoken[ours]?.serves.includes(asked));
    if (found) return found;
  }
  return undefined;
}

/** Fetch a language and show it. The first call names the face's loaders. */
export async function speak(tag: string, from?: Loaders): Promise<void> {
  if (from) loaders = from;
  if (!loaders) throw new Error("speak() was called before a face named its catalogues");
  const next = nearest(tag) ?? "en";
  const fetched = (await loaders[next]?.()) ?? {};
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
