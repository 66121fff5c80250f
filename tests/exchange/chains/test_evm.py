"""The reader of Ethereum and its kin, at a node that answers as Geth does."""

from decimal import Decimal
from typing import Any

import httpx2
import pytest

from fanlight.exchange.contract import Chain, ExchangeDown
from fanlight.exchange.facts import Transaction
from tests.exchange.chains.nodes import FakeEthereum

TX = "0x" + "a1" * 32
ANN = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
BEN = "0x71C7656EC7ab88b098defB751B7401B5f6d8976F"
USDT = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
FAKE = "0x514910771AF9Ca656af840dff83E8264EcF986CA"
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
APPROVAL = "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925"


def reads(node: FakeEthereum, **given: Any) -> Chain:
    return node.connected(network="Ethereum", kind="evm", asset="ETH", **given)


def put(node: FakeEthereum, *logs: dict[str, Any], status: str = "0x1", **given: Any) -> None:
    """A mined transaction, small letters as nodes write them."""
    sent = {"from": ANN.lower(), "to": BEN.lower(), "value": "0x0", "input": "0x", "nonce": "0x7"}
    node.sent[TX] = sent | {"hash": TX, "blockNumber": hex(node.height - 11)} | given
    node.receipts[TX] = {"status": status, "logs": list(logs), "gasUsed": "0x5208"}


def log(
    topic: str, sender: str, to: str, amount: int, *more: str, of: str = USDT
) -> dict[str, Any]:
    padded = ["0x" + each[2:].lower().rjust(64, "0") for each in (sender, to)]
    return {"address": of.lower(), "topics": [topic, *padded, *more], "data": f"0x{amount:064x}"}


async def found(chain: Chain) -> Transaction:
    known = await chain.transaction(TX)
    assert known.value is not None
    assert known.source == "Ethereum"
    return known.value


async def test_coins_sent_from_one_to_another() -> None:
    node = FakeEthereum()
    put(node, value=hex(1_500_000_000_000_000_001))
    tx = await found(reads(node))
    assert (tx.kind, tx.is_success, tx.confirmations) == ("transfer", True, 12)
    assert (tx.block, tx.at is not None) == (node.height - 11, True)
    (coins,) = tx.transfers
    assert (coins.to, coins.sender, coins.asset) == (BEN, ANN, "ETH")
    assert coins.amount == Decimal("1.500000000000000001")
    assert (await reads(node).head()).value == node.height
    node.said = lambda _: httpx2.Response(200, json={"error": {"code": -32000, "message": "x"}})
    with pytest.raises(ExchangeDown):
        await reads(node).head()


async def test_a_token_has_the_ticker_the_exchange_gives_it_and_no_other() -> None:
    node = FakeEthereum()
    node.places = {USDT.lower(): 6, FAKE.lower(): 18}
    node.listed = {USDT.lower(): "USDT"}
    put(
        node,
        log(TRANSFER, ANN, BEN, 250_000_000),
        log(TRANSFER, ANN, BEN, 10**30, of=FAKE),
        to=USDT.lower(),
        input="0xa9059cbb" + "0" * 128,
    )
    tx = await found(reads(node))
    assert tx.kind == "transfer"
    real, fake = tx.transfers
    assert (real.asset, real.amount, real.contract, real.to) == ("USDT", 250, USDT, BEN)
    assert (fake.asset, fake.amount) == (FAKE.lower(), Decimal(10**12))
    await found(reads(node))
    assert node.calls.count("eth_call") == 4  # two readers; each asks once for each token


async def test_the_greatest_amount_keeps_every_figure() -> None:
    node = FakeEthereum()
    node.places = {USDT.lower(): 18}
    put(node, log(TRANSFER, ANN, BEN, 2**256 - 1), input="0xa9059cbb")
    (coins,) = (await found(reads(node))).transfers
    assert str(coins.amount).replace(".", "") == str(2**256 - 1)


async def test_a_token_that_says_no_places_and_a_collectible_are_left_out() -> None:
    node = FakeEthereum()
    node.places = {USDT.lower(): 6, FAKE.lower(): 255}
    put(
        node,
        log(TRANSFER, ANN, BEN, 1, of="0x" + "12" * 20),
        log(TRANSFER, ANN, BEN, 1, of=FAKE),
        log(TRANSFER, ANN, BEN, 0, "0x" + "0" * 64),
        {"address": USDT, "topics": [], "data": "0x"},
        input="0x12345678",
    )
    assert (await found(reads(node))).transfers == ()


async def test_an_approval_moves_nothing() -> None:
    node = FakeEthereum()
    node.places, node.listed = {USDT.lower(): 6}, {USDT.lower(): "USDT"}
    put(node, log(APPROVAL, ANN, BEN, 2**256 - 1), to=USDT.lower(), input="0x095ea7b3")
    tx = await found(reads(node))
    assert tx.kind == "approval"
    (allowed,) = tx.transfers
    assert (allowed.amount, allowed.asset, allowed.to) == (0, "USDT", BEN)


async def test_what_was_refused_while_running_is_no_success() -> None:
    node = FakeEthereum()
    put(node, status="0x0", to=USDT.lower(), input="0xa9059cbb")
    assert not (await found(reads(node))).is_success


def frame(sender: str, to: str, value: int, **more: Any) -> dict[str, Any]:
    made = {"type": "CALL", "from": sender.lower(), "to": to.lower(), "value": hex(value)}
    return made | {"gas": "0x0", "gasUsed": "0x0", "input": "0x"} | more


async def test_coins_that_a_contract_sent_while_it_ran() -> None:
    node = FakeEthereum()
    put(node, to=USDT.lower(), input="0x3ccfd60b")
    undone = frame(USDT, ANN, 5, error="execution reverted", calls=[frame(ANN, BEN, 5)])
    watched = frame(USDT, BEN, 7, type="DELEGATECALL")
    paid = frame(USDT, BEN, 2 * 10**18)
    deep = frame(USDT, FAKE, 0, calls=[undone, watched, paid])
    node.traces[TX] = frame(ANN, USDT, 0, calls=[deep])
    without = await found(reads(node))
    assert (without.kind, without.transfers) == ("contract_call", ())
    (inside,) = (await found(reads(node, traces=True))).transfers
    assert (inside.to, inside.amount, inside.is_internal) == (BEN, 2, True)
    node.traces.clear()  # a node that does not offer it after all
    assert (await found(reads(node, traces=True))).transfers == ()


async def test_frames_without_end_come_to_an_end() -> None:
    node = FakeEthereum()
    put(node, to=USDT.lower(), input="0x3ccfd60b")
    node.traces[TX] = frame(ANN, USDT, 0, calls=[frame(USDT, BEN, 1)] * 10_000)
    assert len((await found(reads(node, traces=True))).transfers) == 2_000


@pytest.mark.parametrize(
    ("pays", "is_low"),
    [
        ({"gasPrice": hex(9 * 10**9)}, True),
        ({"gasPrice": hex(11 * 10**9)}, False),
        ({"gasPrice": hex(1), "maxFeePerGas": hex(12 * 10**9)}, False),
    ],
)
async def test_what_waits_says_whether_it_pays_enough(pays: dict[str, str], is_low: bool) -> None:
    node = FakeEthereum()
    put(node, value=hex(10**18), blockNumber=None, **pays)
    node.receipts.clear()
    tx = await found(reads(node))
    assert (tx.confirmations, tx.block, tx.fee_is_low) == (0, None, is_low)
    assert tx.transfers[0].amount == 1


async def test_what_no_node_knows_and_what_is_no_hash() -> None:
    node = FakeEthereum()
    for unknown in (TX, "", "0x12", "a1" * 32, "0x" + "g" * 64, ANN):
        assert (await reads(node).transaction(unknown)).value is None
    assert node.calls == ["eth_getTransactionByHash"]


@pytest.mark.parametrize(
    ("method", "result"),
    [
        ("eth_getTransactionByHash", {"from": ANN, "value": "many", "input": "0x", "to": BEN}),
        ("eth_getTransactionByHash", {"from": ANN}),
        ("eth_blockNumber", "0x"),
        ("eth_getBlockByNumber", {"timestamp": "0x" + "f" * 60}),
        ("eth_getBlockByNumber", None),
    ],
)
async def test_a_node_that_lies_is_no_answer(method: str, result: Any) -> None:
    node = FakeEthereum()
    put(node, value=hex(10**18))
    answer = httpx2.Response(200, json={"jsonrpc": "2.0", "id": 1, "result": result})
    node.said = lambda asked: answer if asked == method else None
    with pytest.raises(ExchangeDown):
        await reads(node).transaction(TX)
