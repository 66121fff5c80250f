"""Addresses and hashes valid on their chain that say, to who holds the seed, whose they are.

An exchange of 10,000 accounts would need an index of all its addresses to know its own. Here each
one carries the account's number and a code over it, hidden by the seed, so that nothing is kept.
"""

import base64
import binascii
from hashlib import blake2b
from typing import NamedTuple

import base58

from fanlight.kernel.entities import checksums

SHARED = 0xFFFF_FF  # the number of an address that many deposit to, told apart by the memo
_VERSIONS = {"btc": b"\x05", "ltc": b"\x32", "doge": b"\x1e", "tron": b"\x41"}
_RIPPLE = base58.RIPPLE_ALPHABET
_TON_HEAD = b"\x11\x00"  # bounceable, workchain 0 (TEP-2)
_STELLAR_HEAD = bytes([6 << 3])  # an account's key (SEP-23)
_POLKADOT_HEAD = b"\x00"
_NUMBER_BYTES = 4


class Owner(NamedTuple):
    """Whose an address is. ``generation`` counts addresses given before the present one."""

    number: int
    generation: int = 0


def address(seed: bytes, chain: str, owner: Owner) -> str:
    """The deposit address of an account on every network of a chain."""
    size = 20 if chain in ("evm", "xrp") or chain in _VERSIONS else 32
    said = (owner.number | owner.generation << 24).to_bytes(_NUMBER_BYTES, "big")
    code = _code(seed, chain, said, size - _NUMBER_BYTES)
    return spelled(chain, _hidden(seed, code, said) + code)


def owner_of(seed: bytes, chain: str, text: str) -> Owner | None:
    """Whose deposit address this is, or None when it is not one of this exchange."""
    raw = _body(chain, text)
    if raw is None:
        return None
    code = raw[_NUMBER_BYTES:]
    said = _hidden(seed, code, raw[:_NUMBER_BYTES])
    if code != _code(seed, chain, said, len(code)):
        return None
    number = int.from_bytes(said, "big")
    return Owner(number & 0xFF_FFFF, number >> 24)


def tx_hash(seed: bytes, chain: str, number: int, name: str) -> str:
    """A hash as this chain writes it; the same name always has the same one.

    The account's number stands in it as in an address, so that a transaction of an account's past
    is found again although nothing of it is kept.
    """
    size = 64 if chain == "sol" else 32
    code = blake2b(f"tx:{chain}:{name}".encode(), key=seed, digest_size=size - _NUMBER_BYTES)
    raw = _hidden(seed, code.digest(), number.to_bytes(_NUMBER_BYTES, "big")) + code.digest()
    match chain:
        case "sol":
            return base58.b58encode(raw).decode()
        case "evm" | "dot":
            return "0x" + raw.hex()
        case "xrp":
            return raw.hex().upper()
    return raw.hex()


def number_in(seed: bytes, chain: str, text: str) -> int | None:
    """The number that a hash of ours would carry; of any other hash some number or none."""
    if chain == "sol":
        raw = checksums.base58_bytes(text)
    else:
        body = text[2:] if text[:2].lower() == "0x" else text
        raw = bytes.fromhex(body) if len(body) == 64 and _is_hex(body) else b""
    if len(raw) not in (32, 64):
        return None
    return int.from_bytes(_hidden(seed, raw[_NUMBER_BYTES:], raw[:_NUMBER_BYTES]), "big")


def wallet(seed: bytes, chain: str, name: str) -> str:
    """An address of somebody else: a customer's own wallet, another exchange, a contract."""
    size = 20 if chain in ("evm", "xrp") or chain in _VERSIONS else 32
    return spelled(chain, blake2b(f"{chain}:{name}".encode(), key=seed, digest_size=size).digest())


def spelled(chain: str, raw: bytes) -> str:
    """The bytes of an address in the letters of its chain, checksum and all."""
    if chain in _VERSIONS:
        return base58.b58encode_check(_VERSIONS[chain] + raw).decode()
    match chain:
        case "evm":
            return checksums.with_capitals("0x" + raw.hex())
        case "xrp":
            return base58.b58encode_check(b"\x00" + raw, alphabet=_RIPPLE).decode()
        case "xlm":
            body = _STELLAR_HEAD + raw
            return base64.b32encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "little")).decode()
        case "ton":
            body = _TON_HEAD + raw
            return base64.urlsafe_b64encode(
                body + binascii.crc_hqx(body, 0).to_bytes(2, "big")
            ).decode()
        case "dot":
            body = _POLKADOT_HEAD + raw
            return base58.b58encode(body + blake2b(b"SS58PRE" + body).digest()[:2]).decode()
    return base58.b58encode(raw).decode()  # sol


def _body(chain: str, text: str) -> bytes | None:
    """The bytes behind an address; None where it is not one of this chain."""
    raw: bytes | None
    match chain:
        case "evm":
            body = text[2:] if text[:2].lower() == "0x" else ""
            raw = bytes.fromhex(body) if len(body) == 40 and _is_hex(body) else None
        case "xrp":
            raw = (checksums.base58check(text, is_ripple=True) or b"")[1:]
        case "xlm":
            raw = base64.b32decode(text)[1:-2] if checksums.is_stellar(text) else None
        case "ton":
            plain = text.replace("+", "-").replace("/", "_")
            raw = base64.urlsafe_b64decode(plain)[2:-2] if checksums.is_ton(text) else None
        case "dot":
            raw = checksums.base58_bytes(text)[1:-2] if checksums.is_ss58(text) else None
        case "sol":
            raw = checksums.base58_bytes(text)
        case _:
            raw = (checksums.base58check(text) or b"")[1:]
    return raw if raw and len(raw) in (20, 32) else None


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text)


def _code(seed: bytes, chain: str, said: bytes, size: int) -> bytes:
    return blake2b(f"{chain}:".encode() + said, key=seed, digest_size=size).digest()


def _hidden(seed: bytes, code: bytes, said: bytes) -> bytes:
    """The number, unreadable without the seed; done twice it is the number again."""
    mask = blake2b(code, key=seed, digest_size=_NUMBER_BYTES).digest()
    return bytes(one ^ other for one, other in zip(said, mask, strict=True))
