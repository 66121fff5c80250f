/** Ways out of a block by keyboard: Enter on its empty last line, and the arrow down where nothing follows. */
import type { Node, ResolvedPos } from "prosemirror-model";
import { Selection, type Command, type EditorState, type Transaction } from "prosemirror-state";
import { kindOf, paragraphOf } from "./schema.ts";

const HOLDERS = new Set(["box", "table", "blockquote"]);

const isBoxOf = (node: Node, ...kinds: string[]): boolean => node.type.name === "box" && kinds.includes(node.attrs["kind"] as string);
const isLast = (at: ResolvedPos, depth: number): boolean => at.index(depth) === at.node(depth).childCount - 1;

/** The empty line somebody pressed Enter on, or null. */
function emptyLine(state: EditorState): ResolvedPos | null {
  const { $from, empty } = state.selection;
  return empty && $from.parent.type.name === "paragraph" && $from.parent.content.size === 0 ? $from : null;
}

function goTo(tr: Transaction, at: number): Transaction {
  return tr.setSelection(Selection.near(tr.doc.resolve(at), 1)).scrollIntoView();
}

/** Enter on an empty line at a box's end goes on below the box; of steps, the empty step is that line. */
export const leaveBox: Command = (state, dispatch) => {
  const $from = emptyLine(state);
  const depth = $from ? endsBox($from) : 0;
  if (!$from || !depth) return false;
  if (isBoxOf($from.node(depth), "tab") && !isLast($from, depth - 1)) return nextTab(state, $from, depth, dispatch);
  // Behind the last tab, one is behind them all.
  const box = isBoxOf($from.node(depth), "tab") ? depth - 1 : depth;
  dispatch?.(isBare($from, box) ? replaced(state, $from, box) : below(state, $from, depth, box));
  return true;
};

/** How deep the box lies whose last line this is; 0 when it ends none. */
function endsBox($from: ResolvedPos): number {
  const holder = $from.depth - 1;
  if (holder < 1 || !isLast($from, holder)) return 0;
  if ($from.node(holder).type.name === "box") return holder;
  const box = holder - 2;
  const isStep = box > 0 && $from.node(holder).type.name === "list_item" && isBoxOf($from.node(box), "steps");
  return isStep && $from.node(holder).childCount === 1 && isLast($from, holder - 1) && isLast($from, box) ? box : 0;
}

/** Nothing was put into it, not even a title: then the box itself is what one did not want. */
function isBare($from: ResolvedPos, box: number): boolean {
  const node = $from.node(box);
  let isEmpty = !node.attrs["title"] && !isBoxOf(node, "tabs");
  node.descendants((inner) => {
    if (inner.isLeaf) isEmpty = false;
  });
  return isEmpty;
}

function replaced(state: EditorState, $from: ResolvedPos, box: number): Transaction {
  const start = $from.before(box);
  return goTo(state.tr.replaceWith(start, $from.after(box), paragraphOf()), start + 1);
}

function below(state: EditorState, $from: ResolvedPos, depth: number, box: number): Transaction {
  const after = $from.after(box);
  const tr = state.tr.insert(after, paragraphOf());
  // The empty line goes, with its step; a list without steps and a box without lines cannot be.
  let gone = $from.depth;
  while (gone > depth + 1 && $from.node(gone - 1).childCount === 1) gone -= 1;
  if ($from.node(gone - 1).childCount > 1) tr.delete($from.before(gone), $from.after(gone));
  return goTo(tr, tr.mapping.map(after, -1) + 1);
}

function nextTab(state: EditorState, $from: ResolvedPos, depth: number, dispatch?: (tr: Transaction) => void): boolean {
  const tr = state.tr;
  if ($from.node(depth).childCount > 1) tr.delete($from.before(), $from.after());
  dispatch?.(goTo(tr, tr.mapping.map($from.after(depth)) + 1));
  return true;
}

/** Enter on the empty line that follows more than words in a step (a note, a picture) begins the next step. */
export const nextStep: Command = (state, dispatch) => {
  const $from = emptyLine(state);
  const item = ($from?.depth ?? 0) - 1;
  if (!$from || item < 3 || $from.node(item).type.name !== "list_item" || !isBoxOf($from.node(item - 2), "steps")) return false;
  if ($from.node(item).childCount < 2 || !isLast($from, item)) return false;
  const tr = state.tr.insert($from.after(item), kindOf("list_item").create(null, paragraphOf()));
  tr.delete($from.before(), $from.after());
  dispatch?.(goTo(tr, tr.mapping.map($from.after(item), -1) + 1));
  return true;
};

/** Enter behind a question goes to the empty line that already waits for its answer. */
export const toAnswer: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parent.type.name !== "heading" || $from.parentOffset < $from.parent.content.size) return false;
  const after = $from.after();
  const next = state.doc.nodeAt(after);
  if (next?.type.name !== "paragraph" || next.content.size > 0) return false;
  dispatch?.(goTo(state.tr, after + 1));
  return true;
};

/** The arrow down at the very end of a block that holds others, or of code: a line below it, to go on. */
export const leaveDown: Command = (state, dispatch, view) => {
  const { $from, empty } = state.selection;
  let isHeld = Boolean($from.parent.type.spec.code);
  for (let depth = 1; depth < $from.depth; depth += 1) isHeld ||= HOLDERS.has($from.node(depth).type.name);
  if (!empty || !isHeld || !$from.parent.isTextblock) return false;
  for (let depth = 0; depth < $from.depth; depth += 1) if (!isLast($from, depth) && $from.node(depth).type.name !== "table_row") return false;
  if (view ? !view.endOfTextblock("down", state) : $from.parentOffset < $from.parent.content.size) return false;
  const end = state.doc.content.size;
  dispatch?.(goTo(state.tr.insert(end, paragraphOf()), end + 1));
  return true;
};
