/** A list in editors' order: moved by buttons and keys, and saved over the order that was seen, one move after the other. */
import { tick } from "svelte";
import { put } from "$shared/http";
import { locale } from "$shared/i18n.svelte";
import { toast } from "$shared/toasts.svelte";
import { t } from "../i18n";
import { sentence } from "../problems";

interface Kept {
  key: string;
}

export class Order<T extends Kept> {
  rows = $state.raw<T[]>();
  /** What the last move did, for those who do not see it. */
  told = $state("");
  /** Orders go out one after the other, so that the last one asked for is the one that stays. */
  #line = Promise.resolve();
  /** The order as the server has it. */
  #was: string[] = [];

  constructor(
    private readonly door: string,
    private readonly name: (row: T, language: string) => string,
    private readonly reload: () => Promise<void>,
  ) {}

  take(rows: T[]): void {
    this.rows = rows;
    this.#was = rows.map((one) => one.key);
  }

  /** The row's element has the id `row-KEY`; its buttons the classes `up` and `down`. */
  async move(from: number, step: -1 | 1): Promise<void> {
    const list = [...(this.rows ?? [])];
    const row = list[from];
    const to = from + step;
    if (!row || to < 0 || to >= list.length) return;
    list.splice(from, 1);
    list.splice(to, 0, row);
    this.rows = list;
    this.told = t("console.shelves.moved", { name: this.name(row, locale()), place: to + 1, count: list.length });
    this.#line = this.#line.then(() => this.#send(list.map((one) => one.key)));
    await tick();
    const there = document.getElementById(`row-${row.key}`);
    // At the end of the way the other arrow stays within reach.
    (there?.querySelector<HTMLElement>(`.${step < 0 ? "up" : "down"}:not([disabled])`) ?? there?.querySelector<HTMLElement>("button:not([disabled])"))?.focus();
  }

  onKey(event: KeyboardEvent, from: number): void {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    void this.move(from, event.key === "ArrowUp" ? -1 : 1);
  }

  async #send(keys: string[]): Promise<void> {
    try {
      await put(`${this.door}/order`, { keys, was: this.#was });
      this.#was = keys;
    } catch (error) {
      toast(sentence(error));
      await this.reload(); // the order as it really is
    }
  }
}
