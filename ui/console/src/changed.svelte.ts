import { untrack } from "svelte";

/** Does something whenever what it follows has changed; how that stood at first is known already. */
export function whenChanged(follow: () => unknown, act: () => void): void {
  let before = untrack(follow);
  $effect(() => {
    const now = follow();
    if (now === before) return;
    before = now;
    untrack(act);
  });
}
