/** One text being edited: what is on the page, what the server has, and what happens between the two. */
import { asSamples, call, get, isProblem, post, put, remove, suspectsIn, type Suspect } from "$shared/http";
import { sentence } from "../problems";
import * as away from "./away";
import { ROOM, type DraftStanding, type Edited, type Here, type Report, type State, type Words } from "./wire";

/** A pause in typing after which the draft is kept, in milliseconds. */
const PAUSE_MS = 700;
/** After which a network that was away is tried again, in milliseconds. */
const AGAIN_MS = 5_000;

export type Keeping = "kept" | "waiting" | "keeping" | "failed" | "clash" | "asked";

const lines = (text: string, by: RegExp): string[] => [...new Set(text.split(by).map((one) => one.trim()).filter(Boolean))];

export class Editing {
  page = $state.raw<Edited>();
  trouble = $state.raw<unknown>(null);
  title = $state("");
  description = $state("");
  tags = $state("");
  askedAs = $state("");
  source = $state("");
  keeping = $state<Keeping>("kept");
  why = $state("");
  /** What somebody else has saved meanwhile, while it stands against ours. */
  theirs = $state.raw<Edited>();
  /** What looks like a secret: nothing is kept until it is gone, or said to be a sample. */
  suspects = $state.raw<Suspect[]>([]);
  /** Nothing reaches the server: what is written stays in this browser until it does. */
  isAway = $state(false);
  /** Links that lead nowhere, as they are written. */
  dead = $state.raw<ReadonlySet<string>>(new Set());
  /** What a block lacks, in sentences. */
  faults = $state.raw<string[]>([]);
  /** Names of colleagues who have the text open. */
  people = $state.raw<string[]>([]);
  /** Rises when the server has newer words: the preview looks again. */
  stamp = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #samples: Suspect[] = [];

  constructor(
    readonly id: string,
    readonly language: string,
  ) {}

  get path(): string {
    return `${ROOM}/${this.id}/${this.language}`;
  }

  words(): Words {
    return {
      title: this.title,
      description: this.description,
      tags: lines(this.tags, /[,，、\n]/),
      asked_as: lines(this.askedAs, /\n/),
      source: this.source,
    };
  }

  async load(): Promise<void> {
    this.trouble = null;
    try {
      this.take(await get<Edited>(this.path));
      this.#remember();
    } catch (error) {
      this.trouble = error;
    }
  }

  /** What this browser kept while the network was away stands again, and against theirs if they wrote meanwhile. */
  #remember(): void {
    const kept = away.kept(this.path);
    if (!kept || !this.page) return;
    const page = this.page;
    this.#show(kept.words);
    if (kept.version === (page.draft?.version ?? 0) && kept.over === (page.readers?.version ?? 0)) this.touch();
    else {
      this.theirs = page;
      this.keeping = "clash";
    }
  }

  /** Tell that the text is open here, and hear who else has it open; newer words are shown if none stand here. */
  async beHere(): Promise<void> {
    try {
      const { people, version } = await post<Here>(`${this.path}/here`);
      this.people = people;
      if (version > (this.page?.draft?.version ?? 0) && this.keeping === "kept") await this.load();
    } catch {
      this.people = []; // who is there is a courtesy, never a trouble
    }
  }

  async #look(): Promise<void> {
    try {
      const report = await get<Report>(`${this.path}/report`);
      this.dead = new Set(report.dead);
      this.faults = report.faults;
    } catch {
      // The marks are as old as they are; the next save asks again.
    }
  }

  /** Show what the server has; what stood here is gone. */
  take(page: Edited): void {
    clearTimeout(this.#timer);
    this.page = page;
    this.#show(page.words);
    this.theirs = undefined;
    this.keeping = "kept";
    this.stamp += 1;
    void this.#look();
  }

  #show(words: Words): void {
    this.title = words.title;
    this.description = words.description;
    this.tags = words.tags.join(", ");
    this.askedAs = words.asked_as.join("\n");
    this.source = words.source;
  }

  /** Something was typed: keep it when the typing pauses. */
  touch(): void {
    if (this.keeping === "clash") return;
    this.keeping = "waiting";
    if (this.isAway) this.#keepHere(); // the page says that what is written is kept: at once, not after the next try
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.keep(), PAUSE_MS);
  }

  /** Keep what stands here now; true when the server has all of it. */
  async keep(): Promise<boolean> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running; // who keeps may send once more for what was typed meanwhile
    if (this.keeping === "kept" || this.keeping === "clash") return this.keeping === "kept";
    // Whoever types while it is sent is sent for once more.
    for (let round = 0; round < 3 && (round === 0 || this.isWaiting()); round += 1) {
      clearTimeout(this.#timer);
      this.#running = this.#keep();
      await this.#running;
      this.#running = undefined;
    }
    return this.isKept();
  }

  isWaiting(): boolean {
    return this.keeping === "waiting";
  }

  isKept(): boolean {
    return this.keeping === "kept";
  }

  async #keep(): Promise<void> {
    const page = this.page;
    if (!page) return;
    this.keeping = "keeping";
    this.why = "";
    const sent = JSON.stringify(this.words());
    try {
      const words = { ...this.words(), ...this.#base() };
      const draft = await call<DraftStanding>("PUT", `${this.path}/draft`, words, { asksItself: true, headers: asSamples(this.#samples) });
      this.suspects = [];
      this.page = { ...page, draft };
      this.stamp += 1;
      this.isAway = false;
      away.forget(this.path);
      void this.#look();
      if (JSON.stringify(this.words()) === sent) this.keeping = "kept";
      else this.touch();
    } catch (error) {
      if (isProblem(error, "draft_moved") || isProblem(error, "article_moved")) await this.#meet();
      else if (isProblem(error, "secrets_in_text")) {
        this.suspects = suspectsIn(error);
        this.keeping = "asked";
      } else {
        this.keeping = "failed";
        this.why = sentence(error);
        this.isAway = isProblem(error) && (error.status === 0 || error.status >= 500) && this.#keepHere();
        if (this.isAway) this.#timer = setTimeout(() => void this.keep(), AGAIN_MS);
      }
    }
  }

  /** What looks like a secret is a sample. */
  async saySamples(): Promise<void> {
    this.#samples = this.suspects;
    this.keeping = "waiting";
    await this.keep();
    this.#samples = [];
  }

  /** What the words here were written over. */
  #base(): { version: number; over: number } {
    return { version: this.page?.draft?.version ?? 0, over: this.page?.readers?.version ?? 0 };
  }

  #keepHere(): boolean {
    return away.keep(this.path, { words: this.words(), ...this.#base() });
  }

  async #meet(): Promise<void> {
    try {
      this.theirs = await get<Edited>(this.path);
      this.keeping = "clash";
    } catch (error) {
      this.keeping = "failed";
      this.why = sentence(error);
    }
  }

  /** Mine over theirs, now that theirs was seen. */
  async keepMine(): Promise<void> {
    if (!this.theirs || !this.page) return;
    this.page = { ...this.page, draft: this.theirs.draft, readers: this.theirs.readers };
    this.theirs = undefined;
    this.keeping = "waiting";
    await this.keep();
  }

  takeTheirs(): void {
    away.forget(this.path);
    if (this.theirs) this.take(this.theirs);
  }

  /** Do something with the draft as it stands here, then show what came of it. */
  async #act(run: (version: number, over: number) => Promise<unknown>): Promise<boolean> {
    if (!(await this.keep())) return false;
    try {
      await run(this.page?.draft?.version ?? 0, this.page?.readers?.version ?? 0);
    } catch (error) {
      if (!isProblem(error, "draft_moved") && !isProblem(error, "article_moved")) throw error;
      await this.#meet();
      return false;
    }
    await this.load();
    return true;
  }

  async publish(state: "published" | "internal" = "published"): Promise<boolean> {
    return this.page?.draft || this.keeping !== "kept"
      ? this.#act((version, over) => post(`${this.path}/publish`, { version, over, state }))
      : this.setState(state);
  }

  setState = (state: State): Promise<boolean> => this.#act(() => put(`${this.path}/state`, { state }));
  setStage = (stage: "writing" | "review"): Promise<boolean> => this.#act((version) => put(`${this.path}/stage`, { stage, version }));
  sendBack = (why: string): Promise<boolean> => this.#act((version) => post(`${this.path}/send-back`, { why, version }));
  schedule = (at: Date): Promise<boolean> => this.#act((version) => put(`${this.path}/schedule`, { at: at.toISOString(), version }));
  drop = (): Promise<boolean> => this.#act((version) => remove(`${this.path}/draft?version=${version}`));
  confirm = (): Promise<boolean> => this.#act(() => post(`${this.path}/confirm`));
  restore = (number: number): Promise<boolean> => this.#act((version, over) => post(`${this.path}/versions/${number}/restore`, { version, over }));
}
