/** Keys and what is typed: every act has one, Markdown's own signs work, an input method is never disturbed. */
import { baseKeymap, chainCommands, exitCode } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import { NodeSelection, Plugin, TextSelection, type Command } from "prosemirror-state";
import { goToNextCell } from "prosemirror-tables";
import type { EditorView } from "prosemirror-view";
import * as act from "./commands.ts";
import { leaveBox, leaveDown, nextStep, toAnswer } from "./leaving.ts";
import { kindOf, paragraphOf, schema } from "./schema.ts";

/** Keys with a word in the list that "?" shows; `run` of those the editor itself answers. */
export const KEYS = {
  blocks: "/",
  bold: "mod+b",
  italic: "mod+i",
  strike: "mod+shift+x",
  code: "mod+e",
  link: "mod+k",
  heading: "mod+alt+2",
  subheading: "mod+alt+3",
  paragraph: "mod+alt+0",
  list: "mod+shift+8",
  numbers: "mod+shift+7",
  deeper: "tab",
  up: "alt+arrowup",
  down: "alt+arrowdown",
  line: "shift+enter",
  out: "enter",
  undo: "mod+z",
  redo: "mod+shift+z",
  save: "mod+s",
  publish: "mod+enter",
} as const;

const item = kindOf("list_item");

export function keys(askLink: () => void): Plugin[] {
  const bound: Record<string, Command> = {
    "Mod-z": undo,
    "Mod-y": redo,
    "Mod-Shift-z": redo,
    "Mod-b": act.mark("strong"),
    "Mod-i": act.mark("em"),
    "Mod-Shift-x": act.mark("strike"),
    "Mod-e": act.mark("code"),
    "Mod-k": asks(askLink),
    "Mod-Alt-0": act.heading(0),
    "Mod-Alt-2": act.heading(2),
    "Mod-Alt-3": act.heading(3),
    "Mod-Alt-4": act.heading(4),
    "Mod-Shift-8": act.list("bullet_list"),
    "Mod-Shift-7": act.list("ordered_list"),
    "Alt-ArrowUp": act.move(-1),
    "Alt-ArrowDown": act.move(1),
    "Shift-Enter": chainCommands(exitCode, act.breakLine),
    Enter: chainCommands(act.enterCell, leaveBox, nextStep, toAnswer, splitListItem(item)),
    ArrowDown: leaveDown,
    Tab: chainCommands(act.nextCell, sinkListItem(item)),
    "Shift-Tab": chainCommands(goToNextCell(-1), liftListItem(item)),
  };
  return [keymap(bound), keymap(baseKeymap)];
}

const asks = (ask: () => void): Command => (_, dispatch) => {
  if (dispatch) ask();
  return true;
};

/** `**bold**` and its like, where the closing sign is typed. */
function marks(pattern: RegExp, name: string): InputRule {
  return new InputRule(pattern, (state, match, start, end) => {
    const [whole = "", lead = "", words = ""] = match;
    const type = schema.marks[name];
    if (!type || !words.trim() || state.doc.rangeHasMark(start, end, schema.mark("code").type)) return null;
    const from = start + lead.length;
    const tr = state.tr.delete(from, Math.min(end, start + whole.length)).insertText(words, from);
    return tr.addMark(from, from + words.length, type.create()).removeStoredMark(type);
  });
}

export const rules = (): Plugin =>
  inputRules({
    rules: [
      textblockTypeInputRule(/^(#{2,4})\s$/, kindOf("heading"), (match) => ({ level: match[1]?.length ?? 2 })),
      textblockTypeInputRule(/^```$/, kindOf("code_block")),
      wrappingInputRule(/^\s*([-*])\s$/, kindOf("bullet_list")),
      wrappingInputRule(/^(\d{1,3})\.\s$/, kindOf("ordered_list"), (match) => ({ order: Number(match[1]) })),
      wrappingInputRule(/^\s*>\s$/, kindOf("blockquote")),
      new InputRule(/^---$/, (state, _, start) => {
        const at = state.doc.resolve(start);
        return at.parent.type.name === "paragraph" && at.node(-1).type.name !== "table_cell" ? state.tr.replaceWith(at.before(), at.after(), [kindOf("horizontal_rule").create(), kindOf("paragraph").create()]) : null;
      }),
      marks(/(^|[^*])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/, "strong"),
      marks(/(^|[^`])`([^`]+)`$/, "code"),
    ],
  });

/** `/` on an empty line (also ／ and 、, as Chinese input methods write that key) asks for a block. */
export function slash(ask: () => void): Plugin {
  let isTyped = false;
  const look = (view: EditorView): void => {
    const { $from, empty } = view.state.selection;
    if (!isTyped || view.composing) return;
    isTyped = false;
    if (empty && $from.parent.type.name === "paragraph" && /^[/／、]$/.test($from.parent.textContent)) ask();
  };
  return new Plugin({
    props: {
      handleDOMEvents: {
        beforeinput(_, event) {
          isTyped = /^insert(Text|CompositionText|FromComposition)$/.test(event.inputType);
          return false;
        },
        compositionend(view) {
          setTimeout(() => {
            isTyped = true;
            look(view);
          }, 60); // the view reads what was composed first
          return false;
        },
      },
    },
    view: () => ({ update: look }),
  });
}

/** What is typed while a picture or an insert is chosen stands below it: one letter must not take it away. */
export function beside(): Plugin {
  const leave = (view: EditorView): boolean => {
    const { selection, tr } = view.state;
    if (!(selection instanceof NodeSelection) || !selection.node.isBlock || !selection.node.isAtom) return false;
    tr.insert(selection.to, paragraphOf());
    view.dispatch(tr.setSelection(TextSelection.create(tr.doc, selection.to + 1)).scrollIntoView());
    return true;
  };
  return new Plugin({
    props: {
      handleTextInput(view, _from, _to, words) {
        if (!leave(view)) return false;
        view.dispatch(view.state.tr.insertText(words));
        return true;
      },
      handleDOMEvents: {
        compositionstart(view) {
          leave(view);
          return false;
        },
      },
    },
  });
}

/** Take the sign away that asked for a block. */
export const withoutSlash: Command = (state, dispatch) => {
  const { $from } = state.selection;
  if (!/^[/／、]$/.test($from.parent.textContent)) return false;
  dispatch?.(state.tr.delete($from.start(), $from.end()));
  return true;
};
