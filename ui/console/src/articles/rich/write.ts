/** A document to Markdown: what nobody touched is written as it was read, letter for letter. */
import type { Node } from "prosemirror-model";
import { pictureWords, words } from "./inline.ts";
import { read, type Read, type Written } from "./read.ts";

/** One article's document and the text it came from. */
export class Source {
  readonly doc: Node;
  readonly #text: string;
  readonly #lead: string;
  readonly #written: Map<Node, Written>;
  /** By their words, for blocks that were changed and changed back. */
  readonly #alike = new Map<string, Node[]>();
  readonly #made = new WeakMap<Node, string>();

  constructor(text: string) {
    const found: Read = read(text);
    this.#text = text;
    this.doc = found.doc;
    this.#lead = found.lead;
    this.#written = found.written;
    for (const node of found.written.keys()) this.#alike.set(node.textContent, [...(this.#alike.get(node.textContent) ?? []), node]);
  }

  /** The Markdown of a later state of the document. */
  write(doc: Node): string {
    if (doc === this.doc) return this.#text;
    if (isBlank(doc)) return "";
    let out = "";
    let before: Node | undefined;
    doc.forEach((node) => {
      if (isLine(node)) return;
      const one = this.#original(node);
      if (out || before) out += this.#between(before, one);
      else if (one === this.doc.firstChild) out = this.#lead;
      out += this.#said(one, before);
      before = one;
    });
    const end = before && this.#written.get(before);
    return end && !end.next ? out + end.after : `${out}\n`;
  }

  /** The block as it was read, if this is the same. */
  #original(node: Node): Node {
    if (this.#written.has(node)) return node;
    return this.#alike.get(node.textContent)?.find((one) => one.eq(node)) ?? node;
  }

  #between(before: Node | undefined, node: Node): string {
    const known = before && this.#written.get(before);
    return known?.next === node ? known.after : "\n\n";
  }

  #said(node: Node, before: Node | undefined): string {
    const known = this.#written.get(node)?.text ?? this.#made.get(node);
    if (known !== undefined && !touch(before, node)) return known;
    const made = block(node, before);
    if (!touch(before, node)) this.#made.set(node, made);
    return made;
  }
}

/** A document alone, without a text it came from. */
export const markdownOf = (doc: Node): string => (isBlank(doc) ? "" : `${blocks(doc)}\n`);

/** An empty line is where somebody is about to write: Markdown has none. */
const isLine = (node: Node): boolean => node.type.name === "paragraph" && node.content.size === 0;
const isBlank = (doc: Node): boolean => doc.content.content.every(isLine);

/** Two lists of one sign would become one. */
const touch = (before: Node | undefined, node: Node): boolean => before !== undefined && before.type === node.type && "marker" in node.attrs && before.attrs["marker"] === node.attrs["marker"];

function blocks(parent: Node, gap = "\n\n"): string {
  const parts: string[] = [];
  let before: Node | undefined;
  parent.forEach((node) => {
    if (!isLine(node)) {
      parts.push(block(node, before));
      before = node;
    }
  });
  return parts.join(gap);
}

function block(node: Node, before?: Node): string {
  switch (node.type.name) {
    case "paragraph":
      return words(node.content, "paragraph");
    case "heading":
      return `${"#".repeat(node.attrs["level"] as number)} ${words(node.content, "heading")}${node.attrs["anchor"] ? ` {#${node.attrs["anchor"]}}` : ""}`.trimEnd();
    case "bullet_list":
      return list(node, () => `${sign(node, before, "-", "*")} `);
    case "ordered_list":
      return list(node, (n) => `${(node.attrs["order"] as number) + n}${sign(node, before, ".", ")")} `);
    case "blockquote":
      return indented(blocks(node), "> ").replace(/^> $/gm, ">");
    case "box":
      return box(node);
    case "insert":
      return `::: ${node.attrs["kind"]} ${node.attrs["name"]}`.trimEnd() + "\n:::";
    case "code_block":
      return fenced(node.textContent, node.attrs["info"] as string);
    case "horizontal_rule":
      return "---";
    case "table":
      return table(node);
    case "picture":
      return pictureWords(node);
    default:
      return node.textContent;
  }
}

function sign(node: Node, before: Node | undefined, one: string, other: string): string {
  const mine = node.attrs["marker"] as string;
  return touch(before, node) ? (mine === one ? other : one) : mine;
}

function list(node: Node, mark: (n: number) => string): string {
  const items: string[] = [];
  node.forEach((item, _, n) => {
    const lead = mark(n);
    items.push((lead + indented(blocks(item, isTight(node, item) ? "\n" : "\n\n"), " ".repeat(lead.length)).trimStart()).trimEnd());
  });
  return items.join(node.attrs["tight"] ? "\n" : "\n\n");
}

/** A list within a tight item follows its words at once; anything else wants a blank line. */
function isTight(node: Node, item: Node): boolean {
  let isPlain = Boolean(node.attrs["tight"]);
  item.forEach((child, _, n) => {
    if (n > 0 && !child.type.name.endsWith("_list")) isPlain = false;
  });
  return isPlain;
}

const indented = (text: string, by: string): string => text.replace(by.trim() ? /^/gm : /^(?=.)/gm, by);

/** Boxes that are made to hold others have four colons, as their writers know them. */
const WIDE = new Set(["tabs", "plain", "walk"]);

/** A box that holds boxes has one colon more than they. */
function box(node: Node): string {
  const colons = ":".repeat(colonsOf(node));
  const body = blocks(node);
  return `${colons} ${node.attrs["kind"]} ${node.attrs["title"]}`.trimEnd() + (body ? `\n${body}` : "") + `\n${colons}`;
}

function colonsOf(node: Node): number {
  let most = WIDE.has(node.attrs["kind"] as string) ? 3 : 2;
  node.descendants((inner) => {
    if (inner.type.name === "insert") most = Math.max(most, 3);
    if (inner.type.name !== "box") return true;
    most = Math.max(most, colonsOf(inner));
    return false;
  });
  return Math.max(3, most + 1);
}

function fenced(text: string, info: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/^\s*(`{3,})/gm)].map((run) => run[1]?.length ?? 0));
  const fence = "`".repeat(longest + 1);
  return `${fence}${info}\n${text}${text ? "\n" : ""}${fence}`;
}

const RULERS: Record<string, string> = { left: ":---", center: ":---:", right: "---:" };

function table(node: Node): string {
  const rows: string[] = [];
  node.forEach((row, _, n) => {
    const cells: string[] = [];
    row.forEach((cell) => {
      cells.push(cell.firstChild ? words(cell.firstChild.content, "cell") : "");
      for (let more = 1; more < (cell.attrs["colspan"] as number); more += 1) cells.push("");
    });
    rows.push(line(cells));
    if (n === 0) rows.push(line(Array.from(row.content.content, (cell) => RULERS[cell.attrs["align"] as string] ?? "---")));
  });
  return rows.join("\n");
}

const line = (cells: string[]): string => `|${cells.map((cell) => (cell ? ` ${cell} |` : " |")).join("")}`;
