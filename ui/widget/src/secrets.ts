/** A first look for obvious secrets before anything leaves this browser. It only asks; the server's guard decides. */

export type Suspect = "seed_phrase" | "private_key";

// Words of three to eight letters, as seed lists have them, but that no list contains and every sentence does.
const EVERYDAY = new Set(
  ("the and for was not but with from your are has had did does been were would which who why how its " +
    "our them than could thanks withdraw money email site asked sent told says said tried").split(" "),
);
const NUMBERED = /^\(?\d{1,2}[.):]?$/;
const SEED_LENGTH = 12;
const CHINESE_SEED = /(?:\p{Script=Han}[\s,，、]+){11,}\p{Script=Han}/u;
const WIF = /(?:^|[^1-9A-HJ-NP-Za-km-z])[5KL][1-9A-HJ-NP-Za-km-z]{50,51}(?![1-9A-HJ-NP-Za-km-z])/;
const EXTENDED = /[xyzt]prv[1-9A-HJ-NP-Za-km-z]{100,}/;
// A transaction hash has the same shape, so a bare one is never asked about: only one that is called a key.
const CALLED_KEY = /(?:private|secret|priv)[\s_-]*key|私钥|私鑰|密钥|密鑰/i;
const HEX_KEY = /(?<![0-9a-f])(?:0x)?[0-9a-f]{64}(?![0-9a-f])/gi;

/** What looks like a secret, and where it stands. */
export interface Found {
  kind: Suspect;
  start: number;
  end: number;
}

export function suspect(text: string): Found | null {
  const seed = seedIn(text) ?? at(CHINESE_SEED.exec(text));
  if (seed) return { kind: "seed_phrase", ...seed };
  const key = at(WIF.exec(text)) ?? at(EXTENDED.exec(text));
  if (key) return { kind: "private_key", ...key };
  for (const hex of text.matchAll(HEX_KEY)) {
    if (CALLED_KEY.test(text.slice(Math.max(0, hex.index - 80), hex.index))) return { kind: "private_key", ...(at(hex) as Place) };
  }
  return null;
}

/** The text with a mark in place of everything that looks like a secret. */
export function without(text: string, mark: (kind: Suspect) => string): string {
  let rest = text;
  for (let found = suspect(rest); found; found = suspect(rest)) {
    rest = `${rest.slice(0, found.start)}${mark(found.kind)}${rest.slice(found.end)}`;
  }
  return rest;
}

type Place = { start: number; end: number };
const at = (found: RegExpMatchArray | RegExpExecArray | null): Place | null =>
  found && { start: found.index as number, end: (found.index as number) + found[0].length };

/** Twelve words or more in a row that could stand in a list, with nothing of a sentence among them. */
function seedIn(text: string): Place | null {
  let run = 0;
  let place: Place = { start: 0, end: 0 };
  for (const token of text.matchAll(/[^\s,;|]+/g)) {
    const bare = token[0].replace(/[.!?:)"'”’]+$/, "");
    const word = bare.toLowerCase().replace(/^\(?\d{1,2}[.):]/, "");
    if (word === "" || NUMBERED.test(token[0])) continue;
    const isSeedWord = /^[a-z]{3,8}$/.test(word) && !EVERYDAY.has(word);
    if (!isSeedWord && run >= SEED_LENGTH) break;
    run = isSeedWord ? run + 1 : 0;
    if (run === 1) place.start = token.index;
    place.end = token.index + bare.length;
    if (!isSeedWord) place = { start: 0, end: 0 };
  }
  return run >= SEED_LENGTH ? place : null;
}
