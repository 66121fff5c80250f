"""Addresses and hashes: the chain by checksum, by link, by the words around."""

import base64
import binascii
import random
from collections.abc import Callable
from hashlib import blake2b, sha256

import base58
import pytest
from Crypto.Hash import keccak

from fanlight.kernel.entities import Entity, EntityKind, recognise

ROLL = random.Random(20261129)


def bech32(prefix: str, data: list[int], constant: int) -> str:
    """Written from BIP-173 apart from the code it judges."""
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    steps = [0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3]
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + data + [0] * 6
    code = 1
    for value in values:
        top, code = code >> 25, (code & 0x1FFFFFF) << 5 ^ value
        for n in range(5):
            if top >> n & 1:
                code ^= steps[n]
    code ^= constant
    return f"{prefix}1" + "".join(
        letters[n] for n in data + [code >> 5 * (5 - n) & 31 for n in range(6)]
    )


def five_bits(raw: bytes) -> list[int]:
    number, count = int.from_bytes(raw, "big"), len(raw) * 8
    number <<= -count % 5
    count += -count % 5
    return [number >> (count - 5 * (n + 1)) & 31 for n in range(count // 5)]


def evm() -> str:
    body = ROLL.randbytes(20).hex()
    digest = keccak.new(digest_bits=256, data=body.encode()).hexdigest()
    return "0x" + "".join(c.upper() if d >= "8" else c for c, d in zip(body, digest, strict=False))


def ton() -> str:
    raw = b"\x11\x00" + ROLL.randbytes(32)
    return base64.urlsafe_b64encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "big")).decode()


def stellar() -> str:
    raw = bytes([6 << 3]) + ROLL.randbytes(32)
    return base64.b32encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")).decode()


def polkadot() -> str:
    raw = b"\x00" + ROLL.randbytes(32)
    return base58.b58encode(raw + blake2b(b"SS58PRE" + raw, digest_size=64).digest()[:2]).decode()


def checked(version: bytes, alphabet: bytes = base58.BITCOIN_ALPHABET) -> str:
    return base58.b58encode_check(version + ROLL.randbytes(20), alphabet=alphabet).decode()


MAKERS: dict[str, list[Callable[[], str]]] = {
    "btc": [
        lambda: checked(b"\x00"),
        lambda: checked(b"\x05"),
        lambda: bech32("bc", [0, *five_bits(ROLL.randbytes(20))], 1),
        lambda: bech32("bc", [1, *five_bits(ROLL.randbytes(32))], 0x2BC830A3),
    ],
    "evm": [evm, lambda: "0x" + ROLL.randbytes(20).hex()],
    "tron": [lambda: checked(b"\x41")],
    "xrp": [lambda: checked(b"\x00", base58.RIPPLE_ALPHABET)],
    "sol": [lambda: base58.b58encode(b"\x99" + ROLL.randbytes(31)).decode()],
    "ltc": [
        lambda: checked(b"\x30"),
        lambda: bech32("ltc", [0, *five_bits(ROLL.randbytes(20))], 1),
    ],
    "doge": [lambda: checked(b"\x1e")],
    "ton": [ton],
    "xlm": [stellar],
    "dot": [polkadot],
    "cosmos": [lambda: bech32("cosmos", five_bits(ROLL.randbytes(20)), 1)],
}
AROUND = (
    "{}",
    "I sent it to {}.",
    "地址是{}，还没到账",
    "收款地址：{}\n谢谢",
    "from {} to my account",
    "({})",
)


@pytest.mark.parametrize("chain", MAKERS)
def test_an_address_tells_its_chain(chain: str) -> None:
    for make in MAKERS[chain]:
        for around in AROUND:
            address = make()
            found = of_kind(around.format(address), EntityKind.ADDRESS)
            assert [(one.value, one.chain) for one in found] == [(address, chain)], around
            assert found[0].checksum != "wrong"


def of_kind(text: str, kind: EntityKind) -> list[Entity]:
    return [entity for entity in recognise(text) if entity.kind is kind]


def test_a_mistyped_address_is_one_with_a_wrong_checksum() -> None:
    right = checked(b"\x41")
    wrong = right[:-1] + ("2" if right[-1] != "2" else "3")

    (found,) = of_kind(f"my TRC20 address is {wrong}", EntityKind.ADDRESS)

    assert (found.chain, found.checksum) == ("tron", "wrong")
    assert of_kind(f"order {wrong}", EntityKind.ADDRESS) == []
    (evm_found,) = of_kind("0x52908400098527886E0F7030069857D2E4169ee7", EntityKind.ADDRESS)
    assert evm_found.checksum == "wrong"


HASH = sha256(b"a transaction").hexdigest()


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (f"TxID: 0x{HASH}", "evm"),
        (f"my BTC deposit {HASH} has no confirmations", "btc"),
        (f"USDT TRC20 转账 哈希 {HASH}", "tron"),
        (f"https://tronscan.org/#/transaction/{HASH}", "tron"),
        (f"https://mempool.space/tx/{HASH} but I paid with USDT-TRC20 before", "btc"),
        (f"{HASH.upper()} XRP memo 1234", "xrp"),
        (f"{HASH} where is it", None),
    ],
)
def test_a_hash_takes_its_chain_from_what_is_said(text: str, chain: str | None) -> None:
    (found,) = of_kind(text, EntityKind.TX_HASH)

    assert found.chain == chain


def test_hex_that_is_called_something_else_is_no_transaction() -> None:
    assert of_kind(f"the block hash is 0x{HASH}", EntityKind.TX_HASH) == []
    assert of_kind(f"sha256 of the file: {HASH}", EntityKind.TX_HASH) == []


def test_a_solana_signature_is_a_transaction() -> None:
    signature = base58.b58encode(b"\x99" + ROLL.randbytes(63)).decode()

    (found,) = recognise(f"tx {signature}")

    assert (found.kind, found.chain) == (EntityKind.TX_HASH, "sol")
