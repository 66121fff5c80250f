/** Markdown to a document, and what each block of it was written as. */
import type { Token } from "markdown-it";
import { Fragment, type Mark, type Node } from "prosemirror-model";
import { grammar } from "./grammar.ts";
import { kindOf, paragraphOf, schema } from "./schema.ts";

/** One block as it was written, and what stood between it and the next one. */
export interface Written {
  text: string;
  after: string;
  next: Node | undefined;
}

export interface Read {
  doc: Node;
  /** Blank lines above the first block. */
  lead: string;
  written: Map<Node, Written>;
}

const ANCHOR = /\s*\{#([^}\s]+)\}\s*$/;
const TAG = /^<(\/?)(strong|em|s)>$/;
const MARKS = new Map([
  ["strong", "strong"],
  ["em", "em"],
  ["s", "strike"],
]);

export function read(source: string): Read {
  const lines = source.split("\n");
  const tokens = grammar.parse(source, {});
  const blocks: { node: Node; from: number; to: number }[] = [];
  let end = 0;
  for (const [from, to, inside] of pieces(tokens)) {
    // Definitions of links make no block of their own: they stay as they are.
    keepBetween(end, from);
    const node = block(inside);
    blocks.push({ node, from, to: last(from, to) });
    end = to;
  }
  keepBetween(end, lines.length);
  const doc = kindOf("doc").create(null, blocks.length ? blocks.map((one) => one.node) : [paragraphOf()]);
  return { doc, lead: blocks[0] ? cut(0, blocks[0].from) : "", written: remembered() };

  function keepBetween(from: number, to: number): void {
    while (from < to && !lines[from]?.trim()) from += 1;
    const until = last(from, to);
    if (until > from) blocks.push({ node: rawOf(lines.slice(from, until).join("\n")), from, to: until });
  }

  /** Blank lines at a block's end belong to what comes after it. */
  function last(from: number, to: number): number {
    while (to > from && !lines[to - 1]?.trim()) to -= 1;
    return to;
  }

  function cut(from: number, to: number): string {
    return lines.slice(from, to).join("\n") + (from < to && to < lines.length ? "\n" : "");
  }

  function remembered(): Map<Node, Written> {
    const all = new Map<Node, Written>();
    blocks.forEach(({ node, from, to }, n) => {
      const next = blocks[n + 1];
      const after = (to < lines.length ? "\n" : "") + cut(to, next?.from ?? lines.length);
      all.set(node, { text: lines.slice(from, to).join("\n"), after, next: next?.node });
    });
    return all;
  }
}

/** The blocks of the first rank: their lines and their tokens. */
function* pieces(tokens: Token[]): Generator<[from: number, to: number, tokens: Token[]]> {
  let start = 0;
  for (const [n, token] of tokens.entries()) {
    if (token.level !== 0) continue;
    if (token.nesting >= 0) start = n;
    if (token.nesting <= 0) {
      const map = tokens[start]?.map ?? [0, 0];
      yield [map[0], map[1], tokens.slice(start, n + 1)];
    }
  }
}

export const rawOf = (text: string): Node => kindOf("raw").create(null, text ? schema.text(text) : null);

/** One block from its opening token to its closing one. */
function block(tokens: Token[]): Node {
  const [open] = tokens;
  if (!open) return paragraphOf();
  const inside = tokens.slice(1, -1);
  switch (open.type) {
    case "paragraph_open":
      return paragraph(inside[0]);
    case "heading_open":
      return heading(Number(open.tag.slice(1)), inside[0]);
    case "bullet_list_open":
      return kindOf("bullet_list").create({ tight: isTight(inside), marker: open.markup }, items(inside));
    case "ordered_list_open":
      return kindOf("ordered_list").create({ order: Number(open.attrGet("start") ?? 1), tight: isTight(inside), marker: inside[0]?.markup ?? "." }, items(inside));
    case "blockquote_open":
      return kindOf("blockquote").create(null, blocks(inside));
    case "box_open":
      return kindOf("box").create(open.meta as { kind: string; title: string }, blocks(inside));
    case "insert":
      return kindOf("insert").create(open.meta as { kind: string; name: string });
    case "fence":
    case "code_block":
      return code(open);
    case "hr":
      return kindOf("horizontal_rule").create();
    case "table_open":
      return table(inside);
    default:
      return rawOf(open.content.replace(/\n$/, ""));
  }
}

function blocks(tokens: Token[]): Node[] {
  const found: Node[] = [];
  const base = tokens[0]?.level ?? 0;
  let start = 0;
  for (const [n, token] of tokens.entries()) {
    if (token.level !== base) continue;
    if (token.nesting >= 0) start = n;
    if (token.nesting <= 0) found.push(block(tokens.slice(start, n + 1)));
  }
  return found.length ? found : [paragraphOf()];
}

function items(tokens: Token[]): Node[] {
  const found: Node[] = [];
  const base = tokens[0]?.level ?? 0;
  let start = 0;
  for (const [n, token] of tokens.entries()) {
    if (token.level !== base) continue;
    if (token.nesting === 1) start = n;
    else found.push(kindOf("list_item").create(null, blocks(tokens.slice(start + 1, n))));
  }
  return found;
}

/** A list whose items stand close: the parser hides their paragraphs. */
function isTight(tokens: Token[]): boolean {
  const base = tokens[0]?.level ?? 0;
  return tokens.every((token) => token.type !== "paragraph_open" || token.level !== base + 1 || token.hidden);
}

function code(token: Token): Node {
  const text = token.content.replace(/\n$/, "");
  return kindOf("code_block").create({ info: token.info.trim() }, text ? schema.text(text) : null);
}

function paragraph(token: Token | undefined): Node {
  const children = token?.children ?? [];
  const [only] = children;
  if (only?.type === "image" && children.length === 1) return kindOf("picture").create(pictureOf(only));
  return kindOf("paragraph").create(null, inline(children));
}

const said = (token: Token, name: string): string => String(token.attrGet(name) ?? "");
const pictureOf = (token: Token): { src: string; alt: string; title: string } => ({ src: said(token, "src"), alt: token.content, title: said(token, "title") });

function heading(level: number, token: Token | undefined): Node {
  let content = inline(token?.children ?? []);
  let anchor = "";
  const tail = content.lastChild;
  const found = tail?.isText ? ANCHOR.exec(tail.text ?? "") : null;
  if (found) {
    anchor = found[1] ?? "";
    content = content.cut(0, content.size - found[0].length);
  }
  return kindOf("heading").create({ level, anchor }, content);
}

function table(tokens: Token[]): Node {
  const rows: Node[] = [];
  let cells: Node[] = [];
  for (const [n, token] of tokens.entries()) {
    if (token.type === "tr_open") cells = [];
    else if (token.type === "tr_close") rows.push(kindOf("table_row").create(null, cells));
    else if (token.type === "th_open" || token.type === "td_open") {
      const align = /text-align:(\w+)/.exec(said(token, "style"))?.[1] ?? "";
      const words = kindOf("paragraph").create(null, inline(tokens[n + 1]?.children ?? []));
      cells.push(kindOf(token.type === "th_open" ? "table_header" : "table_cell").create({ align }, words));
    }
  }
  return kindOf("table").create(null, rows);
}

/** Words with their marks. */
export function inline(tokens: Token[]): Fragment {
  const found: Node[] = [];
  let marks: readonly Mark[] = [];
  const add = (text: string, more = marks): void => {
    if (text) found.push(schema.text(text, more));
  };
  for (const token of tokens) {
    const mark = MARKS.get(token.tag);
    const tag = token.type === "html_inline" ? TAG.exec(token.content) : null;
    const tagged = MARKS.get(tag?.[2] ?? "");
    if (token.type === "text") add(token.content);
    else if (token.type === "softbreak") add("\n");
    else if (token.type === "hardbreak") found.push(kindOf("hard_break").create(null, null, marks));
    else if (token.type === "code_inline") add(token.content, schema.mark("code").addToSet(marks));
    else if (token.type === "image") found.push(kindOf("image").create(pictureOf(token), null, marks));
    else if (token.type === "link_open") marks = schema.mark("link", { href: said(token, "href"), title: said(token, "title") }).addToSet(marks);
    else if (token.type === "link_close") marks = marks.filter((one) => one.type.name !== "link");
    else if (tagged) marks = tag?.[1] ? marks.filter((one) => one.type.name !== tagged) : schema.mark(tagged).addToSet(marks);
    else if (token.type === "html_inline") found.push(/^<br\s*\/?>$/i.test(token.content) ? kindOf("hard_break").create({ markup: token.content }, null, marks) : kindOf("raw_inline").create({ text: token.content }, null, marks));
    else if (mark && token.nesting === 1) marks = schema.mark(mark).addToSet(marks);
    else if (mark && token.nesting === -1) marks = marks.filter((one) => one.type.name !== mark);
  }
  return Fragment.fromArray(joined(found));
}

/** Texts of the same marks that stand beside each other are one. */
export function joined(nodes: Node[]): Node[] {
  return nodes.reduce<Node[]>((all, node) => {
    const before = all.at(-1);
    if (before?.isText && node.isText && before.sameMarkup(node)) all[all.length - 1] = schema.text(`${before.text}${node.text}`, node.marks);
    else all.push(node);
    return all;
  }, []);
}
