"""What tickets name: recognised at the door, kept once, searched by, and asked about with care."""

from uuid import UUID

import pytest

from fanlight.channels.contract import Author
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.exchange.contract import Chains, Exchange, NoExchange
from fanlight.exchange.facts import Deposit, Known
from fanlight.features.people.service.customers import find_or_make_customer
from fanlight.features.tickets import objects, views
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.features.tickets.object_states import Asked, State, account_of
from fanlight.features.tickets.objects import Named
from fanlight.kernel.work import Work
from tests.builders.tickets import agent, hears
from tests.conftest import NOON

HASH = "0x8f2f5f3c1f1d4e6a9b0c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9f001122"
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"


async def named(work: Work, text: str, **wanted: object) -> list[Named]:
    taken = await hears(work, text, **wanted)
    _, named = await objects.of_ticket(work, taken.ticket_id or UUID(int=0))
    return named


async def test_what_a_message_names_is_kept_with_what_can_be_said_of_it(work: Work) -> None:
    found = await named(
        work, f"UID 48812217, txid {HASH} to {TRON}, order number 2024050112345, please"
    )

    said = {each.kind: each for each in found}
    assert {kind: each.value for kind, each in said.items()} == {
        "account": "48812217", "transaction": HASH, "address": TRON, "order": "2024050112345",
    }  # fmt: skip
    assert (said["transaction"].chain, said["transaction"].is_certain) == ("evm", True)
    assert (said["address"].chain, said["address"].checksum) == ("tron", "right")


async def test_the_same_thing_again_stays_where_it_was_first_named(work: Work) -> None:
    (first,) = await named(work, f"I sent {HASH[2:].upper()} yesterday")
    again = await named(work, f"the hash is {HASH}")

    assert [each.message_id for each in again] == [first.message_id]
    assert (first.is_certain, first.chain) == (False, None)
    assert "btc" in first.chains
    assert (again[0].is_certain, again[0].chain, again[0].chains) == (True, "evm", ())


async def test_a_hash_finds_every_ticket_that_names_it_and_the_actor_may_see(work: Work) -> None:
    one = await hears(work, f"txid: {HASH}")
    two = await hears(
        work, f"see https://etherscan.io/tx/{HASH}", thread_key="wei",
        author=Author(native_id="wei"),
    )  # fmt: skip

    for way in (
        HASH,
        HASH[2:],
        HASH.upper().replace("0X", "0x"),
        f"https://etherscan.io/tx/{HASH}",
    ):
        rows = await views.search(work, f" {way} ")
        assert {row.id for row in rows} == {one.ticket_id, two.ticket_id}, way
    assert await views.search(work, HASH[:-1] + "3") == []
    stranger = work.acting_as(agent("fraud"))
    assert await views.search(stranger, HASH) == []
    with pytest.raises(TicketNotFound):
        await objects.of_ticket(stranger, one.ticket_id or UUID(int=0))


async def test_what_only_an_edited_message_named_is_forgotten(work: Work) -> None:
    await named(work, f"txid {HASH}", native_message_id="1")

    left = await named(
        work, "order number 2024050112345", kind="message.edited", edits_native_id="1",
        native_message_id="1",
    )  # fmt: skip

    assert [each.kind for each in left] == ["order"]


async def test_a_secret_is_no_object(work: Work) -> None:
    assert await named(work, f"my private key is {HASH}") == []


class Told(Sandbox):
    """A sandbox that remembers the words it was asked with."""

    def __init__(self) -> None:
        super().__init__(now=lambda: NOON)
        self.heard: list[object] = []

    async def deposits(
        self, uid: str, *, tx_hash: str | None = None, limit: int = 50
    ) -> "Known[list[Deposit]]":
        self.heard.append(tx_hash)
        found = await super().deposits(uid, tx_hash=tx_hash, limit=limit)
        return Known(value=list(found.value), source=found.source, as_of=found.as_of)


async def state(
    work: Work, exchange: Exchange, chains: Chains, uid: str | None, text: str
) -> State:
    (found,) = await named(work, text, thread_key=text, author=Author(native_id=text[:40]))
    return await Asked(exchange, chains, uid).about(found)


async def test_the_customers_own_deposit_is_told_with_its_age(work: Work) -> None:
    sandbox = Told()
    uid = sandbox.uids[7]
    sandbox.plant(uid, "deposit.unconfirmed")
    deposit = next(d for d in (await sandbox.deposits(uid)).value if d.state == "seen")

    told = await state(work, sandbox, sandbox.chains, uid, f"{deposit.tx_hash} has not arrived")

    assert (told.about, told.state, told.asset) == ("deposit", "seen", deposit.asset)
    assert told.confirmations == deposit.confirmations
    assert (told.needed or 0) > deposit.confirmations
    assert told.source
    assert told.as_of
    assert told.again_s == 15
    # It was found in the customer's own list: nobody was told the hash.
    assert set(sandbox.heard) == {None}


async def test_a_doubtful_hash_is_told_to_nobody(work: Work) -> None:
    sandbox = Told()
    reader = next(iter(sandbox.chains))

    class Nosy:
        network = reader.network

        async def transaction(self, tx_hash: str) -> object:
            raise AssertionError(tx_hash)

        async def head(self) -> Known[int]:
            return await reader.head()

    nosy = Chains([Nosy()])  # type: ignore[list-item]
    told = await state(work, sandbox, nosy, sandbox.uids[7], f"what about {HASH}")

    assert (told.about, told.state, told.again_s) == ("nothing", "doubtful", None)


async def test_a_typed_account_opens_nothing(work: Work) -> None:
    sandbox = Told()
    own, other = sandbox.uids[7], sandbox.uids[8]

    typed = await state(work, sandbox, sandbox.chains, own, f"my UID is {other}")
    theirs = await state(work, sandbox, sandbox.chains, own, f"my UID is {own}")
    nobody = await state(work, sandbox, sandbox.chains, None, f"the UID is {own}")

    assert [each.state for each in (typed, theirs, nobody)] == ["not_theirs", "open", "not_theirs"]


async def test_without_an_exchange_the_reason_is_said(work: Work) -> None:
    with pytest.raises(Exception, match="exchange_not_connected"):
        await state(work, NoExchange(), Chains(), "1", f"tx {HASH}")


async def test_only_a_signed_account_is_the_customers(work: Work) -> None:
    guest = await find_or_make_customer(work, "visitor", "v1")
    signed = await find_or_make_customer(work, "exchange", "48812217")

    assert await account_of(work, guest.id) is None
    assert await account_of(work, signed.id) == "48812217"
