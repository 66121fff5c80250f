/** One talk: messages in order, what is on its way, who has read how far, and the socket that keeps it so. */
import type { FileInfo, Status } from "$shared/api";
import { get, isProblem, post, Problem } from "$shared/http";
import { LiveSocket, type LiveState } from "$shared/live";
import { keep, kept } from "./store";
import type { Hears, Message, Page, Refusal, Says, Talk } from "./types";

export interface Pending {
  key: string;
  text: string;
  files: FileInfo[];
  at: string;
  /** Why the desk did not take it; null while it is on its way. */
  refusal: Refusal | null;
}

/** We say "is typing" at most this often; an agent's sign fades after the second, in milliseconds. */
const TYPING_EVERY_MS = 3000;
const TYPING_FADES_MS = 6000;
const PAGE = 200;
/** Farewells after which the same session is of no use. */
const OVER = new Set(["sign_in_needed", "signed_out", "conversation_not_found"]);

export class Chat {
  readonly id: string;
  reference = $state("");
  messages = $state.raw<Message[]>([]);
  pending = $state.raw<Pending[]>([]);
  status = $state<Status>("open");
  agent = $state.raw<{ name: string } | null>(null);
  typing = $state<string | null>(null);
  link = $state<LiveState>("connecting");
  isLoaded = $state(false);
  agentReadSeq = $state(0);
  agentDeliveredSeq = $state(0);
  readSeq = $state(0);
  readonly unread = $derived(this.messages.filter((each) => each.seq > this.readSeq && each.by !== "customer").length);
  readonly lastSeq = $derived(this.messages.at(-1)?.seq ?? 0);

  private token: string;
  private readonly socket: LiveSocket<Hears, Says>;
  private typedAt = 0;
  private fade: ReturnType<typeof setTimeout> | undefined;
  private deliveredSeq = 0;
  private hailedAt = -1;
  private isSyncing = false;

  constructor(
    talk: Talk,
    token: string,
    private readonly sessionEnded: () => void,
    /** The talk goes on under another ticket. */
    private readonly moved: (talk: Talk) => void,
  ) {
    this.id = talk.id;
    this.reference = talk.ticket_reference;
    this.status = talk.status;
    this.agent = talk.agent;
    this.readSeq = talk.read_seq;
    this.token = token;
    this.socket = new LiveSocket<Hears, Says>({
      path: "/api/widget/live",
      hello: () => ({ t: "hello", token: this.token, chat_id: this.id, after: this.lastSeq }),
      ready: "ready",
      ping: { t: "ping" },
      hear: (frame) => this.hear(frame),
      changed: (state) => {
        this.link = state;
        if (state !== "live") this.shows(null);
      },
      struggling: (tries) => void (tries > 1 && this.sync()), // a proxy that eats sockets must not eat messages
    });
  }

  start(): void {
    for (const waiting of this.stored()) {
      this.pending = [...this.pending, waiting];
      if (!waiting.refusal) this.socket.mustSay(waiting.key, this.frameOf(waiting));
    }
    this.socket.start();
  }

  stop(): void {
    clearTimeout(this.fade);
    this.socket.stop();
  }

  /** Go on with a fresh session. */
  resume(token: string): void {
    this.token = token;
    this.socket.stop();
    this.socket.start();
  }

  send(text: string, files: FileInfo[]): void {
    const key = crypto.randomUUID();
    const fresh: Pending = { key, text, files, at: new Date().toISOString(), refusal: null };
    this.pending = [...this.pending, fresh];
    this.store();
    this.typedAt = 0;
    this.socket.mustSay(key, this.frameOf(fresh));
  }

  /** The same words once more, under the same key: a second copy cannot come of it. */
  again(key: string): void {
    this.pending = this.pending.map((each) => (each.key === key ? { ...each, refusal: null } : each));
    const found = this.pending.find((each) => each.key === key);
    if (found) this.socket.mustSay(key, this.frameOf(found));
    this.store();
  }

  /** Take back what the desk refused. */
  drop(key: string): string {
    const text = this.pending.find((each) => each.key === key)?.text ?? "";
    this.settle(key);
    return text;
  }

  type(isTyping: boolean): void {
    const now = Date.now();
    if (isTyping && now - this.typedAt < TYPING_EVERY_MS) return;
    if (!isTyping && this.typedAt === 0) return;
    // Said to nobody, it does not count: the next key tries again.
    if (this.socket.say({ t: "typing", on: isTyping })) this.typedAt = isTyping ? now : 0;
  }

  /** Everything shown so far was seen. */
  seen(): void {
    const last = this.lastSeq;
    if (last <= this.readSeq) return;
    this.readSeq = last;
    this.socket.say({ t: "read", seq: last });
  }

  /** A fresh address of a file: those handed out with a message end after minutes. */
  async fileUrl(message: Message, id: string): Promise<string | null> {
    const page = await this.fetch(message.seq - 1, 1);
    this.take(page.messages);
    return page.messages.flatMap((each) => each.files).find((file) => file.id === id)?.url ?? null;
  }

  private frameOf(waiting: Pending): Says {
    return { t: "send", client_key: waiting.key, text: waiting.text, file_ids: waiting.files.map((file) => file.id) };
  }

  private hear(frame: Hears): void {
    if (frame.t === "message") {
      this.take([frame.message]);
      if (frame.message.by !== "customer") this.shows(null);
    } else if (frame.t === "ack") {
      this.settle(frame.client_key);
      this.take([frame.message]);
    } else if (frame.t === "refused") {
      if (frame.client_key) this.refuse(frame.client_key, frame.problem);
    } else if (frame.t === "typing") this.shows(frame.on ? frame.name : null);
    else if (frame.t === "receipt") {
      this.agentReadSeq = Math.max(this.agentReadSeq, frame.agent_read_seq);
      this.agentDeliveredSeq = Math.max(this.agentDeliveredSeq, frame.agent_delivered_seq);
    } else if (frame.t === "state") {
      this.status = frame.status;
      this.agent = frame.agent;
    } else if (frame.t === "ready") {
      this.isLoaded = true;
      if (this.readSeq > 0) this.socket.say({ t: "read", seq: this.readSeq }); // said while the line was cut
    } else if (frame.t === "moved") {
      if (frame.client_key) this.settle(frame.client_key);
      this.moved(frame.conversation);
    } else if (frame.t === "bye" && OVER.has(frame.code)) {
      this.socket.stop();
      this.sessionEnded();
    } // else the server hangs up for reasons of its own, and the socket comes back by itself
  }

  /** Merge by seq: a repeat replaces itself, an edit replaces what it edits, a gap is asked for again. */
  private take(fresh: Message[]): void {
    const bySeq = new Map(this.messages.map((each) => [each.seq, each]));
    for (const each of fresh) {
      bySeq.set(each.seq, each);
      if (each.client_key && each.by === "customer") this.settle(each.client_key);
    }
    const ordered = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
    const gap = ordered.findIndex((each, n) => each.seq !== n + 1);
    // Shown only as far as nothing is missing before it; the rest comes again after the new greeting.
    this.messages = gap < 0 ? ordered : ordered.slice(0, gap);
    if (gap >= 0 && this.hailedAt !== gap) {
      this.hailedAt = gap;
      this.socket.hail();
    }
    const theirs = this.messages.findLast((each) => each.by !== "customer");
    if (theirs && theirs.seq > this.deliveredSeq && this.socket.say({ t: "delivered", seq: theirs.seq })) this.deliveredSeq = theirs.seq;
  }

  private shows(name: string | null): void {
    clearTimeout(this.fade);
    this.typing = name;
    if (name !== null) this.fade = setTimeout(() => (this.typing = null), TYPING_FADES_MS);
  }

  private settle(key: string): void {
    this.socket.settle(key);
    if (!this.pending.some((each) => each.key === key)) return;
    this.pending = this.pending.filter((each) => each.key !== key);
    this.store();
  }

  private refuse(key: string, refusal: Refusal): void {
    this.socket.settle(key);
    this.pending = this.pending.map((each) => (each.key === key ? { ...each, refusal } : each));
    this.store();
  }

  private fetch(after: number, limit: number): Promise<Page> {
    return get<Page>(`/api/widget/chats/${this.id}/messages?after=${after}&limit=${limit}`);
  }

  /** The same talk by plain requests, for as long as no socket stands. */
  private async sync(): Promise<void> {
    if (this.isSyncing) return;
    this.isSyncing = true;
    try {
      for (const waiting of this.pending.filter((each) => !each.refusal)) await this.postOne(waiting);
      let page: Page;
      do {
        page = await this.fetch(this.lastSeq, PAGE);
        this.take(page.messages);
      } while (page.messages.length === PAGE);
      this.status = page.status;
      this.agent = page.agent;
      this.agentReadSeq = Math.max(this.agentReadSeq, page.agent_read_seq);
      this.agentDeliveredSeq = Math.max(this.agentDeliveredSeq, page.agent_delivered_seq);
      this.isLoaded = true;
    } catch {
      // The next failed try comes here again.
    } finally {
      this.isSyncing = false;
    }
  }

  private async postOne(waiting: Pending): Promise<void> {
    try {
      const body = { text: waiting.text, client_key: waiting.key, file_ids: waiting.files.map((file) => file.id) };
      const message = await post<Message>(`/api/widget/chats/${this.id}/messages`, body);
      this.settle(waiting.key);
      if (message.conversation_id === this.id) this.take([message]);
      else this.sessionEnded(); // it opened a new ticket: the next session names the talk there
    } catch (error) {
      if (!isProblem(error) || error.status === 0 || error.status >= 500 || error.status === 401) throw error;
      this.refuse(waiting.key, asRefusal(error));
    }
  }

  /** Words on their way outlive a reload of the page. */
  private store(): void {
    keep(`pending.${this.id}`, this.pending.length ? JSON.stringify(this.pending) : null);
  }

  private stored(): Pending[] {
    try {
      const found: unknown = JSON.parse(kept(`pending.${this.id}`) ?? "[]");
      return Array.isArray(found) ? (found as Pending[]) : [];
    } catch {
      return [];
    }
  }
}

export const asRefusal = (problem: Problem): Refusal => ({ code: problem.code, title: problem.title, params: problem.params });
