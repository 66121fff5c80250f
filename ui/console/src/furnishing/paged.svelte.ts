/** A list that comes page by page: searched, read on, read anew; a slow answer never replaces a later one. */
import { get } from "$shared/http";

interface PageOf<Row> {
  rows: Row[];
  next: string | null;
}

export class Paged<Row> {
  rows = $state.raw<Row[]>();
  next = $state.raw<string | null>(null);
  trouble = $state.raw<unknown>(null);
  isLoading = $state(false);
  words = $state("");
  #asked = 0;

  constructor(private readonly door: string) {}

  /** The first page, or the one behind what is shown. */
  async load(after: string | null = null): Promise<void> {
    const mine = ++this.#asked;
    this.trouble = null;
    this.isLoading = true;
    try {
      const page = await get<PageOf<Row>>(`${this.door}?${new URLSearchParams({ q: this.words, ...(after ? { after } : {}) })}`);
      if (mine !== this.#asked) return;
      this.rows = after ? [...(this.rows ?? []), ...page.rows] : page.rows;
      this.next = page.next;
    } catch (error) {
      if (mine === this.#asked) this.trouble = error;
    }
    if (mine === this.#asked) this.isLoading = false;
  }

  readonly find = (words: string): void => {
    this.words = words;
    void this.load();
  };
}
