/** What this browser keeps for the widget: the guest's key, the words not sent yet. Gone at sign-out. */
import { tell } from "./bridge";

const PREFIX = "fanlight.";

function ownStore(): Storage | null {
  try {
    localStorage.setItem(`${PREFIX}probe`, "1");
    localStorage.removeItem(`${PREFIX}probe`);
    return localStorage;
  } catch {
    return null;
  }
}

// A browser that gives a frame of another site no store: then the page around us keeps it, as its own.
const own = ownStore();
let lent = new Map<string, string>();

/** What the page around us kept for us; nothing is taken from it where we have a store. */
export function lend(json: string | null): void {
  if (own !== null || !json) return;
  try {
    lent = new Map(Object.entries(JSON.parse(json) as Record<string, string>));
  } catch {
    // Somebody else wrote there.
  }
}

function save(): void {
  tell({ t: "keep", json: lent.size ? JSON.stringify(Object.fromEntries(lent)) : null });
}

export function keep(name: string, value: string | null): void {
  if (own !== null) {
    try {
      if (value === null) own.removeItem(PREFIX + name);
      else own.setItem(PREFIX + name, value);
    } catch {
      // The store is full: the words stand on the screen all the same.
    }
  } else if ((lent.get(name) ?? null) !== value) {
    if (value === null) lent.delete(name);
    else lent.set(name, value);
    save();
  }
}

export const kept = (name: string): string | null => (own === null ? (lent.get(name) ?? null) : own.getItem(PREFIX + name));

/** Forget everything but the language: the next person at this browser finds nothing of the last one. */
export function forget(): void {
  const names = own === null ? [...lent.keys()] : Object.keys(own).flatMap((key) => (key.startsWith(PREFIX) ? [key.slice(PREFIX.length)] : []));
  for (const name of names) if (name !== "lang") keep(name, null);
}
