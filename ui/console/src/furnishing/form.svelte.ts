/** A form over one door: whether it is busy, at which field a refusal belongs, and what somebody else saved meanwhile. */
import { isProblem } from "$shared/http";
import { knows, say } from "$shared/i18n.svelte";
import { sentence } from "../problems";

/** Where a refusal is shown: refusals that know their field themselves are not here. */
const FIELDS: Record<string, string> = {
  address_loops: "path",
  address_taken: "key",
  address_unfit: "key",
  article_not_found: "article",
  synonym_exists: "words",
  synonym_too_short: "words",
};
const MOVED = /^(entry|synonym)_moved$/;

interface Refusal {
  field: string;
  /** Of the field, where it is one of several. */
  language: string;
  /** Of the one that is meant in a list, from 1; 0 where there is no list. */
  number: number;
  text: string;
}

function refusalOf(error: unknown): Refusal {
  if (!isProblem(error)) return { field: "", language: "", number: 0, text: sentence(error) };
  if (error.code !== "entry_unfit") return { field: FIELDS[error.code] ?? "", language: "", number: 0, text: sentence(error) };
  const why = String(error.params["why"]);
  const said = `console.furnish.unfit.${why}`;
  const text = knows(said) ? say(said, { most: Number(error.params["most"] ?? 80) }) : sentence(error);
  return { field: why, language: String(error.params["language"] ?? ""), number: Number(error.params["number"] ?? 0), text };
}

/** On a phone the field that was refused may be far above the button. */
function lookAtFault(): void {
  const field = document.querySelector<HTMLElement>('[aria-invalid="true"]');
  if (field) field.focus();
  else document.querySelector(".error[role=alert]")?.scrollIntoView({ block: "nearest" });
}

export class Form<T> {
  isBusy = $state(false);
  /** What stands now where somebody was faster; null when they took it away. */
  theirs = $state.raw<T | null>();
  #refusal = $state.raw<Refusal | null>(null);

  /**
   * `fields`: where a refusal can be shown; what belongs to none of them is told by `rest`.
   * `read`: asks for what stands now; without it a refusal for being late is told like any other.
   */
  constructor(
    private readonly fields: readonly string[],
    private readonly read?: () => Promise<T | undefined>,
  ) {}

  /** True when it was done. A second call while one runs does nothing. */
  async run(act: () => Promise<unknown>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.#refusal = null;
    try {
      await act();
      return true;
    } catch (error) {
      await this.#refused(error);
      requestAnimationFrame(lookAtFault); // when the field is drawn, in the language it belongs to
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  async #refused(error: unknown): Promise<void> {
    if (!this.read || !isProblem(error) || !MOVED.test(error.code)) {
      this.#refusal = refusalOf(error);
      return;
    }
    try {
      this.theirs = (await this.read()) ?? null;
    } catch (other) {
      this.#refusal = refusalOf(other);
    }
  }

  /** One of the two was chosen; what they saved, null when they took it away. */
  settle(): T | null {
    const theirs = this.theirs ?? null;
    this.theirs = undefined;
    return theirs;
  }

  /** What is wrong with a field, in one sentence; empty when nothing is. */
  at(field: string, language = "", number = 0): string {
    const told = this.#refusal;
    return told?.field === field && told.language === language && told.number === number ? told.text : "";
  }

  /** The language whose words were refused. */
  get language(): string {
    return this.#refusal?.language ?? "";
  }

  /** A refusal that no field can be blamed for. */
  get rest(): string {
    return this.#refusal && !this.fields.includes(this.#refusal.field) ? this.#refusal.text : "";
  }
}

/** Languages with something in them: the others are not sent. */
export function filled<T>(words: Record<string, T>, isThere: (one: T) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(words).filter(([, one]) => isThere(one)));
}
