/** A list that comes a page at a time; an answer that a later question has overtaken is dropped. */
import { get } from "$shared/http";

interface Answer<T> {
  rows: T[];
  next: string | null;
}

export class Pages<T> {
  rows = $state.raw<T[]>();
  next = $state.raw<string | null>(null);
  trouble = $state.raw<unknown>(null);
  isLoading = $state(false);
  #door = "";
  #wanted: Record<string, string> = {};
  #asked = 0;

  /** Begin anew with what is asked for; empty words do not narrow and are not sent. */
  async ask(door: string, wanted: Record<string, string> = {}): Promise<void> {
    this.#door = door;
    this.#wanted = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value));
    await this.#load(null);
  }

  again = (): Promise<void> => this.#load(null);
  more = (): Promise<void> => (this.next === null || this.isLoading ? Promise.resolve() : this.#load(this.next));

  /** A row was dealt with: it goes. */
  drop(gone: T): void {
    this.rows = this.rows?.filter((one) => one !== gone);
  }

  async #load(after: string | null): Promise<void> {
    const mine = ++this.#asked;
    this.trouble = null;
    this.isLoading = true;
    try {
      const query = new URLSearchParams(after === null ? this.#wanted : { ...this.#wanted, after });
      const page = await get<Answer<T>>(query.size ? `${this.#door}?${query}` : this.#door);
      if (mine !== this.#asked) return;
      this.rows = after === null ? page.rows : [...(this.rows ?? []), ...page.rows];
      this.next = page.next;
    } catch (error) {
      if (mine === this.#asked) this.trouble = error;
    }
    if (mine === this.#asked) this.isLoading = false;
  }
}
