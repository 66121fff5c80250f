"""Private keys: those with a checksum or a proof of their own, and bare hex where words decide."""

import re
from collections.abc import Iterator

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage, nearest, sentence_after, within

_BASE58 = re.compile(r"(?<![\w/])[1-9A-HJ-NP-Za-km-z]{51,112}(?!\w)", re.ASCII)
_HEX = re.compile(r"(?<![\w/])(?:0[xX])?(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{64})(?!\w)", re.ASCII)
_BYTES = re.compile(r"\[\s{0,4}\d{1,3}(?:\s{0,4},\s{0,4}\d{1,3}){31,63}\s{0,4}\]")
_PEM = re.compile(
    r"-----BEGIN ([A-Z ]{0,24}PRIVATE KEY)-----[\w\s+/=:,.-]{1,6000}?(?:-----END \1-----|\Z)"
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
_PAIR_SIZE = 64  # a Solana secret and a Solana signature are equally long

_WORDS = re.compile(
    r"(?P<key>(?:private|priv|secret|signing|spend|wallet)[\s_-]?key|privkey|my key|\bprv\b|\bpk\b"
    r"|(?<!api)(?<!api )\bsecret(?=\s?[:=])"
    r"|私[钥鑰匙]|密[钥鑰]|金鑰|秘[钥鑰])"
    r"|(?P<other>\btx|trans(?:action|fer)\b|\bhash|\bblock\b|public[\s_-]?key|signature|\border\b"
    r"|sha-?256|checksum|merkle|哈希|雜湊|杂凑|交易|区块|區塊|公[钥鑰]|签名|簽名|订单|訂單"
    r"|(?:address|地址)\W{0,3}(?:is|是|为|為)?\W{0,4}\Z)",
    re.ASCII,
)
_HINTS = ("key", "prv", "pk", "secret", "钥", "鑰", "私匙")
_KEY_AFTER = re.compile(
    r"[\s\"'”」,，)）]{0,3}(?:<-+|←|=+|-+|\(|（)?\s{0,2}"
    r"(?:(?:this|that|it) is|that's|is|was|这是|這是|就是|是|为|為)?\s?"
    r"(?:the |my |our |a |我的|我|钱包|錢包){0,3}(?:wallet |eth |btc )?"
    r"(?:(?:private|priv|secret)[\s_-]?key|privkey|私[钥鑰匙]|密[钥鑰])"
)


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    text = passage.text
    for found in within(_BASE58, text, passage.stretches, 51):
        kind = _kind_of_base58(found[0])
        if kind is not None:
            yield kind, found.start(), found.end()
    is_hinted = any(hint in passage.low for hint in _HINTS)
    for found in within(_HEX, text, passage.stretches, 64) if is_hinted else ():
        if _is_called_key(passage.low, found):
            yield SecretKind.PRIVATE_KEY, found.start(), found.end()
    if "[" in text:
        for found in _BYTES.finditer(text):
            values = [int(value) for value in re.findall(r"\d+", found[0])]
            if max(values) < 256 and (
                (len(values) == _PAIR_SIZE and _is_ed25519_pair(bytes(values)))
                or (is_hinted and len(values) in (32, 64) and _is_called_key(passage.low, found))
            ):
                yield SecretKind.PRIVATE_KEY, found.start(), found.end()
    if "-----BEGIN" in text:
        for found in _PEM.finditer(text):
            yield SecretKind.PRIVATE_KEY, found.start(), found.end()


def _is_called_key(low: str, found: re.Match[str]) -> bool:
    """Hex has no proof of its own, so the nearest word before it decides, or one right behind."""
    called = nearest(_WORDS, low, found.start())
    if called is not None:
        return called == "key"
    return _KEY_AFTER.match(sentence_after(low, found.end())) is not None


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
