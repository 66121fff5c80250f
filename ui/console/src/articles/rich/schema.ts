/** What an article is made of: one kind of node for each block that its Markdown can say. */
import { Schema, type DOMOutputSpec, type Node, type NodeSpec } from "prosemirror-model";
import { tableNodes } from "prosemirror-tables";

/** Boxes that hold blocks, as `::: kind Title … :::`. */
export const BOXES = ["note", "warning", "risk", "steps", "tabs", "tab", "video", "faq", "plain", "walk"] as const;
/** Places where a text or figures kept elsewhere stand, as `::: kind name` and `:::`. */
export const INSERTS = ["legal", "figures"] as const;
export type Box = (typeof BOXES)[number];
export type Insert = (typeof INSERTS)[number];

export const isBox = (kind: string): kind is Box => (BOXES as readonly string[]).includes(kind);
export const isInsert = (kind: string): kind is Insert => (INSERTS as readonly string[]).includes(kind);

const said = (value: unknown): string => (typeof value === "string" ? value : "");

const cells = tableNodes({
  tableGroup: "block",
  cellContent: "paragraph",
  cellAttributes: {
    align: {
      default: "",
      getFromDOM: (dom) => dom.dataset["align"] ?? "",
      setDOMAttr: (value, attrs) => {
        if (value) attrs["data-align"] = value;
      },
    },
  },
});

const nodes: Record<string, NodeSpec> = {
  doc: { content: "block+" },
  // Line breaks of the source stay as they are, so a paragraph keeps its blanks.
  paragraph: { content: "inline*", group: "block", whitespace: "pre", parseDOM: [{ tag: "p" }], toDOM: () => ["p", 0] },
  heading: {
    attrs: { level: { default: 2 }, anchor: { default: "" } },
    content: "inline*",
    group: "block",
    defining: true,
    parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, getAttrs: (dom: HTMLElement) => ({ level, anchor: dom.dataset["anchor"] ?? "" }) })),
    toDOM: (node) => [`h${node.attrs["level"]}`, node.attrs["anchor"] ? { "data-anchor": said(node.attrs["anchor"]) } : {}, 0],
  },
  bullet_list: {
    attrs: { tight: { default: true }, marker: { default: "-" } },
    content: "list_item+",
    group: "block",
    parseDOM: [{ tag: "ul", getAttrs: (dom) => ({ tight: dom.dataset["tight"] !== "no" }) }],
    toDOM: (node) => ["ul", node.attrs["tight"] ? {} : { "data-tight": "no" }, 0],
  },
  ordered_list: {
    attrs: { order: { default: 1 }, tight: { default: true }, marker: { default: "." } },
    content: "list_item+",
    group: "block",
    parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ order: Number(dom.getAttribute("start") ?? 1), tight: dom.dataset["tight"] !== "no" }) }],
    toDOM: (node) => ["ol", { ...(node.attrs["order"] === 1 ? {} : { start: String(node.attrs["order"]) }), ...(node.attrs["tight"] ? {} : { "data-tight": "no" }) }, 0],
  },
  list_item: { content: "block+", defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
  blockquote: { content: "block+", group: "block", defining: true, parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0] },
  horizontal_rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  box: {
    attrs: { kind: {}, title: { default: "" } },
    content: "block+",
    group: "block",
    defining: true,
    isolating: true,
    parseDOM: [{ tag: "section[data-box]", contentElement: ".box-body", getAttrs: (dom) => ({ kind: dom.dataset["box"], title: dom.dataset["title"] ?? "" }) }],
    toDOM: (node): DOMOutputSpec => ["section", { "data-box": said(node.attrs["kind"]), "data-title": said(node.attrs["title"]) }, ["div", { class: "box-body" }, 0]],
  },
  insert: {
    attrs: { kind: {}, name: { default: "" } },
    group: "block",
    atom: true,
    parseDOM: [{ tag: "div[data-insert]", getAttrs: (dom) => ({ kind: dom.dataset["insert"], name: dom.dataset["name"] ?? "" }) }],
    toDOM: (node) => ["div", { "data-insert": said(node.attrs["kind"]), "data-name": said(node.attrs["name"]) }],
  },
  code_block: {
    attrs: { info: { default: "" } },
    content: "text*",
    marks: "",
    group: "block",
    code: true,
    defining: true,
    parseDOM: [{ tag: "pre", preserveWhitespace: "full", getAttrs: (dom) => ({ info: dom.dataset["info"] ?? "" }) }],
    toDOM: (node) => ["pre", { "data-info": said(node.attrs["info"]) }, ["code", 0]],
  },
  /** Markup that has no block here: it stays letter for letter. */
  raw: {
    content: "text*",
    marks: "",
    group: "block",
    code: true,
    defining: true,
    parseDOM: [{ tag: "pre[data-raw]", preserveWhitespace: "full", priority: 60 }],
    toDOM: () => ["pre", { "data-raw": "" }, 0],
  },
  picture: {
    attrs: { src: {}, alt: { default: "" }, title: { default: "" } },
    group: "block",
    atom: true,
    draggable: true,
    parseDOM: [{ tag: "figure[data-src]", getAttrs: (dom) => ({ src: dom.dataset["src"], alt: dom.dataset["alt"] ?? "", title: dom.dataset["title"] ?? "" }) }],
    toDOM: (node) => ["figure", { "data-src": said(node.attrs["src"]), "data-alt": said(node.attrs["alt"]), "data-title": said(node.attrs["title"]) }],
  },
  ...cells,
  text: { group: "inline" },
  image: {
    attrs: { src: {}, alt: { default: "" }, title: { default: "" } },
    group: "inline",
    inline: true,
    draggable: true,
    parseDOM: [{ tag: "span[data-src]", getAttrs: (dom) => ({ src: dom.dataset["src"], alt: dom.dataset["alt"] ?? "", title: dom.dataset["title"] ?? "" }) }],
    toDOM: (node) => ["span", { class: "image", "data-src": said(node.attrs["src"]), "data-alt": said(node.attrs["alt"]), "data-title": said(node.attrs["title"]) }, said(node.attrs["alt"]) || said(node.attrs["src"])],
  },
  hard_break: {
    attrs: { markup: { default: "\\\n" } },
    group: "inline",
    inline: true,
    selectable: false,
    parseDOM: [{ tag: "br" }],
    toDOM: () => ["br"],
  },
  raw_inline: {
    attrs: { text: {} },
    group: "inline",
    inline: true,
    atom: true,
    parseDOM: [{ tag: "code[data-raw]", priority: 60, getAttrs: (dom) => ({ text: dom.textContent }) }],
    toDOM: (node) => ["code", { "data-raw": "" }, said(node.attrs["text"])],
  },
};

export const schema = new Schema({
  nodes,
  marks: {
    link: {
      attrs: { href: {}, title: { default: "" } },
      inclusive: false,
      // No address in the page itself: a click edits, and a hostile address stays a word.
      parseDOM: [{ tag: "a[data-href]", getAttrs: (dom) => ({ href: dom.dataset["href"], title: dom.title }) }],
      toDOM: (mark) => ["a", { "data-href": said(mark.attrs["href"]), ...(mark.attrs["title"] ? { title: said(mark.attrs["title"]) } : {}) }, 0],
    },
    em: { parseDOM: [{ tag: "em" }], toDOM: () => ["em", 0] },
    strong: { parseDOM: [{ tag: "strong" }], toDOM: () => ["strong", 0] },
    strike: { parseDOM: [{ tag: "s" }], toDOM: () => ["s", 0] },
    code: { code: true, parseDOM: [{ tag: "code" }], toDOM: () => ["code", 0] },
  },
});

/** A node of the schema by its name; a name that is not there is a mistake of ours. */
export function kindOf(name: string): Schema["nodes"][string] {
  const kind = schema.nodes[name];
  if (!kind) throw new Error(`no node ${name}`);
  return kind;
}

export const paragraphOf = (text = ""): Node => kindOf("paragraph").create(null, text ? schema.text(text) : null);
