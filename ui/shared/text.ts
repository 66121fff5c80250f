/** Plain text taken apart for showing: words, links with their real target, hidden secrets. */

export type Piece =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; href: string }
  | { kind: "hidden"; secret: string };

// Links end before closing marks and full-width punctuation, which belong to the sentence.
const SPECIAL = /⟦hidden:([a-z0-9_]+)⟧|https?:\/\/[^\s<>"'，。；：！？、）」』”’⟦]+/gu;
const TRAILING = /[.,;:!?)\]}]+$/;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(SPECIAL)) {
    if (match.index > at) found.push({ kind: "text", text: text.slice(at, match.index) });
    at = match.index + match[0].length;
    if (match[1] !== undefined) {
      found.push({ kind: "hidden", secret: match[1] });
      continue;
    }
    const href = match[0].replace(TRAILING, "");
    found.push(URL.canParse(href) ? { kind: "link", text: href, href } : { kind: "text", text: href });
    at = match.index + href.length;
  }
  if (at < text.length) found.push({ kind: "text", text: text.slice(at) });
  return found;
}
