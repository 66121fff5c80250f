/** The latest imports and exports; asked for again while one of them runs. */
import { get } from "$shared/http";
import { DOOR, isRunning, type Transfer } from "./wire";

const AGAIN_MS = 1_000;

export class Transfers {
  rows = $state.raw<Transfer[]>();
  trouble = $state.raw<unknown>(null);
  readonly isImporting = $derived(this.rows?.some((one) => one.direction === "in" && isRunning(one)) ?? false);
  readonly isExporting = $derived(this.rows?.some((one) => one.direction === "out" && isRunning(one)) ?? false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  load = async (): Promise<void> => {
    clearTimeout(this.#timer);
    try {
      this.rows = await get<Transfer[]>(DOOR);
      this.trouble = null;
    } catch (error) {
      this.trouble = error;
    }
    if (!this.#isOver && this.rows?.some(isRunning)) this.#timer = setTimeout(() => void this.load(), AGAIN_MS);
  };

  stop = (): void => {
    this.#isOver = true;
    clearTimeout(this.#timer);
  };
}
