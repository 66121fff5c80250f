/** Looks for secrets before anything leaves this browser. The eyes come a moment after the first view. */
import type { Found, Suspect } from "$shared/secrets";

export type { Suspect } from "$shared/secrets";

type Eyes = typeof import("$shared/secrets");

let eyes: Eyes | undefined;
let coming: Promise<void> | undefined;

/** Sending waits this long for them, in milliseconds: the desk looks again for itself. */
const PATIENCE_MS = 2000;

function open(): Promise<void> {
  return (coming ??= import("$shared/secrets").then(
    (found) => void (eyes = found),
    () => void (coming = undefined),
  ));
}

void open();

/** To be waited for before something is sent. */
export const ready = (): Promise<void> => Promise.race([open(), new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS))]);

export const suspect = (text: string): Found | null => eyes?.look(text)[0] ?? null;

/** Where the writer has no other way than to take it out, a hash that may be none is no reason to hold them up. */
export const certain = (text: string): Found | null => eyes?.look(text).find((each) => each.kind !== "ambiguous") ?? null;

/** Whether a text may be kept here, or asked about while it is typed: as long as nothing has been looked at, it may not. */
export const isPlain = (text: string): boolean => eyes !== undefined && eyes.look(text).length === 0;

export const without = (text: string, mark: (kind: Suspect) => string): string => eyes?.without(text, mark) ?? text;
