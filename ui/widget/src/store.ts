/** What this browser keeps for the widget: the guest's key, the words not sent yet. Gone at sign-out. */

const PREFIX = "fanlight.";
// Some web views and private windows refuse storage: then it lasts as long as the frame does.
const memory = new Map<string, string>();

export function keep(name: string, value: string | null): void {
  const key = PREFIX + name;
  if (value === null) memory.delete(key);
  else memory.set(key, value);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // kept in memory
  }
}

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name) ?? memory.get(PREFIX + name) ?? null;
  } catch {
    return memory.get(PREFIX + name) ?? null;
  }
}

/** Forget everything: the next person at this browser finds nothing of the last one. */
export function forget(): void {
  memory.clear();
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX) && key !== `${PREFIX}lang`) localStorage.removeItem(key);
  } catch {
    // nothing was stored
  }
}
