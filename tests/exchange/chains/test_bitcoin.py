"""The reader of Bitcoin Core and its kin, at a node that answers as Core does."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fanlight.exchange.chains.settings import Node
from fanlight.exchange.contract import Chain, ExchangeDown
from fanlight.exchange.facts import Transaction
from tests.builders.logs import Logged
from tests.exchange.chains.nodes import FakeBitcoin, raw_bitcoin

TX, OTHER = "a1" * 32, "b2" * 32
TO = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"


def reads(node: FakeBitcoin, **given: Any) -> Chain:
    return node.connected(network="Bitcoin", kind="bitcoin", asset="BTC", **given)


async def found(chain: Chain, tx_hash: str = TX) -> Transaction:
    known = await chain.transaction(tx_hash)
    assert known.value is not None
    assert known.source == "Bitcoin"
    return known.value


async def test_a_mined_transaction_with_its_block_and_every_coin_in_it() -> None:
    node = FakeBitcoin()
    node.mined[TX] = raw_bitcoin(TX, (0.00000001, TO), (20_999_999.9769, "3J98…")), 869_995
    tx = await found(reads(node), TX.upper())
    assert (tx.hash, tx.confirmations, tx.block) == (TX, 6, 869_995)
    assert tx.at is not None
    assert [(each.to, each.amount, each.asset) for each in tx.transfers] == [
        (TO, Decimal("1E-8"), "BTC"),
        ("3J98…", Decimal("20999999.9769"), "BTC"),
    ]
    assert (await reads(node).head()).value == 870_000


@pytest.mark.parametrize(("fee", "is_low"), [(0.00000141, True), (0.0000169, False)])
async def test_what_waits_says_whether_it_pays_enough(fee: float, is_low: bool) -> None:
    node = FakeBitcoin(has_index=False)
    node.pool[TX] = raw_bitcoin(TX, (0.5, TO)), fee
    tx = await found(reads(node))
    assert (tx.confirmations, tx.block, tx.at, tx.fee_is_low) == (0, None, None, is_low)


async def test_a_node_without_an_index_knows_what_is_its_wallets() -> None:
    node = FakeBitcoin(has_index=False, has_wallet=True)
    node.mined[TX] = raw_bitcoin(TX, (0.5, TO)), 869_999
    assert (await reads(node).transaction(TX)).value is None
    node.wallet[TX] = {
        "amount": 0.5,
        "confirmations": 2,
        "blockhash": f"{869_999:064x}",
        "decoded": raw_bitcoin(TX, (0.5, TO)),
    }
    tx = await found(reads(node))
    assert (tx.confirmations, tx.block) == (2, 869_999)


async def test_a_replaced_one_says_by_which() -> None:
    node = FakeBitcoin(has_index=True, has_wallet=True)
    node.wallet[TX] = {
        "confirmations": -3,
        "walletconflicts": [OTHER],
        "replaced_by_txid": OTHER,
        "decoded": raw_bitcoin(TX, (0.5, TO)),
    }
    tx = await found(reads(node))
    assert (tx.confirmations, tx.replaced_by, tx.fee_is_low) == (0, OTHER, False)


async def test_what_no_node_knows_and_what_is_no_hash() -> None:
    node = FakeBitcoin()
    for unknown in (OTHER, "", "a1", f"0x{TX}", "../wallet", "Z" * 64):
        assert (await reads(node).transaction(unknown)).value is None
    assert node.calls == ["getrawtransaction", "gettransaction"]  # for the one that is a hash


async def test_forks_of_older_versions_write_addresses_as_a_list() -> None:
    node = FakeBitcoin()
    raw = raw_bitcoin(TX, (7.5, "D…"))
    raw["vout"][0]["scriptPubKey"] = {"addresses": ["D…"], "type": "pubkeyhash"}
    node.mined[TX] = raw, 870_000
    tx = await found(reads(node))
    assert [each.to for each in tx.transfers] == ["D…"]


async def test_by_the_cookie_that_the_node_writes(tmp_path: Path) -> None:
    node, cookie = FakeBitcoin(), tmp_path / ".cookie"
    node.user, node.password = "__cookie__", "first"
    chain = reads(node, user="", password="", cookie_file=str(cookie))
    with pytest.raises(ExchangeDown):
        await chain.head()
    cookie.write_text("__cookie__:first")
    assert (await chain.head()).value == node.height
    node.password = "after a restart"
    cookie.write_text("__cookie__:after a restart\n")
    assert (await chain.head()).value == node.height


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(401),
        httpx2.Response(503, content=b"Work queue depth exceeded"),
        httpx2.Response(500, json={"error": {"code": -28, "message": "Loading block index"}}),
        httpx2.Response(200, content=b"[" * 5_000),
        httpx2.Response(200, json={"result": {"vout": "none"}}),
        httpx2.Response(200, json={"result": {"vout": [{"value": "x", "scriptPubKey": {}}]}}),
    ],
)
async def test_a_node_in_trouble_is_no_answer(answer: httpx2.Response) -> None:
    node = FakeBitcoin()
    node.said = lambda _: httpx2.Response(answer.status_code, content=answer.content)
    for asked in (reads(node).transaction(TX), reads(node).head()):
        with pytest.raises(ExchangeDown):
            await asked


async def test_a_block_that_was_left_for_another_is_no_answer() -> None:
    node = FakeBitcoin()
    node.mined[TX] = raw_bitcoin(TX, (0.25, TO)), 869_998
    gone = httpx2.Response(500, json={"error": {"code": -5, "message": "Block not found"}})
    node.said = lambda method: gone if method == "getblockheader" else None
    with pytest.raises(ExchangeDown):
        await reads(node).transaction(TX)


async def test_a_wrong_password_is_said_as_one() -> None:
    with pytest.raises(ExchangeDown) as down:
        await reads(FakeBitcoin(), password="wrong").head()
    assert "does not let us in" in down.value.params["reason"]


async def test_nothing_of_an_address_or_a_password_is_logged(
    logged: Logged,
) -> None:
    node = FakeBitcoin()
    with pytest.raises(ExchangeDown):
        await reads(node, url="http://user:secret@node.example:8332", password="wrong").head()
    said = logged()
    assert "chain.no_answer" in said
    assert "secret" not in said
    assert "node.example" not in said


@pytest.mark.parametrize(
    "given", [{"url": "node.example"}, {"url": "file:///x"}, {"url": "http://n", "asset": ""}]
)
def test_a_node_that_cannot_be_asked_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="Bitcoin"):
        Node(**{"network": "Bitcoin", "kind": "bitcoin", "asset": "BTC"} | given)  # type: ignore[arg-type]
