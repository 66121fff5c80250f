/** Words and their marks as Markdown: as few signs as read back the same, all escaped if need be. */
import { Fragment, type Mark, type Node } from "prosemirror-model";
import { grammar } from "./grammar.ts";
import { inline, joined, read } from "./read.ts";
import { schema } from "./schema.ts";

const SIGNS: Record<string, string> = { em: "*", strong: "**", strike: "~~" };
const TAGS: Record<string, string> = { em: "em", strong: "strong", strike: "s" };
const SPECIAL = /[\\`*_[\]<>#|~&!{}]/g;
/** What begins a block when it begins a line. */
const LINE_START = /^([ \t]*)([-+=]|:{3,})/gm;
const NUMBER_START = /^([ \t]*\d+)([.)])/gm;

type Place = "paragraph" | "heading" | "cell";

interface Way {
  isEscaped?: boolean;
  /** What lasts longest is opened first, links last; else links always stand around their words' marks. */
  isNested?: boolean;
  /** Marks as tags, for words between which Markdown's own signs are not seen. */
  isTagged?: boolean;
}

const WAYS: Way[] = [{ isNested: true }, {}, { isTagged: true }, { isEscaped: true, isNested: true }, { isEscaped: true }, { isEscaped: true, isTagged: true }];

interface Piece {
  node: Node;
  text: string;
  marks: Mark[];
}

/** The words of a paragraph, a heading or a cell. */
export function words(content: Fragment, place: Place): string {
  const all = trimmed(pieces(content));
  const wanted = Fragment.fromArray(joined(all.map(({ node, text, marks }) => (node.isText ? schema.text(text, marks) : node))));
  let said = "";
  for (const way of WAYS) {
    said = edged(flow(all, place, way));
    if (readsAs(said, wanted, place)) break;
  }
  return said;
}

/** Blanks at the edge are nothing in Markdown. */
function trimmed(all: Piece[]): Piece[] {
  const cut = (piece: Piece | undefined, edge: RegExp): void => {
    if (piece?.node.isText) piece.text = piece.text.replace(edge, "");
  };
  cut(all[0], /^[ \t\n]+/);
  cut(all.at(-1), /[ \t\n]+$/);
  return all.filter((piece) => piece.text || !piece.node.isText);
}

/** Blanks at the edge that shall stay are named. */
const edged = (text: string): string => text.replace(/^\u00a0+|\u00a0+$/g, (blanks) => "&nbsp;".repeat(blanks.length));

function readsAs(text: string, content: Fragment, place: Place): boolean {
  if (place === "cell") return inline(grammar.parseInline(text.replaceAll("\\|", "|"), {})[0]?.children ?? []).eq(content);
  const { doc } = read(place === "heading" ? `## ${text} {#a}` : text);
  return doc.childCount === 1 && doc.firstChild?.type.name === place && doc.firstChild.content.eq(content);
}

function flow(all: Piece[], place: Place, way: Way): string {
  let out = "";
  const open: Mark[] = [];
  const close = (to: number): void => {
    while (open.length > to) out += ending(open.pop(), way);
  };
  all.forEach((piece, n) => {
    const kept = open.findIndex((mark) => !mark.isInSet(piece.marks));
    close(kept < 0 ? open.length : kept);
    const fresh = piece.marks.filter((mark) => !mark.isInSet(open) && mark.type.name !== "code");
    if (way.isNested) fresh.sort((one, other) => lasts(all, n, other) - lasts(all, n, one) || Number(isLink(one)) - Number(isLink(other)));
    for (const mark of fresh) {
      out += mark.type.name === "link" ? "[" : way.isTagged ? `<${TAGS[mark.type.name]}>` : (SIGNS[mark.type.name] ?? "");
      open.push(mark);
    }
    out += said(piece, place, way.isEscaped === true);
  });
  close(0);
  return place === "paragraph" && way.isEscaped ? out.replace(LINE_START, "$1\\$2").replace(NUMBER_START, "$1\\$2") : out;
}

const isLink = (mark: Mark): boolean => mark.type.name === "link";

const lasts = (all: Piece[], from: number, mark: Mark): number => {
  let n = from;
  while (n < all.length && mark.isInSet(all[n]?.marks ?? [])) n += 1;
  return n;
};

function ending(mark: Mark | undefined, way: Way): string {
  const name = mark?.type.name ?? "";
  if (mark?.type.name !== "link") return way.isTagged ? `</${TAGS[name]}>` : (SIGNS[name] ?? "");
  return `](${target(mark.attrs["href"] as string, mark.attrs["title"] as string)})`;
}

/** Where a link or picture leads, with its title. */
export function target(href: string, title: string): string {
  const isPlain = /^[^\s<>()\\]*(\([^\s<>()\\]*\)[^\s<>()\\]*)*$/.test(href) && href !== "";
  const address = isPlain ? href : `<${href.replace(/[<>\n]/g, (sign) => (sign === "\n" ? "" : `\\${sign}`))}>`;
  return title ? `${address} "${title.replace(/["\\]/g, "\\$&")}"` : address;
}

export const pictureWords = (node: Node): string => `![${node.attrs["alt"]}](${target(node.attrs["src"] as string, node.attrs["title"] as string)})`;

function said({ node, text, marks }: Piece, place: Place, isEscaped: boolean): string {
  const inCell = (markdown: string): string => (place === "cell" ? markdown.replaceAll(/(?<!\\)\|/g, "\\|") : markdown);
  if (node.type.name === "hard_break") return place === "cell" || place === "heading" ? "<br>" : (node.attrs["markup"] as string);
  if (node.type.name === "image") return inCell(pictureWords(node));
  if (node.type.name === "raw_inline") return inCell(node.attrs["text"] as string);
  if (marks.some((mark) => mark.type.name === "code")) return inCell(codeWords(text));
  const flat = place === "paragraph" ? text : text.replaceAll("\n", " ");
  return isEscaped ? flat.replace(SPECIAL, "\\$&") : inCell(flat);
}

function codeWords(text: string): string {
  const runs = new Set([...text.matchAll(/`+/g)].map((run) => run[0].length));
  let wide = 1;
  while (runs.has(wide)) wide += 1;
  const fence = "`".repeat(wide);
  const isPadded = /^`|`$|^ .*[^ ].* $/s.test(text);
  return fence + (isPadded ? ` ${text} ` : text) + fence;
}

const isHugging = (mark: Mark): boolean => mark.type.name in SIGNS;

/** Texts and other nodes in order; blanks at the edge of bold words stand outside, where Markdown wants them. */
function pieces(content: Fragment): Piece[] {
  const nodes: Node[] = [];
  content.forEach((node) => nodes.push(node));
  return nodes.flatMap((node, n) => {
    const marks = [...node.marks];
    const text = node.text ?? "";
    if (!node.isText || marks.some((mark) => mark.type === schema.marks["code"])) return [{ node, text, marks }];
    const outside = (beside: Node | undefined): Mark[] => marks.filter((mark) => !isHugging(mark) || mark.isInSet(beside?.marks ?? []));
    const before = outside(nodes[n - 1]);
    const after = outside(nodes[n + 1]);
    const lead = before.length < marks.length ? (/^\s*/.exec(text)?.[0] ?? "") : "";
    const rest = text.slice(lead.length);
    const tail = after.length < marks.length ? (/\s*$/.exec(rest)?.[0] ?? "") : "";
    const core = rest.slice(0, rest.length - tail.length);
    const made = [
      { node, text: lead, marks: core ? before : marks.filter((mark) => !isHugging(mark)) },
      { node, text: core, marks },
      { node, text: tail, marks: after },
    ];
    return made.filter((piece) => piece.text);
  });
}
