"""The readers of TRON and the XRP Ledger, at nodes that answer as java-tron and rippled do."""

import json
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from fanlight.exchange.chains.nodes import reader
from fanlight.exchange.chains.settings import Node
from fanlight.exchange.contract import Chain, ExchangeDown
from fanlight.exchange.facts import Transaction
from fanlight.kernel.http import OutboundHttp

TX = "a1" * 32
USDT_HEX = "a614f803b6fd780986a42c78ec9c7f77e6ded13c"
USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
ANN_HEX, BEN_HEX = (
    "d8da6bf26964af9d7eed9e03e53415d37aa96045",
    "71c7656ec7ab88b098defb751b7401b5f6d8976f",
)
ANN, BEN = "TVjpchRyV9wdpj6kmwqVsBDWY1J8PaFtnb", "TLLpE2b7DP6JKAdwi6UsgQv4JLP2MohtiD"
HEAD = 66_000_019


class Answers(httpx2.AsyncBaseTransport):
    """Hands out what was put under a path or a method."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[Any] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(await request.aread())
        name = body.get("method") or request.url.path.rpartition("/")[2]
        self.asked.append((name, body))
        answer = self.answers.get(name)
        return httpx2.Response(200, json=answer) if answer is not None else httpx2.Response(404)

    def connected(self, kind: Any, network: str, asset: str) -> Chain:
        node = Node(network=network, kind=kind, asset=asset, url="http://node.example:8090")
        return reader(node, OutboundHttp(allowed=(), transport=self), self.tickers)

    async def tickers(self) -> dict[str, str]:
        return {USDT.lower(): "USDT"}


async def found(chain: Chain, tx_hash: str = TX) -> Transaction:
    known = await chain.transaction(tx_hash)
    assert known.value is not None
    return known.value


def tron(kind: str, value: dict[str, Any], *, ret: str = "SUCCESS", **info: Any) -> Answers:
    contract = {"type": kind, "parameter": {"value": value, "type_url": f"…/protocol.{kind}"}}
    block = {"id": TX, "blockNumber": HEAD - 19, "blockTimeStamp": 1_795_000_000_000}
    return Answers(
        gettransactionbyid={
            "txID": TX,
            "ret": [{"contractRet": ret}],
            "raw_data": {"contract": [contract], "timestamp": 1},
        },
        gettransactioninfobyid=block | info,
        getnowblock={"blockID": "00", "block_header": {"raw_data": {"number": HEAD}}},
        triggerconstantcontract={"result": {"result": True}, "constant_result": [f"{6:064x}"]},
    )


def tron_log(topic: str, units: int, of: str = USDT_HEX) -> dict[str, Any]:
    topics = [topic, ANN_HEX.rjust(64, "0"), BEN_HEX.rjust(64, "0")]
    return {"address": of, "topics": topics, "data": f"{units:064x}"}


TRANSFER = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
APPROVAL = "8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925"
CALL = {"owner_address": f"41{ANN_HEX}", "contract_address": f"41{USDT_HEX}"}


async def test_tron_tokens() -> None:
    node = tron(
        "TriggerSmartContract",
        CALL | {"data": "a9059cbb" + "0" * 128},
        log=[tron_log(TRANSFER, 1_250_000), tron_log(TRANSFER, 9, "12" * 20)],
    )
    chain = node.connected("tron", "TRON", "TRX")
    tx = await found(chain, TX.upper())
    assert (tx.kind, tx.is_success, tx.confirmations, tx.block) == ("transfer", True, 20, HEAD - 19)
    usdt, other = tx.transfers
    assert (usdt.asset, usdt.amount, usdt.contract) == ("USDT", Decimal("1.25"), USDT)
    assert (usdt.sender, usdt.to) == (ANN, BEN)
    assert other.asset == other.contract != "USDT"
    await found(chain)
    asked = [body for name, body in node.asked if name == "triggerconstantcontract"]
    assert [each["contract_address"] for each in asked] == [f"41{USDT_HEX}", "41" + "12" * 20]


async def test_tron_coins_approvals_and_failures() -> None:
    sent = {"owner_address": f"41{ANN_HEX}", "to_address": f"41{BEN_HEX}", "amount": 7_000_001}
    (coins,) = (
        await found(tron("TransferContract", sent).connected("tron", "TRON", "TRX"))
    ).transfers
    assert (coins.asset, coins.amount, coins.to) == ("TRX", Decimal("7.000001"), BEN)

    approval = tron(
        "TriggerSmartContract", CALL | {"data": "095ea7b3"}, log=[tron_log(APPROVAL, 5)]
    )
    tx = await found(approval.connected("tron", "TRON", "TRX"))
    assert (tx.kind, tx.transfers[0].amount) == ("approval", 0)

    ran_out = tron("TriggerSmartContract", CALL, ret="OUT_OF_ENERGY", result="FAILED")
    assert not (await found(ran_out.connected("tron", "TRON", "TRX"))).is_success


async def test_tron_coins_that_a_contract_sent() -> None:
    inside = [
        {
            "caller_address": f"41{USDT_HEX}",
            "transferTo_address": f"41{BEN_HEX}",
            "callValueInfo": [{"callValue": 3_000_000}, {"callValue": 5, "tokenId": "1000226"}],
        },
        {
            "caller_address": f"41{USDT_HEX}",
            "transferTo_address": f"41{ANN_HEX}",
            "callValueInfo": [{"callValue": 1}],
            "rejected": True,
        },
    ]
    node = tron("TriggerSmartContract", CALL | {"data": "3ccfd60b"}, internal_transactions=inside)
    tx = await found(node.connected("tron", "TRON", "TRX"))
    (paid,) = tx.transfers
    assert (tx.kind, paid.amount, paid.to, paid.is_internal) == ("contract_call", 3, BEN, True)


async def test_tron_waiting_unknown_and_lying() -> None:
    node = tron("TransferContract", {"owner_address": f"41{ANN_HEX}", "to_address": f"41{BEN_HEX}"})
    node.answers["gettransactioninfobyid"] = {}
    tx = await found(node.connected("tron", "TRON", "TRX"))
    assert (tx.confirmations, tx.block, tx.at) == (0, None, None)
    node.answers["gettransactionbyid"] = {}
    chain = node.connected("tron", "TRON", "TRX")
    for unknown in (TX, "", "zz" * 32, "a1"):
        assert (await chain.transaction(unknown)).value is None
    node = tron("TransferContract", {"owner_address": "no hex", "to_address": "41"})
    with pytest.raises(ExchangeDown):
        await node.connected("tron", "TRON", "TRX").transaction(TX)
    with pytest.raises(ExchangeDown):
        await Answers().connected("tron", "TRON", "TRX").head()


def xrp(**given: Any) -> Answers:
    tx = {
        "Account": "rf1BiGeXwwQoi8Z2ueFYTEXSwuJYfV2Jpn",
        "Destination": "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe",
        "Amount": "1000000000",
        "TransactionType": "Payment",
        "hash": TX.upper(),
        "date": 800_000_000,
        "ledger_index": 90_000_000,
        "validated": True,
        "meta": {"TransactionResult": "tesSUCCESS", "delivered_amount": "1000000"},
        "status": "success",
    }
    return Answers(tx={"result": tx | given}, ledger={"result": {"ledger_index": 90_000_004}})


async def test_xrp_tells_what_was_delivered_not_what_was_promised() -> None:
    tx = await found(xrp(DestinationTag=0).connected("xrp", "XRP Ledger", "XRP"))
    assert (tx.confirmations, tx.block, tx.hash) == (5, 90_000_000, TX.upper())
    (coins,) = tx.transfers
    assert (coins.amount, coins.asset, coins.memo) == (1, "XRP", "0")  # 0 is a tag, too
    (coins,) = (await found(xrp().connected("xrp", "XRP Ledger", "XRP"))).transfers
    assert coins.memo is None


async def test_xrp_of_an_issuer_is_not_the_coin() -> None:
    issued = {"currency": "XRP", "issuer": "rIssuer", "value": "5.5"}
    node = xrp(meta={"TransactionResult": "tesSUCCESS", "delivered_amount": issued})
    (coins,) = (await found(node.connected("xrp", "XRP Ledger", "XRP"))).transfers
    assert (coins.asset, coins.amount) == ("XRP.rIssuer", Decimal("5.5"))
    old = xrp(meta={"TransactionResult": "tesSUCCESS", "delivered_amount": "unavailable"})
    assert (await found(old.connected("xrp", "XRP Ledger", "XRP"))).transfers == ()


async def test_xrp_failed_waiting_and_unknown() -> None:
    failed = xrp(meta={"TransactionResult": "tecDST_TAG_NEEDED"})
    assert not (await found(failed.connected("xrp", "XRP Ledger", "XRP"))).is_success
    waits = await found(xrp(validated=False).connected("xrp", "XRP Ledger", "XRP"))
    assert (waits.confirmations, waits.block, waits.at) == (0, None, None)
    missing = Answers(tx={"result": {"error": "txnNotFound", "status": "error"}})
    chain = missing.connected("xrp", "XRP Ledger", "XRP")
    assert (await chain.transaction(TX)).value is None
    assert (await chain.transaction("no hash")).value is None
    missing.answers["tx"] = {"result": {"error": "noNetwork", "status": "error"}}
    with pytest.raises(ExchangeDown):
        await chain.transaction(TX)
    with pytest.raises(ExchangeDown):
        await xrp(date=10**18).connected("xrp", "XRP Ledger", "XRP").transaction(TX)
