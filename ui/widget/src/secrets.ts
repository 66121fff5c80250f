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
const HEX_KEY = /(?<![0-9a-f])(?:0x)?[0-9a-f]{64}(?![0-9a-f])/i;

export function suspect(text: string): Suspect | null {
  if (hasSeed(text) || CHINESE_SEED.test(text)) return "seed_phrase";
  if (WIF.test(text) || EXTENDED.test(text)) return "private_key";
  const hex = HEX_KEY.exec(text);
  return hex && CALLED_KEY.test(text.slice(Math.max(0, hex.index - 80), hex.index)) ? "private_key" : null;
}

/** Twelve words in a row that could stand in a list, with nothing of a sentence among them. */
function hasSeed(text: string): boolean {
  let run = 0;
  for (const token of text.toLowerCase().split(/[\s,;|]+/)) {
    const word = token.replace(/^\(?\d{1,2}[.):]/, "");
    if (word === "" || NUMBERED.test(token)) continue;
    run = /^[a-z]{3,8}$/.test(word) && !EVERYDAY.has(word) ? run + 1 : 0;
    if (run >= SEED_LENGTH) return true;
  }
  return false;
}
