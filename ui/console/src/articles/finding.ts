/** The place in a text that a report names by its link or picture. */
import type { Node } from "prosemirror-model";

function part(address: string): string {
  const fragment = address.split("#")[1] ?? "";
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment; // a stray % sign: compared as it stands
  }
}

/** Whether an address as written is the one of a report, which knows pages' addresses and pictures' numbers. */
export function isThat(written: string, address: string): boolean {
  if (written === address) return true;
  if (address.startsWith("/media/")) return written.startsWith(address);
  return part(address) !== "" && part(address) === part(written);
}

/** Where it stands in the rich text; null when it is gone meanwhile. */
export function placeIn(doc: Node, address: string): number | null {
  let found: number | null = null;
  doc.descendants((node, at) => {
    if (found !== null) return false;
    const href = node.marks.find((mark) => mark.type.name === "link")?.attrs["href"] as string | undefined;
    const written = href ?? (node.attrs["src"] as string | undefined);
    if (written !== undefined && isThat(written, address)) found = at;
    return found === null;
  });
  return found;
}

/** Where it stands in the Markdown, from and to; null when it is gone meanwhile. */
export function rangeIn(source: string, address: string): [number, number] | null {
  for (const match of source.matchAll(/\]\(\s*<?([^)\s>]+)|(?:src|href)="([^"]+)"/g)) {
    const written = match[1] ?? match[2] ?? "";
    if (!isThat(written, address)) continue;
    const from = match.index + match[0].lastIndexOf(written);
    return [from, from + written.length];
  }
  return null;
}
