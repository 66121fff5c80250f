"""What a text talks about, told from its Latin words in one pass: most texts name no secret.

Each word is looked up once in one table: which word lists know it, and for which detectors it is a
sign to look closer. A word seen for the first time is judged by the pieces in it and kept.
"""

import re
from functools import cache
from itertools import repeat

from fanlight.kernel.secrets import monero
from fanlight.kernel.secrets.wordlists import lexicon

BIP39, COMMON = 1, 2
KEYS, CODES, PASSWORDS, LOGINS = 8, 16, 32, 64
EVERYTHING = 127
_UNJUDGED = 128
# A word that holds one of these is a sign; those with blanks around stand alone.
_SIGNS = {
    KEYS: (
        *("key", "kye", "priv", "prv", "pvt", "secret", "seed", "mnemonic", "phrase", "frase"),
        *("backup", "api", "token", "bearer", "hmac", "otp", "base", "scan"),
        *("manual", "cipher", "salt", "half", "twelve", " pk ", " sk "),
        *(" mfa ", " nsec ", " six ", " pt ", " part ", " word ", " words "),
    ),
    CODES: (
        *("cod", "verif", "digit", "sms", "otp", "authenticat", "authy", "google", " ga ", " mfa "),
        *(" time ", " log ", " sign ", " text ", " pin ", "confirm"),
    ),
    PASSWORDS: (
        *("pas", "pwd", "pswd", "pw", "pin", "contrase", "senha", "parola", "haslo", "losenord"),
        *("wachtwoord", " w "),
    ),
    LOGINS: (
        *("log", "credential", "user", "acc", "sshpass", "curl", "mysql", "mongo", "redis", " u "),
    ),
}
# Signs with digits in them, which no word has: "2fa", "the first 6", "last 12".
_WITH_DIGITS = ("2fa", "t 6", "t 12")
# One character of each Chinese sign; texts in scripts beside these two are always looked at.
_HAN_SIGNS = (
    (KEYS, re.compile("[助註注种種词詞憶密秘钥鑰匙鍵短备備令權六半私金二两兩双雙驗验]")),
    (CODES, re.compile("[码碼令歌验驗短訊簡认認证證步性]")),
    (PASSWORDS | LOGINS, re.compile("[密口账賬帳户戶]")),
)
_OTHER_SCRIPT = re.compile(
    "[^\x00-\x7f\u2000-\u303f\u3400-\u9fff\uff00-\uff20\U0001f000-\U0001ffff]"
)
_MISTYPED = re.compile("s[secrt]{3,7}")  # "secret", its letters in any order
_BLANKS = bytes(n if 97 <= n <= 122 else 32 for n in range(256))
_MOST_KEPT = 60_000  # words; 5 MB
_LONGEST_KEPT = 16


@cache
def _table() -> dict[bytes, int]:
    """Read on first use: the 13,000 words of the lists, none of them judged yet."""
    table = {word.encode(): BIP39 | _UNJUDGED for word in lexicon().lists if word.isascii()}
    return table


def known_to(low: str) -> tuple[bytes, int]:
    """For each word of a to z the bits of what knows it; and the bits of all of them together."""
    table = _table()
    words = low.encode(errors="replace").translate(_BLANKS).split()
    known = bytes(map(table.get, words, repeat(_UNJUDGED)))
    bits = 0
    for value in set(known):
        bits |= value
    if bits & _UNJUDGED:
        known, bits = _judged(words, known, table)
    if any(sign in low for sign in _WITH_DIGITS):
        bits |= KEYS | CODES
    if not low.isascii():
        for bit, signs in _HAN_SIGNS:
            if signs.search(low):
                bits |= bit
        if _OTHER_SCRIPT.search(low):
            bits |= EVERYTHING
    return known, bits


def _judged(words: list[bytes], known: bytes, table: dict[bytes, int]) -> tuple[bytes, int]:
    values = bytearray(known)
    for at, value in enumerate(known):
        if value & _UNJUDGED:
            values[at] = _judge(words[at], value, table)
    bits = 0
    for value in set(values):
        bits |= value
    return bytes(values), bits


def _judge(word: bytes, value: int, table: dict[bytes, int]) -> int:
    value &= ~_UNJUDGED
    if monero.is_common(word.decode()):
        value |= COMMON
    alone = f" {word.decode()} "
    for bit, signs in _SIGNS.items():
        if any(sign in alone for sign in signs):
            value |= bit
    if _MISTYPED.fullmatch(alone, 1, len(alone) - 1):
        value |= KEYS
    if len(word) <= _LONGEST_KEPT and (len(table) < _MOST_KEPT or word in table):
        table[word] = value
    return value
