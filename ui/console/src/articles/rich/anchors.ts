/** Addresses within a page: a heading keeps its own beside its words, a step writes it as `{#own}` behind its bold title. */
import type { Node, ResolvedPos } from "prosemirror-model";
import { Plugin, type Command, type EditorState } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

/** As the server reads it: render/anchors.py. */
const FIRST = /^(\s*[.。:：]?)(\s*)\{#([^}\s]+)\}/;

interface Place {
  name: string;
  /** Where the sign stands in the paragraph, or, without one, where it would. */
  from: number;
  to: number;
}

/** The first lines of every step. */
function* steps(doc: Node): Generator<[line: Node, at: number]> {
  const found: [Node, number][] = [];
  doc.descendants((list, at, parent) => {
    if (list.type.name !== "ordered_list" || parent?.type.name !== "box" || parent.attrs["kind"] !== "steps") return;
    list.forEach((item, offset) => item.firstChild && found.push([item.firstChild, at + offset + 2]));
  });
  yield* found;
}

function isStep($at: ResolvedPos): boolean {
  const [item, list, box] = [$at.node(-1), $at.node(-2), $at.node(-3)];
  return $at.depth > 3 && item.type.name === "list_item" && $at.index(-1) === 0 && list.type.name === "ordered_list" && box.type.name === "box" && box.attrs["kind"] === "steps";
}

/** The name behind a step's title; a step without a title has no place for one. */
function placeIn(line: Node): Place | null {
  let end = 0;
  let n = 0;
  for (; n < line.childCount && line.child(n).marks.some((mark) => mark.type.name === "strong"); n += 1) end += line.child(n).nodeSize;
  if (n === 0) return null;
  const found = n < line.childCount ? FIRST.exec(line.child(n).text ?? "") : null;
  if (!found) return { name: "", from: end, to: end };
  return { name: found[3] ?? "", from: end + (found[1]?.length ?? 0), to: end + found[0].length };
}

/** The name of the heading or step that is written in; null where none can be. */
export function anchorAt(state: EditorState): string | null {
  const { $from } = state.selection;
  if ($from.parent.type.name === "heading") return $from.parent.attrs["anchor"] as string;
  return isStep($from) ? (placeIn($from.parent)?.name ?? null) : null;
}

/** Gives what is written in an address of its own; no words, and it has none. */
export const anchor = (words: string): Command => (state, dispatch) => {
  const { $from } = state.selection;
  const name = words.trim().replace(/[\s{}#]+/g, "-");
  if ($from.parent.type.name === "heading") {
    dispatch?.(state.tr.setNodeAttribute($from.before(), "anchor", name));
    return true;
  }
  const place = isStep($from) ? placeIn($from.parent) : null;
  if (!place) return false;
  const [from, to] = [$from.start() + place.from, $from.start() + place.to];
  dispatch?.(name ? state.tr.replaceWith(from, to, state.schema.text(` {#${name}}`)) : state.tr.delete(from, to));
  return true;
};

/** A step's sign is shown as a heading's is: `#own`, without the braces. */
export function naming(): Plugin {
  const drawn = (doc: Node): DecorationSet => {
    const found: Decoration[] = [];
    for (const [line, at] of steps(doc)) {
      const place = placeIn(line);
      if (!place?.name) continue;
      const end = at + 1 + place.to;
      const from = end - place.name.length - "{#}".length;
      found.push(Decoration.inline(from, from + 1, { class: "anchor-brace" }), Decoration.inline(from + 1, end - 1, { class: "anchor-name" }), Decoration.inline(end - 1, end, { class: "anchor-brace" }));
    }
    return DecorationSet.create(doc, found);
  };
  return new Plugin<DecorationSet>({
    state: { init: (_, state) => drawn(state.doc), apply: (tr, before) => (tr.docChanged ? drawn(tr.doc) : before) },
    props: {
      decorations(state) {
        return this.getState(state);
      },
    },
  });
}
