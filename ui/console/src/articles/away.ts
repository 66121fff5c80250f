/** Words that could not be sent: kept in this browser, so that a closed lid or a tunnel loses none of them. */
import type { Words } from "./wire";

export interface Unsent {
  words: Words;
  /** Of the draft and of the readers' text that they were written over. */
  version: number;
  over: number;
}

const name = (path: string): string => `fanlight.unsent${path}`;

/** False when the browser keeps nothing: then only the page holds them. */
export function keep(path: string, unsent: Unsent): boolean {
  try {
    localStorage.setItem(name(path), JSON.stringify(unsent));
    return true;
  } catch {
    return false;
  }
}

export function kept(path: string): Unsent | undefined {
  try {
    return (JSON.parse(localStorage.getItem(name(path)) ?? "null") as Unsent | null) ?? undefined;
  } catch {
    return undefined;
  }
}

export function forget(path: string): void {
  try {
    localStorage.removeItem(name(path));
  } catch {
    // Storage is closed: nothing was kept there.
  }
}
