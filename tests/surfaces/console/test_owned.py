"""Whose accounts are asked for before a line is shown."""

import pytest

from fanlight.surfaces.console.owned import DIGITS


@pytest.mark.parametrize(
    "said", ["48812217", "请查48812217谢谢", "uid:12345.", "my id is U4881221", "a (00012345)"]
)
def test_what_may_be_an_account_is_asked_about(said: str) -> None:
    assert DIGITS.search(said)


@pytest.mark.parametrize(
    "said",
    [
        "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
        "4d13675126f9f75c8f2d42b6fa8f42c2b7d0a4f4c6dd1d6f6a2c5d5d00c1a123",
        "bc1q34567w508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "0x12345678901234567890abcdefabcdefabcdefab",
        "2026-11-29 12:00, 1234 USDT",
    ],
)
def test_a_hash_and_an_address_are_none(said: str) -> None:
    assert not DIGITS.search(said)
