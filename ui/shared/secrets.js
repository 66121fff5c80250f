// A first look for secrets before anything leaves this browser: every kind the desk's guard knows. It only
// asks; the guard behind it decides. One module for the widget, which loads it later, and for the forms of
// the help site, which get it as it stands here: plain, with nothing to import but the marks of words.
import { isWord } from "./wordmarks.js";

const KEY_WORDS = /(?:private|secret|priv|signing|spend|wallet)[\s_-]*key|priv_?key|\bmy key\b|\bpk\b|\bprv\b|\bsecret(?=\s?[:=])|私[钥鑰匙]|密[钥鑰]|金鑰|秘[钥鑰]/i;
const HASH_WORDS = /hash|tx ?id|\btx\b|transaction|signature|https?:\/\/\S*$|哈希|雜湊|交易|txid|\/tx\/|\border\b|订单|訂單|block/i;
const API_WORDS = /\bsecret\b|api[\s_-]?secret|secret[\s_-]?(?:(?:api|access)[\s_-]?)?key|api[\s_-]?key|client[\s_-]?secret|(?:access|auth|bot|api|bearer)[\s_-]?token|密[钥鑰]|秘[钥鑰]|金鑰/i;
const CODE_WORDS = /(?:verif\w*|authenticat\w*|security|log-?in|sign-?in|sms|e-?mail|2fa|otp|one[ -]time)[ -](?:code|password)|\botp\b|\b2fa\b|[验驗][证證][码碼]|[动動][态態][码碼]|[短簡][信訊][码碼]?|谷歌[码碼]/i;
const WEAK_CODE = /\bcode\b(?: is| was|:)?\s{0,2}$/i;
const NO_CODE = /order|uid|ticket|\bid\b|since|error|promo|referral|invit|zip|swift|voucher|gift|area|returned|case|ref|amount|price|比如|例如|订单|訂單|工单|邮编|邀请|邀請|错误|錯誤|编号|金额/i;
const CODE_AFTER = /^[\s"'”,(（-]{0,4}(?:to (?:verify|log ?in|sign in)|(?:is|was|as|from|是|就是|the)\s{0,2}(?:my |the |your |我的|我){0,2}(?:[a-z.]{2,16} )?(?:verif|auth|security code|login code|sms|2fa|otp|code\b|[验驗][证證][码碼]))/i;
const NO_CARD = /account|invoice|\bids?\b|uid|trade|txn?\b|trans|ref|order|ticket|tracking|hash|流水|委托|委託|订单|訂單|单号|單號|编号|編號|交易/i;
const CARD_WORDS = /\bcards?\b|visa|master ?card|amex|卡号|卡號|银行卡|銀行卡|信用卡/i;
const SEED_WORDS = /seed|recovery (?:phrase|words)|mnemonic|secret (?:phrase|words)|backup (?:phrase|words)|助记|助記|恢复词|恢復詞|种子|種子/i;
const TOTP_WORDS = /2fa|totp|authenticat|google|两步|兩步|谷歌|验证器|驗證器/i;

const WIF = /(?<![1-9A-HJ-NP-Za-km-z])(?:[5KL][1-9A-HJ-NP-Za-km-z]{50,51}|6P[1-9A-HJ-NP-Za-km-z]{56})(?![1-9A-HJ-NP-Za-km-z])/g;
const EXTENDED = /(?<!\w)[xyztuvYZUV]prv[1-9A-HJ-NP-Za-km-z]{90,}/g;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const HEX = /(?<![0-9a-z])(?:0x)?[0-9a-f]{64}(?:[0-9a-f]{64})?(?![0-9a-z])/gi;
const KEYSTORE = /\{[^{}]{0,800}(?:\{[^{}]{0,800}\}[^{}]{0,400}){0,4}\}/g;
const OTPAUTH = /otpauth(?:-migration)?:\/\/[^\s"'<>]*(?:secret|data)=[A-Za-z0-9%+/=_-]{8,}/g;
const BASE32 = /(?<![A-Za-z0-9])(?:[A-Z2-7]{16,64}|[a-z2-7]{4}(?:[ -][a-z2-7]{4}){3,15})(?![A-Za-z0-9])/gi;
const SHAPED = /(?<![\w-])(?:(?:sk|rk)_(?:live|test)_\w{16,}|sk-[\w-]{20,}|gh[opusr]_\w{36,}|github_pat_\w{40,}|xox[abeprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|\d{8,10}:[\w-]{35}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,})/g;
const TOKEN = /(?<![\w/+.-])(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[A-Za-z0-9][\w+/-]{15,198}={0,2}(?![\w@])/g;
const CARD = /(?<![\w.,/#-])\d(?:[ .-]?\d){12,18}(?![\w/]|[.,]\d)/g;
const CVV = /\b(?:cvv2?|cvc2?)(?: code)?\s{0,2}(?:is|[:：=])?\s{0,2}\d{3,4}(?!\d)/gi;
const CODE = /(?<![\w.,/#$€£¥￥-])(?:\d{6}|\d{3}[ -]\d{3})(?![\w%/:@]|[.,:-]\d|\s?(?:usdt?|btc|eth|元|个|個))/gi;
const SPARE = /(?:(?:back-?up|recovery|rescue|scratch)(?: (?:2fa|log-?in|account))?[ -]codes?|(?:备用|備用|恢[复復]|救援)(?:[验驗][证證])?(?:代[码碼]|[码碼]))\s?(?:is|are|是|为|為)?[\s:：,，(-]{0,3}(?:(?=[a-z-]*\d)[a-z\d]{4,12}(?:-[a-z\d]{3,12}){0,4}(?!\w)[\s,，、]{0,2}){1,20}/gi;
const PASSWORD = /(?:pass ?word|passwd|pass ?phrase|pass ?code|\bpwd\b|\bpw\b|\bpass(?=:)|\bpin\b|密[码碼]|口令)["'”]?(?:\s(?:for|to|of|on|in)(?:\s[\w.@-]{1,40}){1,3}?)?(\s{1,3}(?:is|was)\b(?:\s(?:now|still))?:?\s{0,3}|\s{0,3}(?:[:=：]|=>|->)\s{0,3}|\s?(?:就是|是|为|為|改成|设为|設為)[:：]?\s{0,2}|\s{1,2})["“'‘「]?([\x21-\x7e\u00c0-\u024f\u0370-\u052f]{4,64})/gi;
const PASSWORD_AFTER = /(?<![\x21-\x7e])(?=[\x21-\x7e]*[a-z])[\x21-\x7e]{6,64}(?=\s{0,2}(?:as|is|was|是|就是)\s{0,2}(?:my |the |我的|我){1,2}(?:[a-z]{2,12} )?(?:pass ?word|pin\b|密[码碼]))/gi;
const TALK = /^(?:wrong|right|correct|incorrect|invalid|valid|lost|forgot\w*|not|never|expired?|gone|stolen|hacked|leaked|known|same|different|new|old|too|very|only|also|required|needed|being|what|when|where|that|this|there|please|reset|change\w*|\w+(?:ed|ing|able|ible|ive|ly))[.,;:!?]*$/i;
const HAN_APART = /(?<!\p{Script=Han})(?:\p{Script=Han}[\s\d.,;:、，。]{1,6}){11,}\p{Script=Han}(?!\p{Script=Han})/gu;
const HAN_SAID = /(?:助记词|助記詞|恢复词|恢復詞|mnemonic|seed)(?:如下|就是|分别是|分別是|是|为|為)?[\s:：=,，「“"'(（]{1,6}(\p{Script=Han}{12,24})(?!\p{Script=Han})/gu;
const HANGUL_SAID = /(?:시드|니모닉|복구|mnemonic|seed)[^\n]{0,24}?[\s:：]((?:[\p{Script=Hangul}\p{M}]+[\s,]+){11,23}[\p{Script=Hangul}\p{M}]+)/giu;
const GLUED = /(?<![A-Za-z])(?:[A-Z][a-z]{2,7}){12,24}(?![A-Za-z])/g; // TwelveWordsOfAPhrase
const BYTES = /\[\s?(?:\d{1,3}\s?,\s?){31,63}\d{1,3}\s?\]/g; // a key as some wallets write it to a file
const KANA = /(?:[\u3041-\u309f]{2,8}[\s\u3000、,]+){11,}[\u3041-\u309f]{2,8}/g;
const WORD = /[a-z\u00c0-\u024f\p{M}]+/giu;
const GAP = /^[第一二三四五六七八九十个個\s\d.,;:|/\\()[\]{}"'*_#>=+·•、，；：。-]{0,24}$/u;

const BEFORE = 90; // characters in which a word still speaks about what follows it
const LEAST = 12; // words of the shortest phrase
const SAID_LEAST = 6; // of a part of one that somebody says is one

/**
 * What looks like a secret, where it stands, and what it seems to be; in order, none overlapping.
 * The kind "ambiguous" is 64 hex digits that are a transaction or a private key: only the writer knows.
 */
export function look(given) {
  const text = given.replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  const found = [...seeds(text)];
  const all = (kind, pattern, fits = () => true) => {
    for (const match of text.matchAll(pattern)) {
      if (fits(match)) found.push({ kind, start: match.index, end: match.index + match[0].length });
    }
  };
  const before = (match) => text.slice(Math.max(0, match.index - BEFORE), match.index);
  all("keystore", KEYSTORE, ([whole]) => /cipher(?:text|params)/.test(whole) && /"?(?:kdf|mac)/i.test(whole));
  all("private_key", PEM);
  all("private_key", BYTES);
  all("seed_phrase", GLUED);
  all("private_key", WIF, mixed);
  all("extended_key", EXTENDED);
  all("totp_secret", OTPAUTH);
  all("api_secret", SHAPED);
  for (const match of text.matchAll(HEX)) {
    const isAfter = /^[\s"'”」,，)）]{0,3}(?:<-+|=|\(|（)?\s{0,2}(?:(?:this|that|it) is|is|was|这是|這是|就是|是)?\s?(?:the |my |我的|我){0,2}(?:private|priv|secret|私)/i.test(text.slice(match.index + match[0].length));
    const kind = called(before(match), KEY_WORDS, HASH_WORDS) ?? (isAfter || undefined);
    if (kind !== false) found.push({ kind: kind ? "private_key" : "ambiguous", start: match.index, end: match.index + match[0].length });
  }
  all("totp_secret", BASE32, (match) => TOTP_WORDS.test(text) && /secret|key|seed|base32|密[钥鑰]|秘[钥鑰]|金鑰/i.test(before(match)) && /\d/.test(match[0]));
  all("api_secret", TOKEN, (match) => !/^0x/i.test(match[0]) && called(before(match), API_WORDS, HASH_WORDS) === true);
  all("card", CARD, (match) => isCard(match[0], before(match)));
  all("card", CVV);
  all("otp", CODE, (match) => isCode(before(match).slice(-60), text.slice(match.index + match[0].length)));
  all("otp", SPARE);
  all("password", PASSWORD_AFTER, ([value]) => /\d/.test(value));
  for (const match of text.matchAll(PASSWORD)) {
    const [, joint, value] = match;
    const bare = value.replace(/[.,;:!?)\]"'”]+$/, "");
    const isPlain = !TALK.test(value) && bare.length >= 4 && /[a-z0-9]/i.test(bare) && !/:\/\/|\w@\w+\.\w/.test(bare);
    const isMadeUp = /\d/.test(bare) && (/[a-z!@#$%^&*_+=~|?]/i.test(bare) || joint.trim() !== "") && (joint.trim() !== "" || bare.length >= 6);
    if (isPlain && (isMadeUp || (/[:=：是]/.test(joint) && /^[\w!@#$%^&*]{6,}$/.test(bare)) || /[a-z].*[!@#$%^&*].*[a-z]/i.test(bare))) {
      const end = match.index + match[0].length;
      found.push({ kind: "password", start: end - value.length, end });
    }
  }
  return apart(found);
}

/** Whether the nearest of two sorts of words before something is the first (true), the second (false), or none. */
function called(before, wanted, other) {
  const line = before.split("\n").filter((each) => each.trim()).slice(-2).join("\n");
  const [one, two] = [lastOf(wanted, line), lastOf(other, line)];
  return one < 0 && two < 0 ? undefined : one > two;
}

function lastOf(pattern, text) {
  let place = -1;
  for (const match of text.matchAll(new RegExp(pattern.source, "gi"))) place = match.index;
  return place;
}

const mixed = ([value]) => /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value);

function isCode(before, after) {
  if (CODE_AFTER.test(after)) return true;
  if (WEAK_CODE.test(before) && !NO_CODE.test(before.slice(-28))) return true;
  return called(before, CODE_WORDS, NO_CODE) === true;
}

function isCard(written, before) {
  const digits = written.replace(/\D/g, "");
  if (!/^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d|2\d\d)\d{12,15}|35\d{14})$/.test(digits)) return false;
  let sum = 0;
  for (let n = 0; n < digits.length; n += 1) {
    const digit = Number(digits[digits.length - 1 - n]) * (1 + (n % 2));
    sum += digit > 9 ? digit - 9 : digit;
  }
  if (sum % 10) return false;
  const kind = called(before, CARD_WORDS, NO_CARD);
  return kind ?? (/^\d{4}([ .-])(?:\d{4}\1\d{4}\1\d{4}|\d{6}\1\d{5})$/.test(written) || digits.length > 14);
}

function* seeds(text) {
  for (const pattern of [HAN_APART, KANA]) {
    for (const match of text.matchAll(pattern)) yield { kind: "seed_phrase", start: match.index, end: match.index + match[0].length };
  }
  for (const match of [...text.matchAll(HAN_SAID), ...text.matchAll(HANGUL_SAID)]) {
    const end = match.index + match[0].length;
    yield { kind: "seed_phrase", start: end - match[1].length, end };
  }
  let row = [];
  for (const match of [...text.matchAll(WORD), undefined]) {
    const last = row.at(-1);
    const isShaped = match && /^[a-z]{3,11}$/.test(plain(match[0]));
    const goesOn = last && match && GAP.test(text.slice(last.end, match.index));
    if (!isShaped || (last && !goesOn)) {
      yield* phrase(text, row);
      row = [];
    }
    if (isShaped) row.push({ word: plain(match[0]), start: match.index, end: match.index + match[0].length });
  }
}

/** Small letters, no accents: as the lists are compared. */
const plain = (word) => word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The longest stretch of a row that reads as a phrase: words of the English list, or any that are said to be one. */
function* phrase(text, row) {
  const known = row.map(({ word }) => isWord(word));
  let first = 0;
  for (let n = 0; n <= row.length; n += 1) {
    if (n < row.length && known[n]) continue;
    const count = n - first;
    // "Seed" and "phrase" are words of the list themselves.
    const isSaid = count >= SAID_LEAST && SEED_WORDS.test(text.slice(Math.max(0, row[first].start - BEFORE), row[first].end));
    if (count >= LEAST || isSaid) yield { kind: "seed_phrase", start: row[first].start, end: row[n - 1].end };
    first = n + 1;
  }
  // Of other lists nothing is known here but their shape: twelve words and nothing else, or said to be one.
  if (row.length >= LEAST && known.filter(Boolean).length < LEAST) {
    const [start, end] = [row[0].start, row.at(-1).end];
    const isAlone = text.length - (end - start) < 24 && row.length % 3 === 0 && row.length <= 24;
    if (isAlone || SEED_WORDS.test(text.slice(Math.max(0, start - BEFORE), start))) yield { kind: "seed_phrase", start, end };
  }
}

function apart(found) {
  const kept = [];
  for (const one of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (!kept.length || one.start >= kept.at(-1).end) kept.push(one);
  }
  return kept;
}

/** The text with a mark in place of everything that looks like a secret. */
export function without(text, mark) {
  let rest = "";
  let at = 0;
  for (const { kind, start, end } of look(text)) {
    rest += text.slice(at, start) + mark(kind);
    at = end;
  }
  return rest + text.slice(at);
}
