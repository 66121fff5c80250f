/** The time now, for everything on the screen that ages; one timer for all. */

/** Minutes are what people read, so a quarter of one is fine enough, in milliseconds. */
const STEP_MS = 15_000;
let time = $state(Date.now());
setInterval(() => (time = Date.now()), STEP_MS);

export const now = (): Date => new Date(time);
