/** The editor on the page: a document, its plugins and its views put together. */
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { history } from "prosemirror-history";
import { Fragment, Slice, type Node } from "prosemirror-model";
import { EditorState, Selection, type Command, type Transaction } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { clipsOf, picturesOf } from "../incoming.svelte";
import { markdownOf, undressed } from "../paste";
import { naming } from "./anchors";
import { marking, type Said } from "./problems";
import { read } from "./read";
import { beside, keys, rules, slash } from "./typing";
import { VIEWS } from "./views";
import { Source } from "./write";

export interface Answers {
  /** The document says something else now. */
  written: (markdown: string) => void;
  /** The document or what is chosen in it has changed. */
  moved: (state: EditorState) => void;
  askBlock: () => void;
  askLink: () => void;
  pictures: (files: File[]) => void;
  clips: (files: File[]) => void;
  said: Said;
}

export interface Look {
  id: string;
  label: string;
  describedBy: string;
  language: string;
}

export class Rich {
  readonly view: EditorView;
  #source: Source;
  #written: string;

  constructor(
    mount: HTMLElement,
    text: string,
    look: Look,
    private readonly answers: Answers,
  ) {
    this.#source = new Source(text);
    this.#written = text;
    this.view = new EditorView(mount, {
      state: this.#fresh(),
      nodeViews: VIEWS,
      attributes: { id: look.id, role: "textbox", "aria-multiline": "true", "aria-label": look.label, "aria-describedby": look.describedBy, lang: look.language, spellcheck: "true", class: "rich-text" },
      dispatchTransaction: (tr) => this.#apply(tr),
      // Before the view reads the clipboard itself; what it does read is undressed.
      handleDOMEvents: { paste: (_, event) => this.#paste(event) },
      transformPastedHTML: undressed,
      handleDrop: (_, event) => this.#take(event.dataTransfer, event),
      clipboardTextParser: (words) => new Slice(read(words).doc.content, 1, 1),
    });
  }

  #fresh(): EditorState {
    const { answers } = this;
    return EditorState.create({
      doc: this.#source.doc,
      plugins: [rules(), beside(), slash(() => answers.askBlock()), ...keys(() => answers.askLink()), history(), tableEditing(), dropCursor({ color: false, class: "rich-drop" }), gapCursor(), marking(answers.said), naming()],
    });
  }

  #apply(tr: Transaction): void {
    this.view.updateState(this.view.state.apply(tr));
    if (tr.docChanged) {
      this.#written = this.#source.write(this.view.state.doc);
      this.answers.written(this.#written);
    }
    this.answers.moved(this.view.state);
  }

  /** Show another text, unless it is the one that was written here. */
  show(text: string): void {
    if (text === this.#written) return;
    const at = this.view.state.selection.anchor;
    this.#source = new Source(text);
    this.#written = text;
    let state = this.#fresh();
    state = state.apply(state.tr.setSelection(Selection.near(state.doc.resolve(Math.min(at, state.doc.content.size)))));
    this.view.updateState(state);
    this.answers.moved(state);
  }

  do(act: Command): boolean {
    const isDone = act(this.view.state, this.view.dispatch, this.view);
    this.view.focus();
    return isDone;
  }

  /** Words of Word, of a page or of an app become blocks, none of their dress comes along. */
  #paste(event: ClipboardEvent): boolean {
    const data = event.clipboardData;
    const html = data?.getData("text/html") ?? "";
    // Word sends a picture of the words beside the words: those are what is meant.
    if (!data?.getData("text/plain").trim() && this.#take(data, event)) return true;
    if (!html || html.includes("data-pm-slice") || this.view.state.selection.$from.parent.type.spec.code) return false;
    const markdown = markdownOf(html);
    if (!markdown) return false;
    const { doc } = read(markdown);
    const isWords = doc.childCount === 1 && doc.firstChild?.type.name === "paragraph";
    event.preventDefault();
    const slice = isWords ? new Slice(doc.content, 1, 1) : new Slice(Fragment.from(doc.content), openAt(doc.firstChild), openAt(doc.lastChild));
    this.view.dispatch(this.view.state.tr.replaceSelection(slice).setMeta("paste", true).scrollIntoView());
    return true;
  }

  #take(data: DataTransfer | null, event: Event): boolean {
    const images = picturesOf(data);
    const clips = clipsOf(data);
    if (images.length + clips.length === 0) return false;
    event.preventDefault();
    if (images.length) this.answers.pictures(images);
    if (clips.length) this.answers.clips(clips);
    return true;
  }

  destroy(): void {
    this.view.destroy();
  }
}

const openAt = (node: Node | null): number => (node?.type.name === "paragraph" ? 1 : 0);
