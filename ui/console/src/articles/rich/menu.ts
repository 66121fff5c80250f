/** Everything that can be put into an article: what the slash menu offers, and the toolbar's part of it. */
import bold from "icon:bold";
import codeSign from "icon:code";
import heading2 from "icon:heading-2";
import heading3 from "icon:heading-3";
import heading4 from "icon:heading-4";
import image from "icon:image";
import italic from "icon:italic";
import link from "icon:link";
import listSign from "icon:list";
import listOrdered from "icon:list-ordered";
import minus from "icon:minus";
import pilcrow from "icon:pilcrow";
import quoteSign from "icon:quote";
import squareCode from "icon:square-code";
import strikethrough from "icon:strikethrough";
import tableSign from "icon:table";
import workflow from "icon:workflow";
import type { Command, EditorState } from "prosemirror-state";
import * as act from "./commands";
import { kindOf, type Box } from "./schema";
import { KEYS } from "./typing";
import { SIGNS } from "./views";

export const BLOCKS = ["heading", "subheading", "smallheading", "paragraph", "list", "numbers", "steps", "note", "warning", "risk", "legal", "table", "picture", "tabs", "faq", "walk", "plain", "video", "figures", "diagram", "code", "quote", "rule"] as const;
export type BlockName = (typeof BLOCKS)[number];

interface Entry {
  sign: string;
  /** More words it is found by, in the scripts of our writers; pinyin for who types none. */
  also: string;
  /** Null: something is asked first. */
  run: Command | null;
  keys?: string;
}

/** Two boxes and an arrow, to be written over. */
const DIAGRAM = "A[1] --> B[2]";

const code = (info: string, text: string): Command => act.insert(kindOf("code_block").create({ info }, text ? kindOf("code_block").schema.text(text) : null));
const insert = (kind: string): Command => act.insert(kindOf("insert").create({ kind }));
const boxed = (kind: Box, also: string): Entry => ({ sign: SIGNS[kind], also, run: act.box(kind) });

export const MENU: Record<BlockName, Entry> = {
  heading: { sign: heading2, also: "h2 heading title 标题 標題 biaoti", run: act.heading(2), keys: KEYS.heading },
  subheading: { sign: heading3, also: "h3 heading 小标题 小標題 xiaobiaoti", run: act.heading(3), keys: KEYS.subheading },
  smallheading: { sign: heading4, also: "h4 heading 标题 標題 biaoti", run: act.heading(4) },
  paragraph: { sign: pilcrow, also: "text paragraph 正文 內文 zhengwen", run: act.heading(0), keys: KEYS.paragraph },
  list: { sign: listSign, also: "bullet list 列表 清單 liebiao", run: act.list("bullet_list"), keys: KEYS.list },
  numbers: { sign: listOrdered, also: "number ordered list 编号 編號 bianhao", run: act.list("ordered_list"), keys: KEYS.numbers },
  steps: boxed("steps", "steps how to 步骤 步驟 buzhou"),
  note: boxed("note", "note info 说明 說明 shuoming"),
  warning: boxed("warning", "warning care 注意 zhuyi"),
  risk: boxed("risk", "risk money 风险 風險 fengxian"),
  legal: { sign: SIGNS.legal, also: "legal disclaimer 免责 法律 免責 falv mianze", run: insert("legal") },
  table: { sign: tableSign, also: "table grid 表格 biaoge", run: act.insert(act.table()) },
  picture: { sign: image, also: "picture image photo 图片 圖片 tupian", run: null },
  tabs: boxed("tabs", "tabs web app 标签 分頁 biaoqian"),
  faq: boxed("faq", "faq questions 问答 問答 wenda"),
  walk: boxed("walk", "walk through guide 引导 引導 yindao"),
  plain: boxed("plain", "plain words simple 白话 白話 baihua"),
  video: boxed("video", "video film 视频 影片 shipin"),
  figures: { sign: SIGNS.figures, also: "figures live numbers fees 数据 數據 shuju", run: insert("figures") },
  diagram: { sign: workflow, also: "diagram chart flow 图示 流程 liucheng tushi", run: code("diagram", DIAGRAM) },
  code: { sign: squareCode, also: "code api 代码 程式碼 daima", run: code("", "") },
  quote: { sign: quoteSign, also: "quote 引用 yinyong", run: act.quote },
  rule: { sign: minus, also: "rule line divider 分隔线 分隔線 fengexian", run: act.insert(kindOf("horizontal_rule").create()) },
};

/** The toolbar's blocks, the most used ones. */
export const TOOLS: BlockName[] = ["heading", "subheading", "list", "numbers", "steps", "note", "warning", "risk", "table", "picture"];

export const STYLES: { name: "bold" | "italic" | "strike" | "inline_code"; mark: act.MarkName; sign: string; keys: string }[] = [
  { name: "bold", mark: "strong", sign: bold, keys: KEYS.bold },
  { name: "italic", mark: "em", sign: italic, keys: KEYS.italic },
  { name: "strike", mark: "strike", sign: strikethrough, keys: KEYS.strike },
  { name: "inline_code", mark: "code", sign: codeSign, keys: KEYS.code },
];

export const LINK = link;

/** Whether the cursor stands in such a block. */
export function isOn(state: EditorState, name: BlockName): boolean {
  const { $from } = state.selection;
  const level = LEVELS[name];
  if (level) return $from.parent.type.name === "heading" && $from.parent.attrs["level"] === level;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    const isSteps = node.type.name === "ordered_list" && $from.node(depth - 1).attrs["kind"] === "steps";
    if (node.type.name === LISTS[name] && !isSteps) return true;
    if (node.type.name === "box" && node.attrs["kind"] === name) return true;
    if (name === "table" && node.type.name === name) return true;
  }
  return false;
}

const LEVELS: Partial<Record<BlockName, number>> = { heading: 2, subheading: 3, smallheading: 4 };
const LISTS: Partial<Record<BlockName, string>> = { list: "bullet_list", numbers: "ordered_list" };
