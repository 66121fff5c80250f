/** A list in editors' order: moved by buttons, keys and dragging, and saved over the order that was seen, one move after the other. */
import { tick } from "svelte";
import type { Attachment } from "svelte/attachments";
import { on } from "svelte/events";
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
  /** The row that is being dragged. */
  #held: string | null = null;
  /** The order as the server has it. */
  #was: string[] = [];
  /** How often the list was read anew after a refusal: a move made before that is of a list that is gone. */
  #readings = 0;

  constructor(
    private readonly send: (order: { keys: string[]; was: string[] }) => Promise<unknown>,
    private readonly name: (row: T, language: string) => string,
    private readonly reload: () => Promise<void>,
  ) {}

  take(rows: T[]): void {
    this.rows = rows;
    this.#was = rows.map((one) => one.key);
  }

  /** The row's element has the id `row-KEY`; its buttons the classes `up` and `down`. */
  async move(from: number, step: -1 | 1): Promise<void> {
    const row = this.#put(from, from + step);
    if (!row) return;
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

  #put(from: number, to: number): T | undefined {
    const list = [...(this.rows ?? [])];
    const row = list[from];
    if (!row || from === to || to < 0 || to >= list.length) return undefined;
    list.splice(from, 1);
    list.splice(to, 0, row);
    this.rows = list;
    this.told = t("console.shelves.moved", { name: this.name(row, locale()), place: to + 1, count: list.length });
    const seen = this.#readings;
    this.#line = this.#line.then(() => (seen === this.#readings ? this.#send(list.map((one) => one.key)) : undefined));
    return row;
  }

  /** For the row's element: it is drawn by its handle (`.grip`), and others are let down on it. */
  readonly dragged = (key: string): Attachment<HTMLElement> => (node) => {
    const at = (of: string | null): number => this.rows?.findIndex((one) => one.key === of) ?? -1;
    const isOver = (event: DragEvent): boolean => this.#held !== null && this.#held !== key && event.dataTransfer !== null;
    const mark = (side: "before" | "after" | ""): void => void (node.dataset["drop"] = side);
    const side = (): "before" | "after" => (at(this.#held) > at(key) ? "before" : "after");
    const off = [
      on(node, "pointerdown", (event) => (node.draggable = event.target instanceof Element && event.target.closest(".grip") !== null)),
      on(node, "dragstart", (event) => {
        this.#held = key;
        event.dataTransfer?.setData("text/plain", key);
        node.classList.add("held");
      }),
      on(node, "dragend", () => {
        this.#held = null;
        node.draggable = false;
        node.classList.remove("held");
      }),
      on(node, "dragover", (event) => {
        if (!isOver(event)) return;
        event.preventDefault();
        mark(side());
      }),
      on(node, "dragleave", () => mark("")),
      on(node, "drop", (event) => {
        if (!isOver(event)) return;
        event.preventDefault();
        mark("");
        this.#put(at(this.#held), at(key));
      }),
    ];
    return () => off.forEach((stop) => stop());
  };

  async #send(keys: string[]): Promise<void> {
    try {
      await this.send({ keys, was: this.#was });
      this.#was = keys;
    } catch (error) {
      toast(sentence(error));
      this.#readings += 1;
      await this.reload(); // the order as it really is
    }
  }
}
