/** The blocks an article is built of, as the toolbar and the slash menu put them in. */
import bold from "icon:bold";
import code from "icon:code";
import heading from "icon:heading-2";
import image from "icon:image";
import info from "icon:info";
import link from "icon:link";
import list from "icon:list";
import listOrdered from "icon:list-ordered";
import shieldAlert from "icon:shield-alert";
import table from "icon:table";
import triangleAlert from "icon:triangle-alert";

export const BLOCKS = ["heading", "bold", "list", "steps", "note", "warning", "risk", "table", "link", "picture", "code"] as const;
export type Block = (typeof BLOCKS)[number];
export const SIGNS: Record<Block, string> = { heading, bold, list, steps: listOrdered, note: info, warning: triangleAlert, risk: shieldAlert, table, link, picture: image, code };

/** Words that stand in for the editor's own, in the article's language. */
interface Samples {
  heading: string;
  word: string;
  text: string;
  step: string;
  column: string;
}

const ENGLISH: Samples = { heading: "Heading", word: "words", text: "Text", step: "**First step.** What to do", column: "Column" };
const SAMPLES: Record<string, Samples> = {
  en: ENGLISH,
  "zh-Hans": { heading: "小标题", word: "文字", text: "正文", step: "**第一步。**怎么做", column: "列" },
  "zh-Hant": { heading: "小標題", word: "文字", text: "內文", step: "**第一步。**怎麼做", column: "欄" },
};

export interface Piece {
  text: string;
  /** What is selected afterwards, to be written over. */
  from: number;
  to: number;
  /** Stands on lines of its own. */
  isBlock: boolean;
}

function piece(before: string, middle: string, after: string, isBlock = true): Piece {
  return { text: before + middle + after, from: before.length, to: before.length + middle.length, isBlock };
}

/** What a block writes; `chosen` is the selected text it takes in. Links and pictures are asked for first. */
export function blockOf(kind: Exclude<Block, "link" | "picture">, chosen: string, language: string): Piece {
  const say = SAMPLES[language] ?? ENGLISH;
  const lines = chosen.trim().split(/\n+/).filter(Boolean);
  switch (kind) {
    case "heading":
      return piece("## ", chosen.trim() || say.heading, "");
    case "bold":
      return piece("**", chosen || say.word, "**", false);
    case "list":
      return piece("- ", lines.join("\n- ") || say.text, "");
    case "steps":
      return piece("::: steps\n1. ", lines.map((line, n) => (n ? `${n + 1}. ${line}` : line)).join("\n") || say.step, "\n:::");
    case "table":
      return piece(`| ${say.column} 1 | ${say.column} 2 |\n| --- | --- |\n| `, say.text, ` | ${say.text} |`);
    case "code":
      return chosen && !chosen.includes("\n") ? piece("`", chosen, "`", false) : piece("```\n", chosen || say.text, "\n```");
    default:
      return piece(`::: ${kind}\n`, chosen.trim() || say.text, "\n:::");
  }
}

/** Out of the link or picture the cursor stands in: a block belongs behind it, not into its words. */
export function leave(area: HTMLTextAreaElement): void {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const line = area.value.slice(start).split("\n", 1)[0] ?? "";
  for (const found of line.matchAll(/!?\[[^\]]*\]\([^)]*\)/g)) {
    const from = start + found.index;
    const to = from + found[0].length;
    if (from < area.selectionStart && area.selectionEnd < to) area.setSelectionRange(to, to);
  }
}

/** Put a piece where the cursor is, so that Ctrl-Z takes it back. */
export function put(area: HTMLTextAreaElement, what: Piece): void {
  area.focus();
  const before = area.value.slice(0, area.selectionStart);
  const after = area.value.slice(area.selectionEnd);
  const lead = !what.isBlock || before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = !what.isBlock || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const start = area.selectionStart + lead.length;
  // The only way of writing that the browser's own undo knows.
  document.execCommand("insertText", false, lead + what.text + tail);
  area.setSelectionRange(start + what.from, start + what.to);
}
