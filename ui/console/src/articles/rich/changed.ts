/** The source of a translation, to be read: a mark at each paragraph that is not as the translator knew it. */
import { EditorState, Plugin } from "prosemirror-state";
import { Decoration, DecorationSet, EditorView } from "prosemirror-view";
import { t } from "../../i18n";
import { read } from "./read";
import { VIEWS } from "./views";

/** Show `now` in `mount`; what stands in `before` letter for letter has no mark. */
export function showSource(mount: HTMLElement, now: string, before: string | null, label: string): EditorView {
  const known = before === null ? null : new Set([...read(before).written.values()].map((one) => one.text));
  const { doc, written } = read(now);
  const marks: Decoration[] = [];
  doc.forEach((node, at) => {
    if (!known || known.has(written.get(node)?.text ?? "")) return;
    marks.push(Decoration.widget(at, said, { side: -1 }), Decoration.node(at, at + node.nodeSize, { class: "rich-changed" }));
  });
  const shown = DecorationSet.create(doc, marks);
  return new EditorView(mount, {
    state: EditorState.create({ doc, plugins: [new Plugin({ props: { decorations: () => shown } })] }),
    editable: () => false,
    nodeViews: VIEWS,
    attributes: { class: "rich-text rich-read", role: "document", "aria-label": label, tabindex: "0" },
  });
}

function said(): HTMLElement {
  const mark = document.createElement("p");
  mark.className = "rich-mark";
  mark.textContent = t("console.rich.changed_here");
  return mark;
}
