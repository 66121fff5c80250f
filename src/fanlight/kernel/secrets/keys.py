"""Private keys: those with a checksum or a proof of their own, and bare hex where words decide."""

import base64
import binascii
import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import REACH, Passage, nearest, sentence_after, within
from fanlight.kernel.secrets.talk import sign

_BASE58 = re.compile(r"(?<![\w/])[1-9A-HJ-NP-Za-km-z]{51,112}(?!\w)", re.ASCII)
# A single key or an extended one with letters glued to it: where in a longer word one may begin.
_GLUED = re.compile(
    r"(?=(?P<key>5[HJK][1-9A-HJ-NP-Za-km-z]{49}|(?:K[w-z]|L[1-5])[1-9A-HJ-NP-Za-km-z]{50}"
    r"|[xyztuvYZUV]prv[1-9A-HJ-NP-Za-km-z]{107}))",
    re.ASCII,
)
_TELLING = re.compile("[KLHJp]")  # one of these stands in each of them, and in no hex
_MOST_GLUED = 24  # beginnings looked at in one text
# Keys in Bech32 name themselves: Nostr's, Sui's, those of the tool "age".
_NAMED = re.compile(
    r"(?<![a-z0-9])(?:nsec1[02-9ac-hj-np-z]{58}|suiprivkey1[02-9ac-hj-np-z]{59}"
    r"|age-secret-key-1[02-9ac-hj-np-z]{58})(?![a-z0-9])"
)
_NAMED_HINTS = ("nsec1", "suiprivkey1", "age-secret-key-1")
_HEX = re.compile(
    r"(?:(?<![\w/])|(?<=[kK][eE][yY]))(?:0[xX])?(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{64})(?!\w)",
    re.ASCII,
)
# The same in groups or on two lines, right behind a word that says private key and nothing else.
_GROUPS = re.compile(
    r"\W{1,12}(?:(?:is"
    r"|hex)\W{1,4})?(?P<value>(?:0x)?[0-9a-f]{2,32}(?:[\s:.-]{1,3}[0-9a-f]{2,32}){1,31})(?!\w)"
)
_PRIVATE = re.compile(r"priv(?:ate)?[\s_-]{0,2}key|私[钥鑰匙]")
_PROVEN = re.compile(
    r"(?<!\w)(?:(?P<mini>S[1-9A-HJ-NP-Za-km-z]{29})|(?P<ripple>s[1-9A-HJ-NP-Za-km-z]{27,30})"
    r"|(?P<stellar>S[A-Z2-7]{55}))(?!\w)",
    re.ASCII,
)
_RIPPLE_SEEDS = (b"\x21", b"\x01\xe1\x4b")  # secp256k1, ed25519
_STELLAR_SEED = 18 << 3  # SEP-23
_BYTES = re.compile(r"\[\s{0,4}\d{1,3}(?:\s{0,4},\s{0,4}\d{1,3}){31,63}\s{0,4}\]")
_PEM = re.compile(
    r"-----BEGIN ([A-Z ]{0,24}PRIVATE KEY)-----[\w\s+/=:,.>|\\-]{1,6000}?(?:-----END \1-----|\Z)"
)
# The Bitcoin families' versions of a single key are 0x80 and above, those of addresses below.
_WIF_SIZES = (33, 34)
_ENCRYPTED_SIZE, _ENCRYPTED_VERSIONS = 39, (b"\x01\x42", b"\x01\x43")  # BIP-38
_EXTENDED_SIZE = 78
# BIP-32 and SLIP-132: xprv yprv zprv Yprv Zprv tprv uprv vprv Uprv Vprv, Ltpv Mtpv, dgpv
_EXTENDED_VERSIONS = frozenset(
    bytes.fromhex(version)
    for version in (
        *("0488ade4", "049d7878", "04b2430c", "0295b005", "02aa7a99", "04358394", "044a4e28"),
        *("045f18bc", "024285b5", "02575048", "019d9cfe", "01b26792", "02fac398"),
    )
)
_HEX_DIGITS = 64
_PAIR_SIZE = 64  # a Solana secret and a Solana signature are equally long

_WORDS = re.compile(
    r"(?P<key>(?:private|priv|secret|signing|spend|wallet|raw|pr?vt)[\s_-]{0,3}key|my key"
    r"|secret (?:exponent|scalar)|\bprv\b|\b[ps]k\b"
    r"|\bp(?=[a-z]{0,3}v)[a-z]{4,7}[\s_-]{0,3}k(?:ey|ye|e\b)"  # mistyped
    r"|\b(?:eth|btc|evm|bnb|bsc|trx|tron|sol|wallet)[\s_-]key\b"
    r"|(?:\A|[,;:.，：]\s?|\b(?:my|the|and|its|with|&)\s|\b0x[0-9a-f]{40}\s"
    r"|\b[1-9a-hj-np-z]{26,44}\s)"
    r"key(?=\W{0,4}\Z)"
    r"|\bkey (?:to|of|for|from) (?:my|the|this) (?:\w{1,12} )?(?:wallet|account|address)"
    r"|\bseed\b(?=\s?\(?(?:hex|[:=]|is\b))|\bhex seed\b"
    r"|cl[eé] priv[eé]e|(?:clave|llave|chave) privada|chiave privata|privater? schl[uü]ssel"
    r"|(?:приватный|закрытый) ключ|秘密鍵|개인 ?키|私\s[钥鑰]|密匙"
    r"|(?<!api)(?<!api )\bsecret(?=\s?[:=])"
    r"|私[钥鑰匙]|密[钥鑰]|金鑰|秘[钥鑰])"
    r"|(?P<other>\btx|trans(?:action|fer)\b|\bhash|\bblock\b|public[\s_-]?key|signature|\border\b"
    r"|sha-?256|checksum|merkle|哈希|雜湊|杂凑|交易|区块|區塊|公[钥鑰]|签名|簽名|订单|訂單"
    r"|(?:address|地址)\W{0,3}(?:is|是|为|為)?\W{0,4}\Z)",
    re.ASCII,
)
_HINTS = ("key", "kye", "prv", "pk", "sk:", "secret", "seed", "priv")
_FOREIGN_HINTS = ("钥", "鑰", "匙", "鍵", "ключ", "개인")
_SIGN = sign(*_HINTS, *_FOREIGN_HINTS, *_NAMED_HINTS, "私")
_KEY_AFTER = re.compile(
    r"[\s\"'”」,，)）`]{0,4}(?:<-+|←|\^+|↑|=+|-+|\(|（)?\s{0,2}"
    r"(?:(?:the )?above|上面|以上|上述)?\s?(?:(?:this|that|it) is|(?:that|it|this)['’]?s|is"
    r"|was)?\s?"
    r"(?:[这這]|就)?(?:个|個)?[是为為]?\s?"
    r"(?:the |my |our |a |我的|我|你的|钱包|錢包|导出|導出|的){0,4}(?:wallet |eth |btc )?"
    r"(?:(?:private|priv|secret)[\s_-]?key|privkey|private(?=[)）])|私[钥鑰匙]|密[钥鑰])"
)

_NEXT_LINE = re.compile(
    r"\s{0,3}\n\s{0,3}(?=[\^↑]|(?:the )?above|上面|以上|上述|th(?:is|at) is|[这這]是)"
)


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    text = passage.text
    if passage.stretches:
        yield from _with_checksum(passage)
    if "[" in text:
        yield from _rows_of_bytes(passage)
    if "-----BEGIN" in text:
        for found in _PEM.finditer(text):
            yield SecretKind.PRIVATE_KEY, found.start(), found.end()
    if passage.may_tell(_SIGN):
        yield from _called_keys(passage)


def _called_keys(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    """Those that only words tell apart from other things."""
    text, low = passage.text, passage.low
    if any(hint in low for hint in _NAMED_HINTS):
        for found in _NAMED.finditer(low):
            yield SecretKind.PRIVATE_KEY, *found.span()
    hexes = list(within(_HEX, text, passage.stretches, _HEX_DIGITS))
    is_hinted = bool(hexes) and _is_hinted(low)
    for found in hexes if is_hinted else ():
        if _is_called_key(low, found):
            yield SecretKind.PRIVATE_KEY, *found.span()
    if "priv" in low or "私" in low:
        for found in _PRIVATE.finditer(low):
            group = _GROUPS.match(low, found.end())
            if group and len(re.sub("0x|[^0-9a-f]", "", group["value"])) == _HEX_DIGITS:
                yield SecretKind.PRIVATE_KEY, *group.span("value")


def _is_hinted(low: str) -> bool:
    if any(map(low.__contains__, _HINTS)):
        return True
    return not low.isascii() and any(map(low.__contains__, _FOREIGN_HINTS))


def _rows_of_bytes(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    for found in _BYTES.finditer(passage.text):
        values = [int(value) for value in re.findall(r"\d+", found[0])]
        if max(values) < 256 and (
            (len(values) == _PAIR_SIZE and _is_ed25519_pair(bytes(values)))
            or (len(values) in (32, 64) and _is_called_key(passage.low, found))
        ):
            yield SecretKind.PRIVATE_KEY, *found.span()


def _with_checksum(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    """Keys that prove themselves; short forms too: a paper coin's, the XRP Ledger's, Stellar's."""
    text = passage.text
    for found in within(_BASE58, text, passage.stretches, 51):
        kind = _kind_of_base58(found[0])
        if kind is not None:
            yield kind, found.start(), found.end()
    stretches = [span for span in passage.stretches if _TELLING.search(text, *span)]
    for found in islice(within(_GLUED, text, stretches, 52), _MOST_GLUED):
        kind = _kind_of_base58(found["key"])
        if kind is not None:
            yield kind, *found.span("key")
    for found in within(_PROVEN, text, passage.stretches, 28):
        if _PROOFS[found.lastgroup or ""](found[0]):
            yield SecretKind.PRIVATE_KEY, *found.span()


def _is_mini(token: str) -> bool:
    return sha256(f"{token}?".encode()).digest()[0] == 0


def _is_ripple(token: str) -> bool:
    import base58

    try:
        seed = base58.b58decode_check(token, alphabet=base58.RIPPLE_ALPHABET)
    except ValueError:
        return False
    return seed.startswith(_RIPPLE_SEEDS)


def _is_stellar(token: str) -> bool:
    raw = base64.b32decode(token)
    crc = binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "little")
    return raw[0] == _STELLAR_SEED and crc == raw[-2:]


_PROOFS = {"mini": _is_mini, "ripple": _is_ripple, "stellar": _is_stellar}


def _is_called_key(low: str, found: re.Match[str]) -> bool:
    """Hex has no proof of its own, so the nearest word before it decides, or one right behind."""
    called = nearest(_WORDS, low, found.start())
    if called is not None:
        return called == "key"
    below = _NEXT_LINE.match(low, found.end())
    after = sentence_after(low, found.end()) if below is None else low[below.end() :][:REACH]
    return _KEY_AFTER.match(after) is not None


def _kind_of_base58(token: str) -> SecretKind | None:
    import base58

    raw = base58.b58decode(token)
    if len(raw) == _PAIR_SIZE:
        return SecretKind.PRIVATE_KEY if _is_ed25519_pair(raw) else None
    try:
        body = base58.b58decode_check(token)
    except ValueError:
        return None
    if len(body) == _EXTENDED_SIZE and body[:4] in _EXTENDED_VERSIONS:
        return SecretKind.EXTENDED_KEY
    if len(body) in _WIF_SIZES and body[0] >= 0x80:
        return SecretKind.PRIVATE_KEY
    if len(body) == _ENCRYPTED_SIZE and body[:2] in _ENCRYPTED_VERSIONS:
        return SecretKind.PRIVATE_KEY
    return None


def _is_ed25519_pair(raw: bytes) -> bool:
    """Whether the second half is the public key of the first: a signature's never is."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(raw[:32])
    return private.public_key().public_bytes_raw() == raw[32:]
