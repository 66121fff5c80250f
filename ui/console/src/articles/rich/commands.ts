/** What the toolbar, the slash menu and the keys do with a document. */
import { lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { Fragment, type Node, type NodeType } from "prosemirror-model";
import { liftListItem, wrapInList } from "prosemirror-schema-list";
import { Selection, TextSelection, type Command, type EditorState, type Transaction } from "prosemirror-state";
import { addRowAfter, CellSelection, goToNextCell, isInTable, selectedRect } from "prosemirror-tables";
import { kindOf, paragraphOf, schema } from "./schema.ts";

export const MARKS = ["strong", "em", "strike", "code"] as const;
export type MarkName = (typeof MARKS)[number];

export function mark(name: MarkName): Command {
  const type = schema.marks[name];
  return type ? toggleMark(type) : () => false;
}

export function isMarked(state: EditorState, name: string): boolean {
  const { from, $from, to, empty } = state.selection;
  const type = schema.marks[name];
  if (!type) return false;
  return empty ? type.isInSet(state.storedMarks ?? $from.marks()) !== undefined : state.doc.rangeHasMark(from, to, type);
}

/** Words become a heading; level 0, or the same level again, makes them a paragraph. */
export const heading = (level: number): Command => (state, dispatch) => {
  const type = kindOf("heading");
  const here = state.selection.$from.parent;
  const isIt = level === 0 || (here.type === type && here.attrs["level"] === level);
  return isIt ? setBlockType(kindOf("paragraph"))(state, dispatch) : setBlockType(type, { level, anchor: here.attrs["anchor"] ?? "" })(state, dispatch);
};

/** A list of what is selected, or none when it is one already. */
export const list = (name: "bullet_list" | "ordered_list"): Command => (state, dispatch) =>
  isIn(state, kindOf(name)) ? liftListItem(kindOf("list_item"))(state, dispatch) : wrapInList(kindOf(name))(state, dispatch);

export const quote: Command = (state, dispatch) => (isIn(state, kindOf("blockquote")) ? lift(state, dispatch) : wrapIn(kindOf("blockquote"))(state, dispatch));

export function isIn(state: EditorState, type: NodeType): boolean {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) if ($from.node(depth).type === type) return true;
  return false;
}

/** Put a block where the cursor is: instead of an empty line, else behind the block it stands in. */
export function insert(node: Node): Command {
  return (state, dispatch) => {
    const { $from } = state.selection;
    const here = $from.parent;
    const isEmpty = here.type.name === "paragraph" && here.content.size === 0;
    for (let depth = $from.depth; depth > 0; depth -= 1) {
      const parent = $from.node(depth - 1);
      const index = $from.index(depth - 1);
      const [from, to] = isEmpty && depth === $from.depth ? [index, index + 1] : [index + 1, index + 1];
      if (!parent.canReplaceWith(from, to, node.type)) continue;
      if (dispatch) dispatch(placed(state.tr, from === index ? $from.before(depth) : $from.after(depth), $from.after(depth), node));
      return true;
    }
    return false;
  };
}

function placed(tr: Transaction, from: number, to: number, node: Node): Transaction {
  tr.replaceWith(from, to, node);
  if (node.isAtom && from + node.nodeSize >= tr.doc.content.size) tr.insert(from + node.nodeSize, paragraphOf());
  const at = node.isAtom ? from + node.nodeSize : from + 1;
  return tr.setSelection(Selection.near(tr.doc.resolve(at), 1)).scrollIntoView();
}

const filled = (kind: string, title: string, ...blocks: Node[]): Node => kindOf("box").create({ kind, title }, blocks);
const listOf = (name: string, ...items: Node[]): Node => kindOf(name).create(null, items.map((one) => kindOf("list_item").create(null, one)));

/** A box around what is selected, or a new one with room to write. */
export function box(kind: string): Command {
  return (state, dispatch) => {
    const { $from, $to, empty } = state.selection;
    const range = empty ? null : $from.blockRange($to);
    if (range && range.parent.type.contentMatch.matchType(kindOf("box")) && kind !== "tabs") {
      const inside = state.doc.slice(range.start, range.end).content;
      dispatch?.(state.tr.replaceWith(range.start, range.end, kindOf("box").create({ kind }, kind === "steps" ? stepsOf(inside) : inside)).scrollIntoView());
      return true;
    }
    return insert(fresh(kind))(state, dispatch);
  };
}

/** Paragraphs become steps; a list is taken as it is. */
function stepsOf(content: Fragment): Node {
  const only = content.childCount === 1 ? content.firstChild : null;
  if (only?.type.name === "ordered_list") return only;
  const items: Node[] = [];
  content.forEach((node) => {
    if (node.type.name.endsWith("_list")) node.forEach((item) => items.push(item));
    else items.push(kindOf("list_item").create(null, node));
  });
  return kindOf("ordered_list").create(null, items);
}

function fresh(kind: string): Node {
  const line = paragraphOf();
  const question = kindOf("heading").create({ level: 3 });
  if (kind === "steps") return filled(kind, "", listOf("ordered_list", line));
  if (kind === "tabs") return filled(kind, "", filled("tab", "Web", line), filled("tab", "App", line));
  if (kind === "faq") return filled(kind, "", question, line);
  if (kind === "walk") return filled(kind, "", question, line, listOf("bullet_list", line));
  return filled(kind, "", line);
}

export function table(rows = 3, columns = 2): Node {
  const row = (name: string): Node => kindOf("table_row").create(null, Array.from({ length: columns }, () => kindOf(name).create(null, paragraphOf())));
  return kindOf("table").create(null, [row("table_header"), ...Array.from({ length: rows - 1 }, () => row("table_cell"))]);
}

/** All cells of the chosen columns stand at one side. */
export const align = (side: string): Command => (state, dispatch) => {
  if (!isInTable(state)) return false;
  const rect = selectedRect(state);
  const tr = state.tr;
  const places = rect.map.cellsInRect({ left: rect.left, right: rect.right, top: 0, bottom: rect.map.height });
  for (const at of places) tr.setNodeAttribute(rect.tableStart + at, "align", side);
  dispatch?.(tr);
  return true;
};

/** Tab goes to the next cell; behind the last one a new row begins. */
export const nextCell: Command = (state, dispatch, view) => {
  if (goToNextCell(1)(state, dispatch)) return true;
  if (!isInTable(state) || !addRowAfter(state, dispatch)) return false;
  return view ? goToNextCell(1)(view.state, view.dispatch) : true;
};

/** Enter in a cell goes to the one below; after the last row it leaves the table. */
export const enterCell: Command = (state, dispatch) => {
  if (!isInTable(state) || state.selection instanceof CellSelection) return false;
  const rect = selectedRect(state);
  if (rect.bottom < rect.map.height) {
    const at = rect.tableStart + rect.map.positionAt(rect.bottom, rect.left, rect.table);
    dispatch?.(state.tr.setSelection(TextSelection.near(state.doc.resolve(at + 1))).scrollIntoView());
    return true;
  }
  const end = rect.tableStart + rect.table.content.size + 1;
  const tr = state.tr;
  if (tr.doc.resolve(end).nodeAfter?.type.name !== "paragraph") tr.insert(end, paragraphOf());
  dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(end + 1))).scrollIntoView());
  return true;
};

/** A line break within a paragraph. */
export const breakLine: Command = (state, dispatch) => {
  if (state.selection.$from.parent.type.spec.code) return false;
  const markup = isInTable(state) ? "<br>" : "\\\n";
  dispatch?.(state.tr.replaceSelectionWith(kindOf("hard_break").create({ markup })).scrollIntoView());
  return true;
};

/** Move the block (or the list's item) that the cursor is in past its neighbour. */
export const move = (step: -1 | 1): Command => (state, dispatch) => {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const parent = $from.node(depth - 1);
    const node = $from.node(depth);
    const index = $from.index(depth - 1);
    const isWhole = parent.type.name === "list_item" && index === 0; // its item moves
    const role = node.type.spec["tableRole"] as string | undefined;
    const other = parent.maybeChild(index + step);
    if (isWhole || (role && role !== "table") || !other) continue;
    if (parent.type.spec["tableRole"]) continue;
    const start = $from.before(depth);
    const at = step < 0 ? start - other.nodeSize : start + other.nodeSize;
    const tr = state.tr.delete(start, start + node.nodeSize).insert(at, node);
    const kept = at + ($from.pos - start); // the anchor may lie in another block, behind the text's end
    dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve(kept))).scrollIntoView());
    return true;
  }
  return false;
};

/** Words become a link; an empty address takes it away. Without chosen words the title is written. */
export function link(href: string, words: string): Command {
  return (state, dispatch) => {
    const type = schema.marks["link"];
    const [from, to] = linkAt(state) ?? [state.selection.from, state.selection.to];
    if (!type || !state.selection.$from.parent.inlineContent) return false;
    const tr = state.tr;
    if (from === to) {
      if (!href) return false;
      tr.insertText(words, from).addMark(from, from + words.length, type.create({ href }));
    } else {
      tr.removeMark(from, to, type);
      if (href) tr.addMark(from, to, type.create({ href }));
    }
    dispatch?.(tr.removeStoredMark(type).scrollIntoView());
    return true;
  };
}

/** The stretch of the link that the cursor stands in. */
export function linkAt(state: EditorState): [number, number] | null {
  const { $from, empty } = state.selection;
  const mark = schema.marks["link"]?.isInSet($from.marks());
  if (!empty || !mark) return null;
  const start = $from.start();
  let found: [number, number] | null = null;
  $from.parent.forEach((node, offset) => {
    const [from, to] = [start + offset, start + offset + node.nodeSize];
    if (!mark.isInSet(node.marks)) return;
    if (found && found[1] === from) found = [found[0], to];
    else if (!found || to <= $from.pos || from <= $from.pos) found = [from, to];
  });
  return found;
}

export const hrefAt = (state: EditorState): string => (schema.marks["link"]?.isInSet(state.selection.$from.marks())?.attrs["href"] as string | undefined) ?? "";
