/** Blocks that need more than their words on the page: a head with a name, fields, a picture. */
import chartLine from "icon:chart-line";
import code from "icon:code";
import footprints from "icon:footprints";
import imageOff from "icon:image-off";
import info from "icon:info";
import listTodo from "icon:list-todo";
import messageCircleQuestion from "icon:message-circle-question-mark";
import panelTop from "icon:panel-top";
import scale from "icon:scale";
import shieldAlert from "icon:shield-alert";
import sprout from "icon:sprout";
import triangleAlert from "icon:triangle-alert";
import video from "icon:video";
import type { Node } from "prosemirror-model";
import type { EditorView, NodeView } from "prosemirror-view";
import { post } from "$shared/http";
import { t } from "../../i18n";
import { ROOM, type Drawn } from "../wire";
import { WANTED, type Place } from "./films";
import { offering } from "./kept";
import { isOurs } from "./problems";
import type { Box, Insert } from "./schema";

export const SIGNS: Record<Box | Insert, string> = {
  note: info,
  warning: triangleAlert,
  risk: shieldAlert,
  steps: listTodo,
  tabs: panelTop,
  tab: panelTop,
  video,
  faq: messageCircleQuestion,
  plain: sprout,
  walk: footprints,
  legal: scale,
  figures: chartLine,
};

/** Boxes whose head takes words of the writer's own: what they are for. */
const TITLED: Partial<Record<Box, "console.rich.title_of.box" | "console.rich.title_of.tab" | "console.rich.title_of.video">> = {
  note: "console.rich.title_of.box",
  warning: "console.rich.title_of.box",
  risk: "console.rich.title_of.box",
  tab: "console.rich.title_of.tab",
  video: "console.rich.title_of.video",
};

/** A pause in typing after which a diagram is drawn, in milliseconds. */
const PAUSE_MS = 400;

function el<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", ...inside: (globalThis.Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

/** One of our own drawings. */
function sign(drawing: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "i s");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = drawing;
  return svg;
}

/** A field in a block's head that writes one of the block's attributes. */
function field(view: EditorView, place: Place, name: string, label: string, node: Node): HTMLInputElement {
  const input = el("input", "rich-field");
  Object.assign(input, { value: node.attrs[name] as string, placeholder: label, spellcheck: true, autocomplete: "off", readOnly: !view.editable });
  input.setAttribute("aria-label", label);
  const write = (): void => {
    const at = place();
    if (at !== undefined && view.state.doc.nodeAt(at)?.attrs[name] !== input.value) view.dispatch(view.state.tr.setNodeAttribute(at, name, input.value.replaceAll("\n", " ")));
  };
  input.addEventListener("input", (event) => (event as InputEvent).isComposing || write());
  input.addEventListener("compositionend", write);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    view.focus();
  });
  return input;
}

const show = (input: HTMLInputElement, value: unknown): void => {
  if (input.value !== value && document.activeElement !== input) input.value = String(value);
};

/** Everything here is ours: the head is no text of the document. */
abstract class Headed implements NodeView {
  abstract dom: HTMLElement;
  contentDOM?: HTMLElement | null;
  readonly head = el("div", "rich-head");

  constructor() {
    this.head.contentEditable = "false";
  }

  stopEvent(event: Event): boolean {
    return event.target instanceof globalThis.Node && this.head.contains(event.target) && !(event instanceof DragEvent);
  }

  ignoreMutation(mutation: { type: string; target: globalThis.Node }): boolean {
    return mutation.type !== "selection" && !this.contentDOM?.contains(mutation.target);
  }
}

class BoxView extends Headed {
  dom = el("section", "rich-box");
  override contentDOM = el("div", "box-body");
  #title: HTMLInputElement | null = null;
  #node: Node;

  constructor(node: Node, view: EditorView, place: Place) {
    super();
    this.#node = node;
    const kind = node.attrs["kind"] as Box;
    const asks = TITLED[kind];
    this.dom.dataset["box"] = kind;
    this.head.append(sign(SIGNS[kind]), el("b", "", t(`console.rich.block.${kind}`)));
    if (asks) this.head.append((this.#title = field(view, place, "title", t(asks), node)));
    if (kind === "video" && view.editable) this.head.append(this.#chooser(place));
    this.dom.append(this.head, this.contentDOM);
  }

  /** Our own videos come from a file; whoever shows the editor asks for it. */
  #chooser(place: Place): HTMLButtonElement {
    const button = el("button", "btn small", t("console.rich.choose_video"));
    button.type = "button";
    button.addEventListener("click", () => button.dispatchEvent(new CustomEvent(WANTED, { bubbles: true, detail: place })));
    return button;
  }

  update(node: Node): boolean {
    if (node.type !== this.#node.type || node.attrs["kind"] !== this.#node.attrs["kind"]) return false;
    this.#node = node;
    if (this.#title) show(this.#title, node.attrs["title"]);
    return true;
  }
}

class InsertView extends Headed {
  dom = el("div", "rich-insert");
  #name: HTMLInputElement;
  #kind: string;

  constructor(node: Node, view: EditorView, place: Place) {
    super();
    const kind = node.attrs["kind"] as Insert;
    this.#kind = kind;
    this.#name = field(view, place, "name", t(`console.rich.name_of.${kind}`), node);
    this.head.append(sign(SIGNS[kind]), el("b", "", t(`console.rich.block.${kind}`)), this.#name, offering(this.#name, kind, view.dom.lang));
    this.dom.append(this.head, el("p", "meta", t(`console.rich.about.${kind}`)));
  }

  update(node: Node): boolean {
    if (node.type.name !== "insert" || node.attrs["kind"] !== this.#kind) return false;
    show(this.#name, node.attrs["name"]);
    return true;
  }
}

/** What a diagram's lines look like, drawn by the server when the typing pauses. */
class Drawing {
  readonly dom = el("div", "rich-drawing");
  #lines: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.dom.contentEditable = "false";
    this.dom.hidden = true;
  }

  show(lines: string | null): void {
    if (lines === this.#lines) return;
    this.#lines = lines;
    this.dom.hidden = lines === null;
    clearTimeout(this.#timer);
    if (lines !== null) this.#timer = setTimeout(() => void this.#draw(lines), PAUSE_MS);
  }

  async #draw(lines: string): Promise<void> {
    try {
      const { svg, why } = await post<Drawn>(`${ROOM}/diagram`, { source: lines });
      if (lines !== this.#lines) return;
      const drawn = svg ? new DOMParser().parseFromString(svg, "image/svg+xml").documentElement : null;
      if (drawn) this.dom.replaceChildren(document.importNode(drawn, true));
      else this.dom.replaceChildren(el("p", "hint", why));
    } catch {
      // The lines are what counts; the drawing comes with the next change.
    }
  }
}

class CodeView extends Headed {
  dom = el("div", "rich-code");
  override contentDOM = el("code");
  #info: HTMLInputElement;
  #word = el("b");
  #drawing = new Drawing();

  constructor(node: Node, view: EditorView, place: Place) {
    super();
    this.#info = field(view, place, "info", t("console.rich.language_of_code"), node);
    this.head.append(sign(code), this.#word, this.#info);
    this.dom.append(this.head, el("pre", "", this.contentDOM), this.#drawing.dom);
    this.update(node);
  }

  update(node: Node): boolean {
    if (node.type.name !== "code_block") return false;
    show(this.#info, node.attrs["info"]);
    const isDiagram = /^diagram\b/.test(node.attrs["info"] as string);
    this.#word.textContent = t(isDiagram ? "console.rich.block.diagram" : "console.rich.block.code");
    this.#drawing.show(isDiagram ? node.textContent : null);
    return true;
  }

  destroy(): void {
    this.#drawing.show(null);
  }
}

class RawView extends Headed {
  dom = el("div", "rich-code rich-raw");
  override contentDOM = el("code");

  constructor() {
    super();
    this.head.append(sign(code), el("b", "", t("console.rich.block.raw")), el("span", "meta", t("console.rich.about.raw")));
    this.dom.append(this.head, el("pre", "", this.contentDOM));
  }

  update = (node: Node): boolean => node.type.name === "raw";
}

class PictureView extends Headed {
  dom = el("figure", "rich-picture");
  #src = "";
  // Not "frame": the whole face has that one.
  #frame = el("div", "pictured");
  #alt: HTMLInputElement;
  #caption: HTMLInputElement;

  constructor(node: Node, view: EditorView, place: Place) {
    super();
    this.#alt = field(view, place, "alt", t("console.rich.alt"), node);
    this.#caption = field(view, place, "title", t("console.rich.caption"), node);
    this.head.append(this.#alt, this.#caption);
    this.dom.append(this.#frame, this.head);
    this.update(node);
  }

  update(node: Node): boolean {
    if (node.type.name !== "picture") return false;
    show(this.#alt, node.attrs["alt"]);
    show(this.#caption, node.attrs["title"]);
    this.#show(node.attrs["src"] as string, node.attrs["alt"] as string);
    return true;
  }

  /** Nothing is fetched from anybody but us. */
  #show(src: string, alt: string): void {
    if (src !== this.#src) {
      this.#src = src;
      if (isOurs(src)) {
        const picture = el("img");
        picture.src = src;
        // Its name says its size: what stands below does not move when it arrives.
        const [, width, height] = /-(\d+)x(\d+)\.\w+$/.exec(src) ?? [];
        if (width && height) Object.assign(picture, { width: Number(width), height: Number(height) });
        this.#frame.replaceChildren(picture);
      } else this.#frame.replaceChildren(sign(imageOff), el("span", "meta", t("console.rich.not_ours")), el("code", "", src));
    }
    const picture = this.#frame.querySelector("img");
    if (picture) picture.alt = alt;
  }
}

export const VIEWS: Record<string, (node: Node, view: EditorView, place: Place) => NodeView> = {
  box: (node, view, place) => new BoxView(node, view, place),
  insert: (node, view, place) => new InsertView(node, view, place),
  code_block: (node, view, place) => new CodeView(node, view, place),
  raw: () => new RawView(),
  picture: (node, view, place) => new PictureView(node, view, place),
};

