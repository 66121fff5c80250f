/** What readers would stumble over, marked where it stands: links that lead nowhere, pictures without words. */
import type { Node } from "prosemirror-model";
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

export interface Problem {
  kind: "link" | "alt" | "foreign";
  /** The words it stands at. */
  words: string;
  at: number;
}

/** Words for each kind of problem, as a tooltip at the place. */
export type Said = Record<Problem["kind"], string>;

interface Standing {
  dead: ReadonlySet<string>;
  marks: DecorationSet;
}

const key = new PluginKey<Standing>("problems");

export function problems(doc: Node, dead: ReadonlySet<string>): Problem[] {
  const found: Problem[] = [];
  doc.descendants((node, at) => {
    if (node.type.name === "picture" || node.type.name === "image") {
      if (!isOurs(node.attrs["src"] as string)) found.push({ kind: "foreign", words: node.attrs["src"] as string, at });
      else if (!(node.attrs["alt"] as string).trim()) found.push({ kind: "alt", words: node.attrs["title"] as string, at });
    }
    const href = node.marks.find((mark) => mark.type.name === "link")?.attrs["href"] as string | undefined;
    if (href !== undefined && dead.has(href)) found.push({ kind: "link", words: node.text ?? href, at });
  });
  return found;
}

export const isOurs = (address: string): boolean => /^\/media\/[\w-]+\.\w+$/.test(address);

export function marking(said: Said): Plugin {
  const marks = (doc: Node, dead: ReadonlySet<string>): DecorationSet =>
    DecorationSet.create(
      doc,
      problems(doc, dead).map(({ kind, at }) => {
        const node = doc.nodeAt(at);
        const dress = { class: `problem problem-${kind}`, title: said[kind] };
        return node?.isInline ? Decoration.inline(at, at + node.nodeSize, dress) : Decoration.node(at, at + (node?.nodeSize ?? 1), dress);
      }),
    );
  return new Plugin({
    key,
    state: {
      init: (_, state): Standing => ({ dead: new Set(), marks: marks(state.doc, new Set()) }),
      apply(tr, before): Standing {
        const dead = (tr.getMeta(key) as ReadonlySet<string> | undefined) ?? before.dead;
        return tr.docChanged || dead !== before.dead ? { dead, marks: marks(tr.doc, dead) } : before;
      },
    },
    props: { decorations: (state) => key.getState(state)?.marks },
  });
}

export const tell = key;
