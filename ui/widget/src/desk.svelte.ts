/** Who speaks here and what is open: the session with the desk, the view, the words between frame and page. */
import { answerIn, callAs, get, isProblem, post, Problem, remove, whenSignedOut } from "$shared/http";
import { locale, nearest, speak } from "$shared/i18n.svelte";
import { listen, tell, wanted, type Wish } from "./bridge";
import type { Chat } from "./chat.svelte";
import { loaders } from "./i18n";
import { later } from "./later";
import { forget, keep, kept, lend } from "./store";
import type { Session, Talk } from "./types";

export type View = { name: "home" } | { name: "article"; id: string; lang: string } | { name: "guide" } | { name: "freeze" } | { name: "start" } | { name: "chat" };

/** A signed session counts as bound to the account for an hour; the page is asked again before, in milliseconds. */
const REFRESH_MS = 50 * 60_000;

/** A session's word on who is on duty is good for so long, in milliseconds. */
const STALE_MS = 2 * 60_000;

class Desk {
  session = $state.raw<Session | null>(null);
  /** Why there is no session; null while there is one or it is being made. */
  failed = $state.raw<Problem | null>(null);
  /** The page said who this is, and we could not take its word. */
  isUnproven = $state(false);
  view = $state.raw<View>({ name: "home" });
  chat = $state.raw<Chat | null>(null);
  /** Whether the customer can see us: the panel is open. */
  isOpen = $state(false);
  query = $state("");
  /** What was told to the guide: it goes along into a talk. */
  words = $state("");
  searched: string[] = [];
  /** The article last read, so that an agent knows what did not help. */
  article: string | null = null;

  private isSigned = false;
  private page = "";
  private begun: Promise<void> | null = null;
  private refresh: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private enteredAt = 0;

  readonly unread = $derived(this.chat ? this.chat.unread : (this.session?.unread ?? 0));

  /** Start listening to the page around us. */
  begin(): void {
    whenSignedOut(() => this.renew());
    listen((said) => {
      if (said.t === "init") {
        this.isSigned = said.signed;
        this.page = said.page;
        this.isOpen = said.open;
        lend(said.kept);
        const chosen = kept("lang");
        if (chosen && chosen !== locale()) void this.speakIn(chosen);
        // With an identity on its way, no guest's talk may flash up before it.
        if (!said.signed) void this.enter(null);
      } else if (said.t === "identify") void this.identify(said.token);
      else if (said.t === "logout") void this.leave();
      else {
        this.isOpen = said.t === "open";
        if (said.t === "open") void this.turnTo(said);
        // Who is on duty changes; whoever comes back later is told what is true now.
        if (this.isOpen && this.session && Date.now() - this.enteredAt > STALE_MS) this.renew();
      }
    });
  }

  close(): void {
    tell({ t: "close" });
  }

  /** Go where the page around us points. */
  private async turnTo({ search, article, contact, draft }: Wish): Promise<void> {
    const id = typeof article === "string" ? await this.articleOf(article) : null;
    if (id) this.article = id;
    if (contact) this.talk(typeof draft === "string" ? draft : "");
    else if (id) this.view = { name: "article", id, lang: locale() };
    else if (typeof search === "string") {
      this.query = search.slice(0, 200);
      this.view = { name: "home" };
    }
  }

  /** On to a talk, with words written elsewhere as its draft. */
  talk(text: string): void {
    const words = text.trim().slice(0, 8000);
    if (words && this.chat) keep(`draft.${this.chat.id}`, words);
    else if (words) keep("start", JSON.stringify({ text: words }));
    this.view = { name: this.chat ? "chat" : "start" };
  }

  /** An article by its id, its address, or a name the exchange's pages use; null when there is none. */
  private async articleOf(name: string): Promise<string | null> {
    if (/^[0-9a-f-]{36}$/i.test(name)) return name;
    const place = name.includes("/") ? `articles/${name.split("/").map(encodeURIComponent).join("/")}` : `help/${encodeURIComponent(name)}`;
    const found = await get<{ id: string }>(`/api/app/v1/${locale()}/${place}`).catch(() => null);
    return found?.id ?? null;
  }

  private async identify(token: string | null): Promise<void> {
    this.isSigned = token !== null;
    if (token !== null) {
      // Whoever wrote here as a guest may be somebody else: their talk is not this customer's.
      keep("visitor", null);
    }
    await this.enter(token);
  }

  /** Make a session: as the customer the token names, else as the guest this browser remembers. */
  private async enter(identity: string | null): Promise<void> {
    const turn = ++this.asked;
    this.failed = null;
    const ask = (proof: string | null): Promise<Session> =>
      post<Session>("/api/widget/session", {
        ...(proof ? { identity: proof } : { visitor: kept("visitor") }),
        language: locale(),
        page: this.page,
      });
    callAs("");
    let session: Session;
    let isUnproven = false;
    try {
      session = await ask(identity).catch((error: unknown) => {
        if (identity === null || !isProblem(error, "identity_refused")) throw error;
        isUnproven = true;
        return ask(null);
      });
    } catch (error) {
      if (turn === this.asked) this.failed = error instanceof Problem ? error : new Problem(0, "no_answer", "");
      return;
    }
    if (turn !== this.asked) return; // somebody else signed in meanwhile
    this.isUnproven = isUnproven;
    callAs(session.token);
    clearTimeout(this.refresh);
    if (session.customer.level >= 2) this.refresh = setTimeout(() => tell({ t: "token" }), REFRESH_MS);
    // What somebody else at this browser wrote or began is not this person's, drafts included.
    if ((kept("who") ?? session.customer.id) !== session.customer.id) forget();
    keep("who", session.customer.id);
    if (session.visitor) keep("visitor", session.visitor);
    this.enteredAt = Date.now();
    const isOther = this.session !== null && this.session.customer.id !== session.customer.id;
    this.session = session;
    const isSame = this.chat !== null && session.conversation?.id === this.chat.id;
    if (isSame) this.chat?.resume(session.token);
    else {
      this.chat?.stop();
      this.chat = null;
      if (isOther) this.view = { name: "home" };
      if (session.conversation) await this.join(session.conversation, turn);
    }
    tell({ t: "talk", has: session.conversation !== null });
  }

  /** The session has ended under us: ask the page again who this is, or go on as the same guest. */
  renew(): void {
    this.begun ??= (async () => {
      try {
        if (this.isSigned) tell({ t: "token" });
        else await this.enter(null);
      } finally {
        setTimeout(() => (this.begun = null), 2000); // a page that cannot prove it is not asked in a loop
      }
    })();
  }

  retry(): void {
    if (this.isSigned) tell({ t: "token" });
    else void this.enter(null);
  }

  private async join(talk: Talk, turn: number): Promise<void> {
    const { Talk: Fresh } = await later();
    if (turn !== this.asked) return;
    this.chat = new Fresh(talk, this.session?.token ?? "", () => this.renew(), (next) => void this.began(next));
    this.chat.start();
  }

  /** A talk has begun, or goes on under another ticket. */
  async began(talk: Talk): Promise<void> {
    if (this.chat?.id !== talk.id) {
      this.chat?.stop();
      await this.join(talk, this.asked);
    }
    if (this.session) this.session = { ...this.session, conversation: talk };
    this.view = { name: "chat" };
    tell({ t: "talk", has: true });
  }

  private async leave(): Promise<void> {
    this.asked += 1;
    this.isSigned = false;
    clearTimeout(this.refresh);
    this.chat?.stop();
    this.chat = null;
    forget();
    this.view = { name: "home" };
    this.query = this.words = "";
    this.searched = [];
    this.article = null;
    if (this.session) {
      this.session = null;
      await remove("/api/widget/session").catch(() => undefined); // it ends by itself as well
    }
    callAs("");
    tell({ t: "unread", n: 0 });
    await this.enter(null);
  }

  async speakIn(tag: string): Promise<void> {
    await speak(tag, loaders);
    answerIn(locale());
    keep("lang", locale());
  }

  note(query: string): void {
    const words = query.trim().slice(0, 200);
    if (words && this.searched.at(-1) !== words) this.searched = [...this.searched.slice(-4), words];
  }
}

export const desk = new Desk();

/** The language to begin in: what the reader chose here once, else the page's, else the browser's. */
export const firstLanguage = (): string => kept("lang") ?? nearest(wanted.lang) ?? navigator.language;
