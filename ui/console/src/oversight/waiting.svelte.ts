/** How many alerts and words wait for a lead: asked for once, then told by the socket. */
import { get } from "$shared/http";
import { inbox } from "../desk/inbox.svelte";
import { may } from "../session.svelte";
import { OVERSIGHT } from "./wire";

let open = $state(0);

export const waiting = (): number => open;

/** Begin to follow; returns the function that stops it. */
export function followWaiting(): () => void {
  if (!may("oversight.see")) return () => undefined;
  const load = (): void => void get<{ open: number }>(`${OVERSIGHT}/count`).then((said) => (open = said.open), () => undefined);
  load();
  return inbox().listen((frame) => {
    if (frame.t === "alerts") open = frame.open;
    else if (frame.t === "ready") load(); // frames may have been missed
  });
}
