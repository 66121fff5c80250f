/** Calls to our own server: JSON both ways, refusals as one class, nothing thrown that has no sentence. */

/** What the server refuses with (RFC 9457): a public code, a sentence in the reader's language. */
export class Problem extends Error {
  constructor(
    /** HTTP status; 0 when no answer came at all. */
    readonly status: number,
    /** Stable, e.g. "ticket_moved"; "offline" and "no_answer" are ours. */
    readonly code: string,
    readonly title: string,
    readonly params: Record<string, unknown> = {},
    /** The whole answer, for refusals that carry more than a sentence. */
    readonly body: Record<string, unknown> = {},
  ) {
    super(title);
  }
}

export const isProblem = (error: unknown, code?: string): error is Problem =>
  error instanceof Problem && (code === undefined || error.code === code);

/** Nobody heard us, or they could not answer: the same may go well later. */
export const isUnheard = (error: unknown): boolean => error instanceof Problem && (error.status === 0 || error.status >= 500);

/** A wait on the server ends after this, in milliseconds; uploads have their own. */
const LIMIT_MS = 20_000;
/** Marks the request as made by our own script: a form on another site cannot set it. */
export const OURS = { "X-Fanlight": "1" };

type Listener = (problem: Problem) => void;
let onSignedOut: Listener = () => undefined;

/** What happens when the session has ended under us. */
export function whenSignedOut(run: Listener): void {
  onSignedOut = run;
}

type Prove = () => Promise<boolean>;
let prove: Prove = () => Promise.resolve(false);
let isProving = false;

/** Some acts want a fresh proof: `ask` gets it from the person, and the call is made again. */
export function whenStepUpNeeded(ask: Prove): void {
  prove = ask;
}

/** One thing that looks like a secret: what stands before it, and enough of it to be known again. */
export interface Suspect {
  kind: string;
  name: string;
  before: string;
  shown: string;
  key: string;
}

type Confirm = (found: Suspect[]) => Promise<boolean>;
let confirmSamples: Confirm = () => Promise.resolve(false);

/** What looks like a secret in a text is asked about; where it is a sample, the call is made again and says so. */
export function whenSecretsFound(ask: Confirm): void {
  confirmSamples = ask;
}

export const suspectsIn = (problem: Problem): Suspect[] => problem.params["findings"] as Suspect[];
/** Says of these that they are samples. */
export const asSamples = (found: Suspect[]): Record<string, string> => ({ "X-Fanlight-Samples": found.map((one) => one.key).join(",") });

let language = "";
/** Refusals come back in this language. */
export function answerIn(tag: string): void {
  language = tag;
}

let bearer = "";
/** Who calls, where no cookie may say it (the widget's frame): goes with every call until it is replaced. */
export function callAs(token: string): void {
  bearer = token;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface More {
  signal?: AbortSignal | undefined;
  /** The browser finishes it when the page is gone. */
  keepalive?: boolean;
  asFile?: boolean;
  headers?: Record<string, string>;
  /** What looks like a secret is the caller's to ask about. */
  asksItself?: boolean;
}

export async function call<T>(method: Method, path: string, body?: unknown, more: More = {}): Promise<T> {
  const { signal, keepalive = false, asFile = false } = more;
  const limit = AbortSignal.timeout(LIMIT_MS);
  const headers: Record<string, string> = { Accept: "application/json", ...OURS, ...more.headers };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (language) headers["Accept-Language"] = language;
  if (bearer) headers["Authorization"] = `Bearer ${bearer}`;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "same-origin",
      keepalive,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (error) {
    if (signal?.aborted) throw error; // the caller gave up, so nobody waits for a sentence
    throw new Problem(0, navigator.onLine ? "no_answer" : "offline", "");
  }
  if (response.status === 204) return undefined as T;
  if (response.ok && asFile) return (await response.blob()) as T;
  const text = await response.text();
  if (response.ok) return (text ? JSON.parse(text) : undefined) as T;
  const problem = asProblem(response.status, text);
  if (problem.code === "sign_in_needed") onSignedOut(problem);
  if (problem.code === "step_up_needed" && !isProving && (await proved())) return call<T>(method, path, body, more);
  if (problem.code === "secrets_in_text" && !more.asksItself && !more.headers) {
    const found = suspectsIn(problem);
    if (await confirmSamples(found)) return call<T>(method, path, body, { ...more, headers: asSamples(found) });
  }
  throw problem;
}

async function proved(): Promise<boolean> {
  isProving = true;
  try {
    return await prove();
  } finally {
    isProving = false;
  }
}

export function asProblem(status: number, text: string): Problem {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) body = parsed as Record<string, unknown>;
  } catch {
    // A proxy answered in its own words; they are not for people.
  }
  const code = typeof body["code"] === "string" ? body["code"] : status >= 500 ? "no_answer" : `http_${status}`;
  const title = typeof body["title"] === "string" ? body["title"] : "";
  const params = typeof body["params"] === "object" && body["params"] !== null ? (body["params"] as Record<string, unknown>) : {};
  return new Problem(status, code, title, params, body);
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => call<T>("GET", path, undefined, { signal });
export const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>("POST", path, body);
export const put = <T>(path: string, body: unknown = {}): Promise<T> => call<T>("PUT", path, body);
/** The browser finishes this one when the page is gone; it takes some 64 kB of such calls at a time. */
export const putLast = <T>(path: string, body: unknown = {}): Promise<T> => call<T>("PUT", path, body, { keepalive: true });
export const patch = <T>(path: string, body: unknown = {}): Promise<T> => call<T>("PATCH", path, body);
export const remove = <T>(path: string): Promise<T> => call<T>("DELETE", path);

/** Fetch a file that a POST hands out, and have the browser keep it under a name. */
export async function take(path: string, name: string): Promise<void> {
  const content = await call<Blob>("POST", path, {}, { asFile: true });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export interface Upload<T> {
  done: Promise<T>;
  cancel: () => void;
}

/** Send one file; `progress` hears 0 to 1. XMLHttpRequest, because fetch cannot tell how far it got. */
export function upload<T>(path: string, form: FormData, progress: (part: number) => void): Upload<T> {
  const request = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    request.open("POST", path);
    for (const [name, value] of Object.entries(OURS)) request.setRequestHeader(name, value);
    request.setRequestHeader("Accept", "application/json");
    if (language) request.setRequestHeader("Accept-Language", language);
    if (bearer) request.setRequestHeader("Authorization", `Bearer ${bearer}`);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T);
      else reject(asProblem(request.status, request.responseText));
    };
    request.onerror = () => reject(new Problem(0, navigator.onLine ? "no_answer" : "offline", ""));
    request.onabort = () => reject(new Problem(0, "cancelled", ""));
    request.send(form);
  });
  return { done, cancel: () => request.abort() };
}
