"""Addresses and transaction hashes: by their own checksum, and where they have none, by words.

64 hex digits say nothing by themselves: a transaction, a block, a key, a file. ``0x`` before them
is an EVM transaction unless words say otherwise; bare ones get the chain that the message talks
about, or none.
"""

import re
from collections.abc import Iterator, Sequence

from fanlight.kernel.entities import checksums
from fanlight.kernel.entities.kinds import Checksum, Entity, EntityKind, Spot
from fanlight.kernel.entities.networks import EXPLORERS
from fanlight.kernel.entities.reading import Reading

_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:(?P<hex>(?:0[xX])?[0-9a-fA-F]{64})|(?P<evm>0[xX][0-9a-fA-F]{40})"
    r"|(?P<raw_ton>-?[01]:[0-9a-fA-F]{64})"
    r"|(?P<cash>(?:bitcoincash|kaspa):[a-z0-9]{42,63})"
    r"|(?P<ton>[EUk0]Q[\w/+-]{46})(?![\w/+-])"
    r"|(?P<plain>[A-Za-z0-9]{25,110}))(?![A-Za-z0-9])",
    re.ASCII,
)
# BIP-173 prefixes of chains whose customers write to an exchange.
_BECH32_CHAINS = {
    "bc": "btc", "tb": "btc", "ltc": "ltc", "addr": "ada", "stake": "ada", "addr_test": "ada",
    "cosmos": "cosmos", "osmo": "cosmos", "inj": "cosmos", "kava": "cosmos", "celestia": "cosmos",
    "sei": "cosmos", "terra": "cosmos", "juno": "cosmos", "axelar": "cosmos", "dydx": "cosmos",
    "band": "cosmos", "akash": "cosmos", "stars": "cosmos", "thor": "cosmos", "secret": "cosmos",
    "bnb": "bnb", "erd": "egld", "one": "one", "zil": "zil", "iota": "iota", "rune": "cosmos",
}  # fmt: skip
_BECH32 = re.compile(
    r"(?P<prefix>" + "|".join(sorted(_BECH32_CHAINS, key=len, reverse=True)) + r")1[a-z0-9]{20,106}"
)
# base58check version bytes of 21-byte bodies.
_VERSIONS = {
    0x00: "btc", 0x05: "btc", 0x6F: "btc", 0xC4: "btc", 0x41: "tron",
    0x30: "ltc", 0x32: "ltc", 0x1E: "doge", 0x16: "doge", 0x4C: "dash", 0x10: "dash",
}  # fmt: skip
_ZCASH = (b"\x1c\xb8", b"\x1c\xbd")
_TEZOS = (b"\x06\xa1\x9f", b"\x06\xa1\xa1", b"\x06\xa1\xa4", b"\x02\x5a\x79")
# How an address with a mistake in it still looks like one of its chain.
_SHAPES = (
    ("tron", re.compile(r"T[1-9A-HJ-NP-Za-km-z]{33}")),
    ("btc", re.compile(r"[13][1-9A-HJ-NP-Za-km-z]{25,33}")),
    ("xrp", re.compile(r"r[1-9A-HJ-NP-Za-km-z]{24,34}")),
    ("xlm", re.compile(r"G[A-Z2-7]{55}")),
    ("doge", re.compile(r"D[1-9A-HJ-NP-Za-km-z]{33}")),
    ("ltc", re.compile(r"[LM][1-9A-HJ-NP-Za-km-z]{33}")),
    ("btc", re.compile(r"bc1[a-z0-9]{39,59}")),
)
_MONERO = re.compile(r"[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?:[1-9A-HJ-NP-Za-km-z]{11})?")
_IS_BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]+")
_ADDRESS_WORDS = re.compile(
    r"address|addr\b|wallet|\bto:?\s*$|recipient|deposit|地址|钱包|錢包|收款|收币|转到"
    r"|轉到|提到|充到|打到"
)
_HASH_WORDS = re.compile(
    r"hash|tx ?id|\btx\b|transaction|signature|digest|哈希|雜湊|杂凑|交易|txid|转账记录"
    r"|轉帳紀錄|流水"
)
_NOT_TX = re.compile(
    r"(?:block|file|contract code|code|commit|merkle|state) ?(?:hash|root)|sha-?256|checksum"
    r"|sha256sum"
    r"|区块哈希|區塊雜湊|区块杂凑|文件哈希|檔案雜湊|校验和|校驗和"
)
_NOT_OURS = re.compile(r"\b(?:order|uid|ticket|ref(?:erence)?|case|订单|訂單)\b")
_NEAR = 60  # code points before a token in which a word speaks about it
_LINK = 90
_KEY_DIGITS = 64
_SHORTEST = 25  # code points of an address or a hash


def may_hold(read: Reading) -> bool:
    """Whether anything stands there that is long enough."""
    return any(high - low >= _SHORTEST for low, high in read.stretches)


def find(read: Reading, networks: Sequence[Spot]) -> Iterator[Spot]:
    """Every address and hash; a link's own hash too, with the chain its explorer names."""
    talked_of: list[str] | None = None
    for low, high in read.stretches:
        if high - low < _SHORTEST:
            continue
        for found in _TOKEN.finditer(read.text, low, high):
            if talked_of is None:
                talked_of = _chains_of(read, networks)
            spot = _spot(read, found, talked_of)
            if spot is not None:
                yield spot


def _chains_of(read: Reading, networks: Sequence[Spot]) -> list[str]:
    """Chains the message talks about: by networks first, then by coins that have but one."""
    named = [spot.chain for spot in networks if spot.chain]
    coins = list(read.words & _COIN_CHAINS.keys())
    if read.has_han and "比特" in read.low:
        coins += _HAN_COINS
    found = {coin: place for coin in coins if (place := _COINS[coin].search(read.low))}
    coins = sorted(found, key=lambda coin: found[coin].start())
    return list(dict.fromkeys((*named, *(_COIN_CHAINS[coin] for coin in coins))))


_COIN_CHAINS = {
    "btc": "btc", "bitcoin": "btc", "比特币": "btc", "比特幣": "btc", "eth": "evm", "bnb": "evm",
    "trx": "tron", "sol": "sol", "xrp": "xrp", "ltc": "ltc", "doge": "doge", "ada": "ada",
    "xlm": "xlm", "bch": "bch", "ton": "ton", "dot": "dot", "atom": "cosmos", "xmr": "xmr",
}  # fmt: skip
_HAN_COINS = [coin for coin in _COIN_CHAINS if not coin.isascii()]
_COINS = {coin: re.compile(f"{coin}(?<![a-z0-9]{coin})(?![a-z0-9])") for coin in _COIN_CHAINS}


def _spot(read: Reading, found: re.Match[str], talked_of: list[str]) -> Spot | None:
    token, kind = found[0], found.lastgroup
    start, end = found.span()
    if kind == "evm":
        right = checksums.eip55(token)
        verdict: Checksum = "none" if right is None else "right" if right else "wrong"
        return _address(found, "evm", verdict)
    if kind == "raw_ton":
        return _address(found, "ton", "none")
    if kind == "cash":
        prefix, _, data = token.partition(":")
        chain = "bch" if prefix == "bitcoincash" else "kas"
        return _address(found, chain, "right" if checksums.is_cashaddr(prefix, data) else "wrong")
    if kind == "ton":
        if checksums.is_ton(token):
            return _address(found, "ton", "right")
        return None
    before = read.low[max(0, start - _NEAR) : start]
    if kind == "hex":
        return _hex(read, found, before, talked_of)
    named, verdict = _plain_address(token, before)
    if named is not None:
        if named in ("sol", "sui") and _last(_HASH_WORDS, before) > _last(_ADDRESS_WORDS, before):
            # A Sui digest and a Solana address are both 32 bytes in base58.
            is_sui = "sui" in talked_of or "sui" in read.low
            return Spot(
                kind=EntityKind.TX_HASH, start=start, end=end, chain="sui" if is_sui else None
            )
        return _address(found, named, verdict)
    if 86 <= len(token) <= 88 and len(checksums.base58_bytes(token)) == 64:
        return Spot(kind=EntityKind.TX_HASH, start=start, end=end, chain="sol")
    return None


def _address(found: re.Match[str], chain: str, checksum: Checksum) -> Spot:
    return Spot(
        kind=EntityKind.ADDRESS,
        start=found.start(),
        end=found.end(),
        chain=chain,
        checksum=checksum,
    )


def _hex(read: Reading, found: re.Match[str], before: str, talked_of: list[str]) -> Spot | None:
    """64 hex digits: a transaction, unless the words right before say that it is something else."""
    start, end = found.span()
    other = _last(_NOT_TX, before)
    if other >= 0 and other >= _last(_HASH_WORDS, before) - 12:
        return None
    has_prefix = found[0][:2].lower() == "0x"
    move = [chain for chain in talked_of if chain in ("sui", "aptos")]
    if has_prefix and _last(_ADDRESS_WORDS, before) > _last(_HASH_WORDS, before) and move:
        return _address(found, move[0], "none")
    chain = _linked(read.low, start)
    if chain is None and has_prefix:
        chain = move[0] if move else "evm"
    if chain is None:
        # Of the chains that write their hashes in bare hex, the one the message talks about.
        chain = next((chain for chain in talked_of if chain not in ("sol", "sui")), None)
    return Spot(kind=EntityKind.TX_HASH, start=start, end=end, chain=chain)


def is_doubtful(text: str, entity: Entity) -> bool:
    """Whether a hash may as well be a private key: 64 hex digits that nothing calls a hash.

    The word right before it, an explorer's link around it or a chain's name in the message speak
    for a transaction. Whoever asks others about it tells them a key, if it was one.
    """
    digits = entity.value[2:] if entity.value[:2].lower() == "0x" else entity.value
    if entity.kind is not EntityKind.TX_HASH or len(digits) != _KEY_DIGITS:
        return False
    low = text.lower()
    if _HASH_WORDS.search(low[max(0, entity.start - _NEAR) : entity.start]):
        return False
    return _linked(low, entity.start) is None


def _linked(low: str, at: int) -> str | None:
    """The chain of the explorer in whose link this stands."""
    piece = low[max(0, at - _LINK) : at]
    link = piece.rpartition("http")[2] if "http" in piece else piece
    if not link or " " in link.strip() or "/" not in link:
        return None
    found = EXPLORERS.search(link)
    return found.lastgroup if found is not None else None


def _last(words: re.Pattern[str], before: str) -> int:
    """Where the last of these words begins, or -1."""
    place = -1
    for found in words.finditer(before):
        place = found.start()
    return place


def _plain_address(token: str, before: str) -> tuple[str | None, Checksum]:
    """Chain of a row of letters and digits, by checksum, or by shape where someone says address."""
    named = _BECH32.fullmatch(token.lower())
    if named is not None and checksums.is_bech32(token):
        return _BECH32_CHAINS[named["prefix"]], "right"
    if _IS_BASE58.fullmatch(token) is not None:
        chain, verdict = _base58_address(token, before)
        if chain is not None:
            return chain, verdict
    if len(token) == 56 and token[0] == "G" and checksums.is_stellar(token):
        return "xlm", "right"
    if len(token) == 58 and token.isupper() and checksums.is_algorand(token):
        return "algo", "right"
    if len(token) == 42 and token[0] in "qp" and checksums.is_cashaddr("bitcoincash", token):
        return "bch", "right"
    if _ADDRESS_WORDS.search(before) and not _NOT_OURS.search(before):
        for chain, shape in _SHAPES:
            if shape.fullmatch(token):
                return chain, "wrong"
    return None, "none"


def _base58_address(token: str, before: str) -> tuple[str | None, Checksum]:
    size = len(token)
    if size <= 36:
        body = checksums.base58check(token)
        if body is not None:
            if len(body) == 21 and body[0] in _VERSIONS:
                return _VERSIONS[body[0]], "right"
            if len(body) == 22 and body[:2] in _ZCASH:
                return "zec", "right"
            if len(body) == 23 and body[:3] in _TEZOS:
                return "xtz", "right"
        if token[0] == "r":
            ripple = checksums.base58check(token, is_ripple=True)
            if ripple is not None and len(ripple) == 21 and ripple[0] == 0:
                return "xrp", "right"
    if token[0] == "X" and size in (46, 47):
        ripple = checksums.base58check(token, is_ripple=True)
        if ripple is not None and len(ripple) == 31:
            return "xrp", "right"
    if size in (47, 48) and checksums.is_ss58(token):
        return "dot", "right"
    if _MONERO.fullmatch(token):
        return "xmr", "none"
    if 32 <= size <= 44 and len(checksums.base58_bytes(token)) == 32:
        is_mixed = not token.islower() and not token.isupper() and any(map(str.isdigit, token))
        if is_mixed and (size >= 42 or _ADDRESS_WORDS.search(before)):
            return "sol", "none"
    return None, "none"
