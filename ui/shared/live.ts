/** The one live-socket client: connects, resumes from a cursor, notices silence, resends what was never acknowledged. */

export type LiveState =
  | "connecting" // the first time, or again after a cut
  | "live"
  | "waiting" // cut; the next try is planned
  | "offline" // the device says it has no network
  | "stopped";

interface Frame {
  t: string;
}

export interface LiveOptions<Hears extends Frame, Says extends Frame> {
  /** Where the socket is, e.g. "/api/console/live". */
  path: string;
  /** Said first on every connection, with the newest cursor; null waits until `hail` is called. */
  hello: () => Says | null;
  /** The frame that ends the greeting; what waits in the outbox goes out after it. */
  ready: Hears["t"];
  ping: Says;
  hear: (frame: Hears) => void;
  changed?: (state: LiveState) => void;
  /** Tries that failed in a row; a face may ask by HTTP whether it is still signed in. */
  struggling?: (tries: number) => void;
}

/** How often we say that we are here (a server drops the silent), and how long any answer may take, in milliseconds. */
const PING_MS = 20_000;
const ANSWER_MS = 8_000;
/** After waking from sleep a shorter patience: people look at the screen. */
const WAKE_MS = 2_500;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 20_000;

export class LiveSocket<Hears extends Frame, Says extends Frame> {
  state: LiveState = "stopped";
  private socket: WebSocket | undefined;
  private tries = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private pulse: ReturnType<typeof setInterval> | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private greeted = false;
  /** Frames that must arrive, by client key, in the order they were said. */
  private readonly outbox = new Map<string, Says>();

  constructor(private readonly options: LiveOptions<Hears, Says>) {}

  start(): void {
    if (this.state !== "stopped") return;
    window.addEventListener("online", this.onOnline);
    window.addEventListener("offline", this.onOffline);
    document.addEventListener("visibilitychange", this.onVisible);
    this.connect();
  }

  stop(): void {
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("offline", this.onOffline);
    document.removeEventListener("visibilitychange", this.onVisible);
    this.become("stopped");
    this.drop();
  }

  /** Say what may be lost, such as typing. Before the greeting ended it is not said at all. */
  say(frame: Says): boolean {
    if (!this.greeted || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Say what must arrive: kept, and said again after every cut, until `settle(key)`. */
  mustSay(key: string, frame: Says): void {
    this.outbox.set(key, frame);
    this.say(frame);
  }

  /** The other side has it, or refused it for good. */
  settle(key: string): void {
    this.outbox.delete(key);
  }

  unsent(): string[] {
    return [...this.outbox.keys()];
  }

  /** Greet again on the open connection: after a fresh fetch, with its cursor. */
  hail(): boolean {
    const hello = this.options.hello();
    if (!hello || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(hello));
    return true;
  }

  private become(state: LiveState): void {
    if (this.state === state) return;
    this.state = state;
    this.options.changed?.(state);
  }

  private connect(): void {
    clearTimeout(this.retry);
    if (!navigator.onLine) {
      this.become("offline");
      return;
    }
    this.become("connecting");
    const socket = new WebSocket(new URL(this.options.path, location.href.replace(/^http/, "ws")));
    this.socket = socket;
    this.expectWithin(ANSWER_MS);
    socket.onopen = () => {
      if (socket !== this.socket) return;
      if (!this.hail()) clearTimeout(this.patience); // nothing was asked, so nothing is owed
      this.pulse = setInterval(() => this.ask(ANSWER_MS), PING_MS);
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      if (socket === this.socket) this.onFrame(JSON.parse(event.data) as Hears);
    };
    socket.onclose = () => {
      if (socket === this.socket) this.plan();
    };
  }

  private onFrame(frame: Hears): void {
    clearTimeout(this.patience); // any frame is a sign of life
    if (frame.t === this.options.ready) {
      this.greeted = true;
      this.tries = 0;
      this.become("live");
    }
    this.options.hear(frame);
    if (frame.t === this.options.ready) for (const waiting of [...this.outbox.values()]) this.say(waiting);
  }

  /** A question that nothing answers in time is a cut, whatever the socket believes. */
  private ask(patienceMs: number): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(this.options.ping));
    this.expectWithin(patienceMs);
  }

  private expectWithin(ms: number): void {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.plan(), ms);
  }

  private drop(): void {
    clearInterval(this.pulse);
    clearTimeout(this.patience);
    clearTimeout(this.retry);
    const socket = this.socket;
    this.socket = undefined; // its last events are nobody's any more
    this.greeted = false;
    socket?.close();
  }

  /** Try again later: twice as late each time, and not all clients at once. */
  private plan(): void {
    if (this.state === "stopped") return;
    this.drop();
    this.tries += 1;
    if (!navigator.onLine) {
      this.become("offline");
      return;
    }
    this.become("waiting");
    this.options.struggling?.(this.tries);
    const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.tries - 1));
    this.retry = setTimeout(() => this.connect(), ceiling / 2 + Math.random() * (ceiling / 2));
  }

  private readonly onOnline = (): void => {
    this.tries = 0;
    this.drop();
    this.connect();
  };

  private readonly onOffline = (): void => {
    this.drop();
    this.become("offline");
  };

  private readonly onVisible = (): void => {
    if (document.visibilityState !== "visible") return;
    if (this.state === "waiting") this.onOnline();
    else if (this.state === "live") this.ask(WAKE_MS);
  };
}
