/** Our Markdown as a parser: that of the server (CommonMark, tables, strikethrough) with its boxes. */
import MarkdownIt, { type MarkdownIt as Parser, type StateBlock } from "markdown-it";
import { isBox, isInsert } from "./schema.ts";

const COLON = 0x3a;

/** `::: kind title` to the next line of as many colons; what has no block here stays raw. */
const box = (state: StateBlock, start: number, end: number, silent: boolean): boolean => {
  const first = state.bMarks[start]! + state.tShift[start]!;
  const last = state.eMarks[start]!;
  let at = first;
  while (at < last && state.src.charCodeAt(at) === COLON) at += 1;
  const colons = at - first;
  const said = state.src.slice(at, last).trim();
  const kind = /^[a-z]\w*/.exec(said)?.[0] ?? "";
  if (colons < 3 || !kind || (said[kind.length] ?? " ") !== " ") return false;
  if (silent) return true;

  let line = start;
  let isClosed = false;
  while (++line < end) {
    const from = state.bMarks[line]! + state.tShift[line]!;
    const to = state.eMarks[line]!;
    if (from < to && state.sCount[line]! < state.blkIndent) break; // the item it stands in ends
    const text = state.src.slice(from, to).trimEnd();
    if (state.sCount[line]! - state.blkIndent < 4 && text.length >= colons && /^:+$/.test(text)) {
      isClosed = true;
      break;
    }
  }
  const isEmpty = !state.getLines(start + 1, line, 0, false).trim();
  const isKnown = isBox(kind) || (isInsert(kind) && isEmpty);
  if (!isKnown && !isClosed) return false;
  const map: [number, number] = [start, line + (isClosed ? 1 : 0)];
  const title = said.slice(kind.length).trim();
  if (isBox(kind)) {
    const before = { parent: state.parentType, max: state.lineMax };
    state.lineMax = line;
    const open = state.push("box_open", "section", 1);
    Object.assign(open, { map, meta: { kind, title }, block: true });
    state.md.block.tokenize(state, start + 1, line);
    state.push("box_close", "section", -1).block = true;
    state.parentType = before.parent;
    state.lineMax = before.max;
  } else {
    const token = state.push(isKnown ? "insert" : "raw", "", 0);
    Object.assign(token, { map, meta: { kind, name: title }, block: true });
    token.content = state.getLines(start, map[1], state.blkIndent, false);
  }
  state.line = map[1];
  return true;
};

function made(): Parser {
  const parser = new MarkdownIt("commonmark", { html: true, linkify: false, typographer: false });
  parser.enable(["table", "strikethrough"]);
  parser.block.ruler.before("fence", "box", box, { alt: ["paragraph", "reference", "blockquote", "list"] });
  // Addresses stay as they are written; none of them is ever followed from here.
  parser.validateLink = () => true;
  parser.normalizeLink = (address) => address;
  return parser;
}

export const grammar = made();
