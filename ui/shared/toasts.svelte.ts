/** Short words at the foot of a face: what was copied, what can be undone. */

export interface Toast {
  id: number;
  text: string;
  act?: { word: string; run: () => void };
}

/** How long a toast stays while nobody looks at it, in milliseconds. */
const STAY_MS = 8000;
let list = $state<Toast[]>([]);
let next = 1;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

export const toasts = (): readonly Toast[] => list;

/** Say something; the same words twice stay one toast. */
export function toast(text: string, act?: Toast["act"]): void {
  for (const old of list) if (old.text === text) dismiss(old.id);
  const id = next++;
  list.push(act ? { id, text, act } : { id, text });
  if (list.length > 3 && list[0]) dismiss(list[0].id);
  release(id);
}

export function dismiss(id: number): void {
  hold(id);
  list = list.filter((toast) => toast.id !== id);
}

export function hold(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
}

export function release(id: number): void {
  hold(id);
  timers.set(
    id,
    setTimeout(() => dismiss(id), STAY_MS),
  );
}
