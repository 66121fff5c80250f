/** Keyboard shortcuts that never fire inside an input method, a field or a dialog by accident. */

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES: Record<string, string> = { mod: IS_MAC ? "⌘" : "Ctrl", shift: IS_MAC ? "⇧" : "Shift", enter: "↵", escape: "Esc", arrowup: "↑", arrowdown: "↓" };

/** The names on this reader's keyboard: "mod+k" is ⌘ K or Ctrl K. */
export function keyNames(keys: string): string[] {
  return keys.split(/[+ ]/).map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}

/** The key of an event in our notation: "mod+k", "shift+enter", "?", "j". */
export function keyOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  const mod = event.metaKey || event.ctrlKey;
  // Shift is part of a printed sign ("?"), and named only with the other keys.
  const shift = event.shiftKey && (mod || event.key.length > 1);
  return [mod ? "mod" : "", event.altKey ? "alt" : "", shift ? "shift" : "", key].filter(Boolean).join("+");
}

/** A key pressed while an input method composes belongs to the method (Safari says so by 229). */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

/** Does this event come from a place where people type? */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export interface Shortcut {
  /** "j", "mod+enter", or a sequence "g i". */
  keys: string;
  run: () => void;
  /** Also while typing; otherwise a letter stays a letter. */
  whileTyping?: boolean;
}

/** How long the second key of a sequence may take, in milliseconds. */
const SEQUENCE_MS = 1200;

/** Answer to the window's keys; returns the function that stops it. */
export function listen(shortcuts: () => Shortcut[]): () => void {
  let first: { key: string; at: number } | undefined;

  function onKey(event: KeyboardEvent): void {
    if (isComposing(event) || event.defaultPrevented) return;
    const key = keyOf(event);
    const typing = isTyping(event) || document.querySelector("dialog[open]") !== null;
    const list = shortcuts();
    const sequence = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${key}` : undefined;
    first = undefined;
    const usable = list.filter((one) => !typing || one.whileTyping);
    // After "g", an "a" means "g a" and not what "a" means alone.
    const hit = usable.find((one) => one.keys === sequence) ?? usable.find((one) => one.keys === key);
    if (hit) {
      event.preventDefault();
      hit.run();
    } else if (!typing && list.some((one) => one.keys.startsWith(`${key} `))) first = { key, at: event.timeStamp };
  }

  window.addEventListener("keydown", onKey);
  return () => window.removeEventListener("keydown", onKey);
}
