/** What is written and not saved yet: whoever goes elsewhere is asked first. */
import { onMount } from "svelte";

export interface Unsaved {
  /** Whether something would be lost now. */
  is: () => boolean;
  /** Tries to save it; true when there is nothing left to lose. */
  save?: () => Promise<boolean>;
  /** Whether the page stays open there, and its words with it. */
  stays?: (to: URL) => boolean;
}

const all = new Set<Unsaved>();
let asked = $state.raw<((goes: boolean) => void) | null>(null);

/** The question that stands: called with true, what was written is let go. */
export const question = (): ((goes: boolean) => void) | null => asked;

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
  for (const one of lost) if (!(await one.save?.()) && one.is()) return ask();
  return true;
}

function ask(): Promise<boolean> {
  asked?.(false);
  return new Promise((resolve) => {
    asked = (goes) => {
      asked = null;
      resolve(goes);
    };
  });
}

/** The browser's own question, when its window is closed or goes to another site. */
export function warn(event: BeforeUnloadEvent): void {
  if ([...all].some((one) => one.is())) event.preventDefault();
}
