"""Checksums by which an address proves its chain: each function says yes or no and never raises."""

import base64
import binascii
from hashlib import blake2b, new

import base58

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_CONST, _BECH32M_CONST = 1, 0x2BC830A3  # BIP-173, BIP-350
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CASH_GENERATORS = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
_SS58_PREFIX = b"SS58PRE"
_RIPPLE = base58.RIPPLE_ALPHABET


def base58check(token: str, *, is_ripple: bool = False) -> bytes | None:
    """The bytes behind a base58check text, or None when it is none."""
    try:
        if is_ripple:
            return base58.b58decode_check(token, alphabet=_RIPPLE)
        return base58.b58decode_check(token)
    except ValueError:
        return None


def base58_bytes(token: str) -> bytes:
    """What base58 letters stand for; empty when they are none."""
    try:
        return base58.b58decode(token)
    except ValueError:
        return b""


def is_bech32(token: str) -> bool:
    """BIP-173 or BIP-350; capitals and small letters are not mixed."""
    low = token.lower()
    if token not in (low, token.upper()):
        return False
    prefix, _, data = low.rpartition("1")
    if not prefix or len(data) < 6 or any(letter not in _BECH32 for letter in data):
        return False
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    values += [_BECH32.index(letter) for letter in data]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check in (_BECH32_CONST, _BECH32M_CONST)


def is_cashaddr(prefix: str, data: str) -> bool:
    """Bitcoin Cash and its kin: a 40-bit code over prefix and data."""
    if any(letter not in _BECH32 for letter in data):
        return False
    values = [ord(c) & 31 for c in prefix] + [0] + [_BECH32.index(letter) for letter in data]
    check = 1
    for value in values:
        top = check >> 35
        check = (check & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate(_CASH_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check == 1


def with_capitals(address: str) -> str:
    """``0x…`` with the capitals that are its checksum (EIP-55)."""
    from Crypto.Hash import keccak

    body = address[2:].lower()
    digest = keccak.new(digest_bits=256, data=body.encode()).hexdigest()
    return "0x" + "".join(
        letter.upper() if digit >= "8" else letter
        for letter, digit in zip(body, digest, strict=False)
    )


def eip55(address: str) -> bool | None:
    """Whether the capitals of ``0x…`` are right; None when all letters are of one size."""
    body = address[2:]
    if body in (body.lower(), body.upper()):
        return None
    return with_capitals(address)[2:] == body


def is_stellar(token: str) -> bool:
    """``G`` and 55 letters of base32: version byte, key, CRC-16/XMODEM (SEP-23)."""
    try:
        raw = base64.b32decode(token)
    except binascii.Error:
        return False
    return binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "little") == raw[-2:]


def is_ton(token: str) -> bool:
    """48 letters of base64: flags, workchain, hash, CRC-16/XMODEM (TEP-2)."""
    try:
        raw = base64.urlsafe_b64decode(token.replace("+", "-").replace("/", "_"))
    except binascii.Error:
        return False
    return len(raw) == 36 and binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "big") == raw[-2:]


def is_algorand(token: str) -> bool:
    """58 letters of base32: a key and the last four bytes of its SHA-512/256."""
    try:
        raw = base64.b32decode(token + "======")
        return new("sha512_256", raw[:32]).digest()[-4:] == raw[32:]
    except (binascii.Error, ValueError):
        return False


def is_ss58(token: str) -> bool:
    """Polkadot and its kin: prefix, key, the first bytes of a BLAKE2b."""
    raw = base58_bytes(token)
    if len(raw) not in (35, 36):
        return False
    return blake2b(_SS58_PREFIX + raw[:-2], digest_size=64).digest()[:2] == raw[-2:]
