/** What a link can lead to: an article found by its words, or an address that was typed. */
import bookOpen from "icon:book-open";
import fileText from "icon:file-text";
import linkSign from "icon:link";
import messageCircle from "icon:message-circle";
import { get } from "$shared/http";
import { t } from "../i18n";
import type { Option } from "../parts/Picker.svelte";
import { ROOM, titleOf, type Lines } from "./wire";

export interface Target {
  href: string;
  /** Stands for it where no words were chosen. */
  words: string;
}

const ADDRESS = /^(https?:\/\/|mailto:|contact:|term:|article:|#|\/)/i;
const BARE = /^[\w-]+(\.[\w-]+)+(\/\S*)?$/;

/** A search that remembers where its options lead. */
export class Linking {
  readonly #targets = new Map<string, Target>();

  constructor(private readonly language: string) {}

  readonly find = async (words: string): Promise<Option[]> => {
    if (ADDRESS.test(words)) return [];
    const { rows } = await get<Lines>(`${ROOM}?q=${encodeURIComponent(words)}`);
    return rows.slice(0, 20).map((row) => {
      const title = titleOf(row, this.language);
      this.#targets.set(row.id, { href: `article:${row.path}`, words: title });
      return { id: row.id, word: title, hint: `${row.category}/${row.slug}`, sign: fileText };
    });
  };

  /** What was typed, as an address; words that are none become a term to be explained. */
  readonly made = (words: string): Option => {
    const isAddress = ADDRESS.test(words) || BARE.test(words);
    const href = ADDRESS.test(words) ? words : isAddress ? `https://${words}` : `term:${words.toLocaleLowerCase().replace(/\s+/g, "-")}`;
    const id = `typed ${href}`;
    this.#targets.set(id, { href, words });
    return isAddress ? { id, word: href, hint: t("console.rich.link.address"), sign: linkSign } : { id, word: words, hint: t("console.rich.link.term"), sign: bookOpen };
  };

  /** What is there before anything is typed. */
  options(): Option[] {
    this.#targets.set("contact", { href: "contact:", words: t("console.rich.link.contact_words") });
    return [{ id: "contact", word: t("console.rich.link.contact"), sign: messageCircle, also: "contact: chat ticket" }];
  }

  target = (id: string): Target | undefined => this.#targets.get(id);
}
