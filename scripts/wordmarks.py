"""Writes ui/shared/wordmarks.js: by which a browser tells the words of seed phrases.

    .venv/bin/python scripts/wordmarks.py

2,048 words in 2.5 kB: a Bloom filter. It never misses one, and takes few others for one.
"""

import base64
from pathlib import Path

from mnemonic import Mnemonic

FILE = Path(__file__).parents[1] / "ui" / "shared" / "wordmarks.js"
BITS = 20_480
MARKS = 4  # a word
BASES = (0x811C9DC5, 0x9747B28C)  # FNV-1a's own, and another


def fnv(word: str, base: int) -> int:
    value = base
    for byte in word.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def places(word: str) -> list[int]:
    one, two = (fnv(word, base) for base in BASES)
    return [(one + n * (two | 1)) % BITS for n in range(MARKS)]


def marks() -> bytes:
    found = bytearray(BITS // 8)
    for word in Mnemonic("english").wordlist:
        for place in places(word):
            found[place >> 3] |= 1 << (place & 7)
    return bytes(found)


def module() -> str:
    return f"""\
// Made by scripts/wordmarks.py. The 2,048 English words of BIP-39, a Bloom filter: it misses none,
// and takes about one other word in a hundred for one. The words themselves are not here.
const MARKS = Uint8Array.from(atob("{base64.b64encode(marks()).decode()}"), (c) => c.charCodeAt(0));

function fnv(word, base) {{
  let value = base;
  for (let n = 0; n < word.length; n += 1) {{
    value = Math.imul(value ^ word.charCodeAt(n), 0x01000193) >>> 0;
  }}
  return value;
}}

/** Whether a word, in small letters, is one of a seed phrase. */
export function isWord(word) {{
  const [one, two] = [fnv(word, {BASES[0]:#x}), fnv(word, {BASES[1]:#x}) | 1];
  for (let n = 0; n < {MARKS}; n += 1) {{
    const place = (one + n * (two >>> 0)) % {BITS};
    if (!(MARKS[place >> 3] & (1 << (place & 7)))) return false;
  }}
  return true;
}}
"""


if __name__ == "__main__":
    FILE.write_text(module(), "utf-8")
