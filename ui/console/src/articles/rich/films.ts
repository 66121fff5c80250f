/** Videos of our own and their captions, as blocks of a document. */
import type { Node } from "prosemirror-model";
import type { Command, EditorState } from "prosemirror-state";
import type { Clip } from "../wire";
import { insert } from "./commands";
import { kindOf, paragraphOf, schema } from "./schema";

export type Place = () => number | undefined;

/** A video's block asks for its file by this event; the detail is its place. */
export const WANTED = "film-wanted";

interface Standing {
  node: Node;
  at: number;
}

const isVideo = (node: Node | null): boolean => node?.type.name === "box" && node.attrs["kind"] === "video";

/** The block at a place, else the one the cursor stands in. */
function videoAt(state: EditorState, place?: Place): Standing | null {
  if (place) {
    const at = place();
    const node = at === undefined ? null : state.doc.nodeAt(at);
    return at !== undefined && node && isVideo(node) ? { node, at } : null;
  }
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) if (isVideo($from.node(depth))) return { node: $from.node(depth), at: $from.before(depth) };
  return null;
}

export const titleOf = (name: string): string => name.replace(/\.\w+$/, "").replace(/[-_]+/g, " ").trim();

/** How a video's block names captions; a file called "way.zh-Hans.vtt" says their language. */
export function captionsLine(clip: Clip, name: string): string {
  const tongue = /\.([a-z]{2}(?:-[A-Za-z]+)?)\.vtt$/i.exec(name)?.[1];
  return `captions${tongue ? ` ${tongue}` : ""}: ${clip.address}`;
}

export const isCaptions = (clip: Clip): boolean => clip.media_type === "text/vtt";

/** A video into its block or a new one; captions into the block of their video. False where there is none. */
export function film(clip: Clip, name: string, place?: Place): Command {
  return (state, dispatch, view) => {
    const here = videoAt(state, place);
    // Another video dropped where one stands is a second one; in its head, it takes the first one's place.
    const standing = here && (isCaptions(clip) || place || !here.node.attrs["title"]) ? here : null;
    if (!standing) return !isCaptions(clip) && insert(kindOf("box").create({ kind: "video", title: clip.address }, paragraphOf(titleOf(name))))(state, dispatch, view);
    const { node, at } = standing;
    const first = node.firstChild;
    const isLine = first?.type.name === "paragraph";
    const size = isLine ? first.content.size : 0;
    const line = isCaptions(clip) ? captionsLine(clip, name) : size ? "" : titleOf(name);
    const tr = isCaptions(clip) ? state.tr : state.tr.setNodeAttribute(at, "title", clip.address);
    if (line && isLine) tr.insert(at + 2 + size, schema.text(size ? `\n${line}` : line));
    else if (line) tr.insert(at + 1, paragraphOf(line));
    dispatch?.(tr);
    return true;
  };
}
