"""How many look-alikes are found, and how many strangers are taken for one.

    python -m bench lookalikes

The look-alikes are made here by rules of their own, which know nothing of those that find them:
bits that flip in a wire, keyboards of three countries, letters of Unicode by their names, words of
seven languages. The strangers are real sites and words of five languages. Bars: 95 of 100 found, at
most 1 of 100 false.
"""

import random
import string
import time
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from mnemonic import Mnemonic

from bench.table import Row, Table, at_least, judged, told
from fanlight.features.trust.lookalikes import Registry, Source, Standing

BRANDS = ("meridian", "lumenex", "kestrelpay", "northgate", "halcyon", "coinharbor", "bitfjord",
          "okra", "zephyrx", "tidewater-exchange")  # fmt: skip
ROUNDS = 12
_KEYBOARDS = {
    "qwerty": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "qwertz": ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
    "azerty": ("azertyuiop", "qsdfghjklm", "wxcvbn"),
}
_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_LURES, _ENDS, _SITES = (_WORDS[name].split() for name in ("lures", "ends", "sites"))
_STRANGE = ("cdn-static.net", "user-auth.top", "mail-center.ru", "r2.dev", "vercel.app",
            "firebaseapp.com", "blogspot.com", "bit.do")  # fmt: skip


def _neighbours(letter: str) -> str:
    found = set()
    for rows in _KEYBOARDS.values():
        for y, row in enumerate(rows):
            x = row.find(letter)
            if x < 0:
                continue
            for other in rows[max(0, y - 1) : y + 2]:
                found |= set(other[max(0, x - 1) : x + 2])
    return "".join(sorted(found - {letter}))


@cache
def _namesakes() -> dict[str, str]:
    """Letters whose names in Unicode say that they are an i with something, or an i elsewhere."""
    found: dict[str, list[str]] = defaultdict(list)
    for point in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        words = unicodedata.name(chr(point), "").split()
        if words[:3] == ["LATIN", "SMALL", "LETTER"] and words[4:5] == ["WITH"]:
            found[words[3].lower()].append(chr(point))
    for latin, twin in zip("aceopxyis", "асеорхуіѕ", strict=True):  # Cyrillic
        found[latin].append(twin)
    for latin, twin in zip("aikov", "αικον", strict=True):  # Greek
        found[latin].append(twin)
    return {
        key: "".join(each for each in letters) for key, letters in found.items() if len(key) == 1
    }


def _slips(label: str, roll: random.Random) -> Iterator[tuple[str, str]]:
    at = roll.randrange(1, len(label))
    c = label[at]
    flipped = [chr(ord(c) ^ (1 << bit)) for bit in range(7)]
    legal = [each for each in flipped if each in string.ascii_lowercase + string.digits]
    if legal:
        yield "a bit flipped", label[:at] + roll.choice(legal) + label[at + 1 :]
    vowels = [n for n, each in enumerate(label) if each in "aeiou" and n]
    if vowels:
        v = roll.choice(vowels)
        other = roll.choice("aeiou".replace(label[v], ""))
        yield "another vowel", label[:v] + other + label[v + 1 :]
    near = _neighbours(c)
    if near:
        yield "key beside", label[:at] + roll.choice(near) + label[at + 1 :]
        yield "key beside too", label[:at] + roll.choice(near) + label[at:]
    yield "letter left out", label[:at] + label[at + 1 :]
    yield "letter twice", label[:at] + c + label[at:]
    swap = next((n for n in range(1, len(label)) if label[n] != label[n - 1]), 1)
    yield "letters swapped", label[: swap - 1] + label[swap] + label[swap - 1] + label[swap + 1 :]
    twins = _namesakes().get(c)
    if twins:
        yield "namesake letter", label[:at] + roll.choice(twins) + label[at + 1 :]
        whole = "".join(roll.choice(_namesakes().get(each, each)) for each in label)
        yield "all namesakes", whole
    for plain, drawn in (
        ("m", "rn"),
        ("w", "vv"),
        ("d", "cl"),
        ("l", "1"),
        ("o", "0"),
        ("i", "l"),
        ("e", "3"),
        ("s", "5"),
        ("a", "4"),
        ("b", "8"),
        ("g", "9"),
        ("i", "1"),
    ):
        if plain in label:
            yield "drawn in ASCII", label.replace(plain, drawn, 1)
    yield "plural", label + "s"
    yield "hyphen", label[:at] + "-" + label[at:]
    yield "digits behind", label + str(roll.randrange(1, 3000))


def _apes(brand: str, roll: random.Random) -> Iterator[tuple[str, str]]:
    """Rule and value."""
    end = roll.choice(_ENDS)
    lure, strange = roll.choice(_LURES), roll.choice(_STRANGE)
    for rule, label in _slips(brand, roll):
        yield rule, f"{label}.com"
        yield f"{rule}, in a mail", f"support@{label}.com"
    yield "another end", f"{brand}.{end}"
    yield "end doubled", f"{brand}.com.{end}"
    yield "lure behind", f"{brand}-{lure}.{end}"
    yield "lure before", f"{lure}-{brand}.{end}"
    yield "lure joined", f"{brand}{lure}.{end}"
    yield "two lures", f"{lure}{brand}{roll.choice(_LURES)}.{end}"
    yield "as sub-domain", f"https://{brand}.com.{strange}/{lure}"
    yield "label as sub-domain", f"https://{brand}.{strange}"
    yield "dashed as sub-domain", f"{brand}-com.{strange}"
    yield "com joined", f"{brand}.com-{lure}.{end}"
    yield "slip below a stranger", f"https://{brand[:2]}{brand[1:]}.{strange}/"
    yield "user name", f"https://{brand}.com:443@{strange}/{lure}"
    yield "percent in user name", f"http://www.{brand}.com%2F{lure}@{strange}"
    yield "in the path", f"https://{strange}/{brand}.com/{lure}"
    yield "in the query", f"https://{strange}/?u=https://www.{brand}.com/"
    yield "https joined", f"https{brand}.com"
    yield "dot left out", f"www{brand}com.{end}"
    yield (
        "full width",
        f"{''.join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in brand)}.{end}",
    )
    yield "defanged", f"hxxps://{brand}-{lure}[.]{end}"
    yield "capital I", f"{brand.replace('l', 'I').replace('i', 'l')}.{end}"
    yield "address in a free mail", f"{brand}.{lure}@gmail.com"
    yield "address as the name", f"support.{brand}.com@{strange}"
    yield "mail elsewhere", f"support@{brand}-{lure}.{end}"
    yield (
        "mailbox slip",
        f"{roll.choice(('suport', 'supporrt', 'supp0rt', 'supportt'))}@{brand}.com",
    )
    yield "handle with lure", f"@{brand}_{lure}"
    yield "handle slip", f"t.me/{brand[:3]}{brand[2:]}help"
    yield "handle drawn", f"@{brand.replace('i', 'l').replace('o', '0')}help1"
    yield "handle under", f"https://t.me/_{brand}_help_"
    yield "other platform", f"https://instagram.com/{brand}help"
    number = list("442079460123")
    n = roll.randrange(3, len(number))
    number[n] = str((int(number[n]) + roll.randrange(1, 9)) % 10)
    yield "a digit off", "+" + "".join(number)


def _strangers(roll: random.Random) -> Iterator[tuple[str, str]]:
    for site in _SITES:
        yield "real sites", f"https://www.{site}.{roll.choice(('com', 'org', 'net', 'de', 'cn'))}/a"
        yield "mails of real sites", f"no-reply@{site}.com"
    for language in ("english", "french", "spanish", "italian", "czech"):
        words = ["".join(c for c in unicodedata.normalize("NFKD", each) if c.isascii())
                 for each in Mnemonic(language).wordlist]  # fmt: skip
        for word in roll.sample(words, 600):
            yield f"{language} words", f"{word}.com"
        for _ in range(600):
            pair = roll.sample(words, 2)
            yield f"{language} pairs", f"{roll.choice(('', 'https://'))}{''.join(pair)}.io"
            yield "mailboxes", f"{pair[0]}.{pair[1]}@gmail.com"
            yield "handles", f"@{pair[0]}_{pair[1]}"
    for _ in range(600):
        yield "numbers", "+" + "".join(roll.choice("0123456789") for _ in range(12))
    trade = ("coin", "bit", "pay", "swap", "chain", "block", "token", "vault", "hash", "node")
    english = Mnemonic("english").wordlist
    for _ in range(600):
        yield "the trade", f"{roll.choice(english)}{roll.choice(trade)}.{roll.choice(_ENDS)}"


def _registry(brand: str) -> Registry:
    return Registry(
        [
            Source("domain", f"{brand}.com"),
            Source("email", f"support@{brand}.com"),
            Source("handle", f"https://t.me/{brand}help"),
            Source("phone", "+44 20 7946 0123"),
        ]
    )


def measure(say: Callable[[str], None] = lambda _: None) -> tuple[float, float, Table]:
    """The share found, the share of strangers taken for one, and where."""
    made: dict[str, int] = defaultdict(int)
    missed: dict[str, int] = defaultdict(int)
    seen: dict[str, int] = defaultdict(int)
    alarms: dict[str, int] = defaultdict(int)
    begun, judgements = time.perf_counter(), 0
    for brand in BRANDS:
        roll = random.Random(brand)
        ours = _registry(brand)
        for _ in range(ROUNDS):
            for rule, value in _apes(brand, roll):
                judgements += 1
                made[rule] += 1
                if ours.judge(value).verdict is not Standing.LOOK_ALIKE:
                    missed[rule] += 1
                    say(f"missed {rule}: {value}")
        for kind, value in _strangers(roll):
            judgements += 1
            seen[kind] += 1
            if ours.judge(value).verdict is not Standing.UNKNOWN:
                alarms[kind] += 1
                say(f"alarm {brand} {kind}: {value}")
    spent_us = (time.perf_counter() - begun) / judgements * 1e6
    recall = 1 - sum(missed.values()) / sum(made.values())
    false = sum(alarms.values()) / sum(seen.values())
    rows: list[Row] = [
        at_least("look-alikes found", 100 * recall, 95, "%", digits=2),
        judged("strangers taken for one", 100 * false, 1, "%"),
        told("one judgement", spent_us, "us", digits=0),
        *(told(f"{rule}, found", 100 * (1 - missed[rule] / made[rule]), "%", digits=0)
          for rule in made if missed[rule] > 0.05 * made[rule]),
        *(told(f"{kind}, false", 100 * alarms[kind] / seen[kind], "%")
          for kind in seen if alarms[kind]),
    ]  # fmt: skip
    counted = (
        f"{sum(made.values()):,} look-alikes of {len(made)} rules, {sum(seen.values()):,} strangers"
    )
    return recall, false, Table(title="Look-alikes", rows=rows, said=counted)


async def run() -> Table:
    return measure()[2]
