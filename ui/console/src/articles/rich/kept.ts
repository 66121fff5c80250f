/** What is kept once and put into articles by its name: a list to choose that name from. */
import { get } from "$shared/http";
import { DOORS, type Figures, type LegalText } from "../../furnishing/wire";
import type { Insert } from "./schema";

interface Kept {
  name: string;
  title: string;
}

const first = (titles: Record<string, string>, language: string): string => titles[language] ?? titles["en"] ?? Object.values(titles)[0] ?? "";

const ASK: Record<Insert, (language: string) => Promise<Kept[]>> = {
  legal: async (language) => (await get<LegalText[]>(DOORS.legal)).map(({ key, texts }) => ({ name: key, title: first(Object.fromEntries(Object.entries(texts).map(([tag, words]) => [tag, words.title])), language) })),
  figures: async (language) => (await get<Figures[]>(DOORS.figures)).map(({ of }) => ({ name: of.name, title: first(of.titles, language) })),
};

let count = 0;

/** Offers what there is while the name is written; asked for when somebody comes to the field. */
export function offering(input: HTMLInputElement, kind: Insert, language: string): HTMLDataListElement {
  const list = document.createElement("datalist");
  list.id = `kept-${(count += 1)}`;
  input.setAttribute("list", list.id);
  input.addEventListener("focus", () => void fill(list, kind, language));
  return list;
}

async function fill(list: HTMLDataListElement, kind: Insert, language: string): Promise<void> {
  try {
    const all = await ASK[kind](language);
    list.replaceChildren(...all.map(({ name, title }) => Object.assign(document.createElement("option"), { value: name, label: title })));
  } catch {
    // The name can be written all the same.
  }
}
