/** What is written and not saved yet: whoever goes elsewhere is asked first. */
import { onMount } from "svelte";
import { Question } from "./question.svelte";

export interface Unsaved {
  /** Whether something would be lost now. */
  is: () => boolean;
  /** Tries to save it; true when there is nothing left to lose. */
  save?: () => Promise<boolean>;
  /** Whether the page stays open there, and its words with it. */
  stays?: (to: URL) => boolean;
}

const all = new Set<Unsaved>();

/** Answered with yes, what was written is let go. */
export const leaving = new Question<true>();

/** To be called while a page is made: until it is gone, its words are asked about. */
export function keepsWords(unsaved: Unsaved): void {
  onMount(() => {
    all.add(unsaved);
    return () => void all.delete(unsaved);
  });
}

/** True when somebody may go there; undefined when there is nothing to ask, so that nobody waits. */
export function mayLeave(to: URL): Promise<boolean> | undefined {
  const lost = [...all].filter((one) => one.is() && !one.stays?.(to));
  return lost.length ? settle(lost) : undefined;
}

async function settle(lost: Unsaved[]): Promise<boolean> {
  for (const one of lost) if (!(await one.save?.()) && one.is()) return leaving.ask(true);
  return true;
}

/** The browser's own question, when its window is closed or goes to another site. */
export function warn(event: BeforeUnloadEvent): void {
  if ([...all].some((one) => one.is())) event.preventDefault();
}
