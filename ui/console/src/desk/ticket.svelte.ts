/** One open ticket: its head, its timeline as far as loaded, who else is here; kept true by the socket. */
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type { Card, ConsoleHears, Conversation, Id, InboxRow, Item, TicketHead, TicketPage, Timeline, Viewer } from "$shared/api";
import { get, post, put } from "$shared/http";
import { Beside } from "./beside.svelte";
import { Drafts } from "./drafts.svelte";
import type { Inbox } from "./inbox.svelte";
import { instant } from "./membership";
import { learn } from "./people.svelte";

/** How long "is typing" of a customer holds without another sign, in milliseconds. */
const TYPING_MS = 6000;

function told(a: Item, b: Item): number {
  const [left, right] = [instant(a.at), instant(b.at)];
  if (left !== right) return left < right ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

export class OpenTicket {
  /** The ticket's line in the inbox: its own fields, kept live. */
  ticket = $state.raw<InboxRow>();
  head = $state.raw<TicketHead>();
  conversations = $state.raw<Conversation[]>([]);
  customer = $state.raw<Card | null>();
  people = $state.raw<Viewer[]>([]);
  may = $state.raw<string[]>([]);
  before = $state<string | null>(null);
  readonly items = new SvelteMap<Id, Item>();
  /** Conversations whose customer is typing right now. */
  readonly typing = new SvelteSet<Id>();
  /** The highest seq of each conversation that stood before the agent's eyes. */
  readonly seen = new SvelteMap<Id, number>();
  drafts = $state.raw<Drafts>();
  readonly beside: Beside;
  /** When the links to files were made; they live for some minutes only. */
  linksFrom = 0;
  private stamp = 0;
  private isOpen = true;
  private saving: Promise<void> = Promise.resolve();
  private readonly timers = new Map<Id, ReturnType<typeof setTimeout>>();
  private readonly stopListening: () => void;

  constructor(
    readonly id: Id,
    private readonly inbox: Inbox,
  ) {
    this.beside = new Beside(id);
    this.stopListening = inbox.listen((frame) => this.hear(frame));
  }

  /** Old first, as a talk is read. */
  readonly flow = $derived.by(() => [...this.items.values()].sort(told));

  conversation = (id: Id | null): Conversation | undefined => this.conversations.find((one) => one.id === id);
  allows = (permission: string): boolean => this.may.includes(permission);

  async load(): Promise<void> {
    const [page, timeline] = await Promise.all([
      get<TicketPage>(`/api/console/tickets/${this.id}`),
      get<Timeline>(`/api/console/tickets/${this.id}/timeline?limit=100`),
      this.beside.load(),
    ]);
    if (!this.isOpen) return;
    this.adopt(page);
    this.drafts = new Drafts(this.id, page.drafts);
    this.before = timeline.before;
    this.takeAll(timeline);
    this.watch();
  }

  private adopt(page: TicketPage): void {
    this.head = page.ticket;
    this.ticket = page.ticket.row;
    this.inbox.take(page.ticket.row);
    this.conversations = page.conversations;
    this.customer = page.customer;
    this.people = page.people;
    this.may = page.may;
  }

  private takeAll(timeline: Timeline): void {
    this.linksFrom = Date.now();
    learn(timeline.items);
    for (const item of timeline.items) this.items.set(item.id, item);
    this.stamp = Math.max(this.stamp, timeline.stamp);
  }

  /** After a cut, and when the row knows more than we hold: the head and the newest items again. */
  async refresh(): Promise<void> {
    const [page, timeline] = await Promise.all([
      get<TicketPage>(`/api/console/tickets/${this.id}`),
      get<Timeline>(`/api/console/tickets/${this.id}/timeline?limit=100`),
    ]);
    if (!this.isOpen) return;
    this.adopt(page);
    // A long cut can leave a hole between what we hold and this page: then hold the page alone.
    const oldest = timeline.items[0];
    if (timeline.before !== null && oldest && !this.items.has(oldest.id)) {
      this.items.clear();
      this.before = timeline.before;
    }
    this.takeAll(timeline);
    this.watch();
  }

  async older(): Promise<void> {
    if (this.before === null) return;
    const timeline = await get<Timeline>(`/api/console/tickets/${this.id}/timeline?limit=100&before=${encodeURIComponent(this.before)}`);
    this.before = timeline.before;
    for (const item of timeline.items) this.items.set(item.id, item);
  }

  watch(): void {
    this.inbox.socket.say({ t: "watch", ticket_id: this.id });
  }

  close(): void {
    this.isOpen = false;
    this.stopListening();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.inbox.socket.say({ t: "unwatch", ticket_id: this.id });
    this.drafts?.leave();
  }

  private hear(frame: ConsoleHears): void {
    if (frame.t === "row" && frame.row.id === this.id) this.onRow(frame.row);
    if (!("ticket_id" in frame) || frame.ticket_id !== this.id) return;
    switch (frame.t) {
      case "item":
        this.take(frame.item);
        this.stamp = Math.max(this.stamp, frame.stamp);
        break;
      case "receipt":
        this.conversations = this.conversations.map((one) =>
          one.id === frame.conversation_id
            ? { ...one, customer_delivered_seq: frame.customer_delivered_seq, customer_read_seq: frame.customer_read_seq }
            : one,
        );
        break;
      case "people":
        this.people = frame.people;
        break;
      case "customer_typing":
        this.onTyping(frame.conversation_id);
        break;
      default:
    }
  }

  private onRow(row: InboxRow): void {
    this.ticket = row;
    // The item frames come first; if one was lost, the row tells, and we read the tail again.
    if (row.stamp > this.stamp) {
      const wanted = row.stamp;
      setTimeout(() => void (this.isOpen && this.stamp < wanted && this.refresh().catch(() => undefined)), 400);
    }
  }

  private onTyping(conversation: Id): void {
    this.typing.add(conversation);
    clearTimeout(this.timers.get(conversation));
    this.timers.set(
      conversation,
      setTimeout(() => this.typing.delete(conversation), TYPING_MS),
    );
  }

  take(item: Item): void {
    this.items.set(item.id, item);
    if (item.kind === "inbound" && item.conversation_id) this.typing.delete(item.conversation_id);
    if (item.conversation_id && item.seq !== null) {
      const [id, seq] = [item.conversation_id, item.seq];
      if (!this.conversation(id)) void this.refresh(); // a conversation that began under our eyes
      this.conversations = this.conversations.map((one) => (one.id === id ? { ...one, last_seq: Math.max(one.last_seq, seq) } : one));
    }
  }

  /** The timeline down to this item has been looked at: it counts as seen, and the customer may hear "read". */
  async look(last: Id): Promise<void> {
    const looked = this.flow.slice(0, this.flow.findIndex((item) => item.id === last) + 1);
    for (const one of this.conversations) {
      let highest = this.seen.get(one.id) ?? 0;
      for (const item of looked) if (item.conversation_id === one.id && item.seq !== null) highest = Math.max(highest, item.seq);
      if (highest > (this.seen.get(one.id) ?? -1)) this.seen.set(one.id, highest);
      if (highest > one.agent_read_seq) {
        this.conversations = this.conversations.map((two) => (two.id === one.id ? { ...two, agent_read_seq: highest } : two));
        await put(`/api/console/tickets/${this.id}/read`, { conversation_id: one.id, seq: highest });
      }
    }
  }

  /** What the agent has seen of every conversation: the server refuses a reply that overlooks something. */
  glance(): Record<Id, number> {
    return Object.fromEntries(this.conversations.map((one) => [one.id, this.seen.get(one.id) ?? 0]));
  }

  /** The refusal showed these messages: now they are seen. */
  acknowledge(items: Item[]): void {
    for (const item of items) {
      this.take(item);
      if (item.conversation_id && item.seq !== null) this.seen.set(item.conversation_id, Math.max(item.seq, this.seen.get(item.conversation_id) ?? 0));
    }
  }

  /** One change after the other: what was done is seen by its frame before its answer, and whoever is quick with
   *  the next would be told that somebody else had changed the ticket. */
  private save(field: string, body: Record<string, unknown>): Promise<void> {
    const mine = this.saving.then(() => this.send(field, body));
    this.saving = mine.catch(() => undefined);
    return mine;
  }

  private async send(field: string, body: Record<string, unknown>): Promise<void> {
    const row = await put<InboxRow | null>(`/api/console/tickets/${this.id}/${field}`, { ...body, version: this.ticket?.version });
    if (!row) return; // it went to a team whose tickets we do not see: the feed takes it away
    if (row.version >= (this.ticket?.version ?? 0)) this.ticket = row;
    this.inbox.take(row);
  }

  assign = (agent_id: Id | null): Promise<void> => this.save("assignee", { agent_id });
  setStatus = (status: string): Promise<void> => this.save("status", { status, seen: this.glance() });
  setPriority = (priority: number): Promise<void> => this.save("priority", { priority });
  setTeam = (team: string): Promise<void> => this.save("team", { team });
  setTags = (tags: string[]): Promise<void> => this.save("tags", { tags });
  setSubject = (subject: string): Promise<void> => this.save("subject", { subject });

  async reply(conversation_id: Id, text: string, client_key: string, file_ids: Id[], confirmed: string[] = []): Promise<void> {
    this.take(await post<Item>(`/api/console/tickets/${this.id}/replies`, { conversation_id, text, client_key, file_ids, confirmed, seen: this.glance() }));
  }

  async note(text: string, client_key: string, file_ids: Id[]): Promise<void> {
    this.take(await post<Item>(`/api/console/tickets/${this.id}/notes`, { text, client_key, file_ids }));
  }

  async retry(item: Item): Promise<void> {
    this.take(await post<Item>(`/api/console/messages/${item.id}/retry`));
  }
}
