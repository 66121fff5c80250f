/** The pages of the editors' room, in the order of its menu: a page is a folder in routes/articles/ and a key console.room.NAME. */
export const GROUPS = [
  { name: "articles", pages: ["articles", "due", "wishes", "flaws", "transfers"] },
  { name: "shared", pages: ["shelves", "glossary", "synonyms", "legal", "figures", "paths", "questions", "addresses"] },
] as const;

export type Page = (typeof GROUPS)[number]["pages"][number];
