/** What a list shows: a view kept by the feed, or the answer to a search. */
import type { Id, InboxRow } from "$shared/api";
import type { Inbox } from "./inbox.svelte";

export interface ListSource {
  rows(): InboxRow[];
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  readonly error: unknown;
  open(): Promise<void>;
  more(): Promise<void>;
}

/** One fetch at a time, its error kept until the next. */
class Fetching {
  isLoading = $state(false);
  error = $state.raw<unknown>(null);

  protected async guarded(run: () => Promise<void>): Promise<void> {
    if (this.isLoading) return;
    this.isLoading = true;
    this.error = null;
    try {
      await run();
    } catch (error) {
      this.error = error;
    } finally {
      this.isLoading = false;
    }
  }
}

export class ViewList extends Fetching implements ListSource {
  constructor(
    private readonly inbox: Inbox,
    private readonly view: string,
  ) {
    super();
  }

  private readonly sorted = $derived.by(() => this.inbox.list(this.view));
  rows = (): InboxRow[] => this.sorted;

  get hasMore(): boolean {
    return (this.inbox.loaded.get(this.view)?.next ?? null) !== null;
  }

  open = (): Promise<void> => this.guarded(() => this.inbox.open(this.view));
  more = (): Promise<void> => (this.hasMore ? this.guarded(() => this.inbox.more(this.view)) : Promise.resolve());
}

/** The order is the server's; the rows themselves stay live. */
export class SearchList extends Fetching implements ListSource {
  private ids = $state.raw<Id[]>([]);
  private next = $state<string | null>(null);

  constructor(
    private readonly inbox: Inbox,
    private readonly words: string,
  ) {
    super();
  }

  rows = (): InboxRow[] => this.ids.map((id) => this.inbox.rows.get(id)).filter((row) => row !== undefined);

  get hasMore(): boolean {
    return this.next !== null;
  }

  open = (): Promise<void> => this.guarded(() => this.page(null));
  more = (): Promise<void> => (this.next === null ? Promise.resolve() : this.guarded(() => this.page(this.next)));

  private async page(after: string | null): Promise<void> {
    const page = await this.inbox.search(this.words, after);
    const fresh = page.rows.map((row) => row.id);
    this.ids = after === null ? fresh : [...this.ids, ...fresh.filter((id) => !this.ids.includes(id))];
    this.next = page.next;
  }
}
