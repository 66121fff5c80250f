"""Asks the exchange and the networks what a check wants to know, all at once, with deadlines.

Nothing of the database is held meanwhile. What is not answered is written down as missing with
its reason, so that a check never takes silence for an answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from fanlight.exchange.contract import (
    Chain,
    Chains,
    Exchange,
    ExchangeDown,
    NoSuchAccount,
    NotConnected,
    NotOffered,
)
from fanlight.exchange.facts import AddressUse, Known, Network, Transaction
from fanlight.features.diagnostics.models import OPEN_FACTS, Check, Fact, Facts, Named
from fanlight.features.diagnostics.words import NETWORKS
from fanlight.kernel.clock import Now

_WHY = {
    NotConnected: "not_connected",
    NotOffered: "not_offered",
    NoSuchAccount: "no_account",
    ExchangeDown: "down",
}
_MOST_ADDRESSES = 4
Answer = Known[Any] | str


class World(msgspec.Struct, frozen=True):
    """Who can be asked, and for how long one waits."""

    exchange: Exchange
    chains: Chains
    now: Now
    patience_s: float


async def gather(world: World, check: Check, uid: str | None, named: Named) -> Facts:
    """The facts this check names, and no others; of no account without a ``uid``."""
    wanted = check.facts if uid is not None else check.facts & OPEN_FACTS
    found = await _at_once({fact: _question(world, fact, uid, named) for fact in wanted})
    facts = _put(Facts(now=world.now(), named=named), found)
    # What the first answers name is asked for next: the chain of a record, and whose address it is.
    if Fact.TRANSACTION in wanted and facts.transaction is None:
        facts = _put(facts, await _at_once({Fact.TRANSACTION: _of_record(world, check, facts)}))
    if Fact.ADDRESSES in wanted and uid is not None:
        facts = _put(facts, await _at_once({Fact.ADDRESSES: _addresses(world, facts, uid)}))
    return facts


def _put(facts: Facts, found: Mapping[Fact, Answer]) -> Facts:
    known = {fact: answer for fact, answer in found.items() if isinstance(answer, Known)}
    missing = {fact: answer for fact, answer in found.items() if isinstance(answer, str)}
    return facts.with_known(known, missing)


async def _at_once(questions: Mapping[Fact, Awaitable[Answer]]) -> dict[Fact, Answer]:
    async with asyncio.TaskGroup() as group:
        tasks = {fact: group.create_task(_ask(each)) for fact, each in questions.items()}
    return {fact: task.result() for fact, task in tasks.items()}


async def _ask(question: Awaitable[Answer]) -> Answer:
    return await question


async def _within(world: World, question: Awaitable[Known[Any]]) -> Answer:
    """The answer, or why there is none: a refusal tells us something too."""
    try:
        async with asyncio.timeout(world.patience_s):
            return await question
    except TimeoutError:
        return "down"
    except tuple(_WHY) as refusal:
        return next(why for kind, why in _WHY.items() if isinstance(refusal, kind))


async def _question(world: World, fact: Fact, uid: str | None, named: Named) -> Answer:
    exchange = world.exchange
    if fact is Fact.NETWORKS:
        return await _within(world, exchange.networks())
    if fact is Fact.TRANSACTION:
        return await _transaction(world, named.network, named.tx_hash)
    if fact is Fact.ADDRESSES:
        return "not_named"
    if uid is None:
        return "not_allowed"
    tx_hash = named.tx_hash or None
    ask: Mapping[Fact, Callable[[], Awaitable[Known[Any]]]] = {
        Fact.ACCOUNT: lambda: exchange.account(uid),
        Fact.IDENTITY: lambda: exchange.identity(uid),
        Fact.DEPOSITS: lambda: exchange.deposits(uid, tx_hash=tx_hash),
        Fact.WITHDRAWALS: lambda: exchange.withdrawals(uid, withdrawal_id=named.item or None),
        Fact.ORDERS: lambda: exchange.orders(uid, order_id=named.item or None),
        Fact.SIGN_INS: lambda: exchange.sign_ins(uid),
        Fact.DEVICES: lambda: exchange.devices(uid),
        Fact.SECURITY_CHANGES: lambda: exchange.security_changes(uid),
        Fact.API_KEYS: lambda: exchange.api_keys(uid),
        Fact.API_FAILURES: lambda: exchange.api_failures(uid),
        Fact.FIAT: lambda: exchange.fiat(uid),
        Fact.FROZEN: lambda: exchange.frozen(uid),
    }
    return await _within(world, ask[fact]())


async def _of_record(world: World, check: Check, facts: Facts) -> Answer:
    """The chain's side of a record whose hash the customer did not have to give."""
    if facts.named.tx_hash:
        return facts.missing.get(Fact.TRANSACTION, "not_named")
    network, tx_hash = check.trace(facts) if check.trace else ("", "")
    return await _transaction(world, network, tx_hash)


async def _transaction(world: World, network: str, tx_hash: str) -> Answer:
    """By the named network; where that one does not know it, by whichever does.

    People copy a hash and choose the wrong network more often than they copy a wrong hash.
    """
    if not tx_hash:
        return "not_named"
    named = world.chains.of(network) if network else None
    first: Answer = "not_readable"
    if named is not None:
        first = await _within(world, named.transaction(tx_hash))
        if isinstance(first, str) or first.value is not None:
            return first
    others = [chain for chain in world.chains if chain is not named]
    for answer in await asyncio.gather(*(_known_by(world, chain, tx_hash) for chain in others)):
        if isinstance(answer, Known) and answer.value is not None:
            return answer
        if isinstance(answer, Known) and not network:
            first = replace(answer, source=NETWORKS)  # no network is to blame by its name
    return first


async def _known_by(world: World, chain: Chain, tx_hash: str) -> Answer:
    return await _within(world, chain.transaction(tx_hash))


async def _addresses(world: World, facts: Facts, uid: str) -> Answer:
    """For where the coins went: whether it is theirs, there or on a sister network."""
    known = facts.transaction
    transaction: Transaction | None = known.value if known else None
    if transaction is None or not transaction.transfers:
        return facts.missing.get(Fact.TRANSACTION, "not_named")
    networks = _sisters(facts.networks.value if facts.networks else (), transaction.network)
    wanted = list(dict.fromkeys(transfer.to for transfer in transaction.transfers))
    answers = await asyncio.gather(
        *(
            _within(world, world.exchange.address(uid, address, network))
            for address in wanted[:_MOST_ADDRESSES]
            for network in networks
        )
    )
    uses: list[AddressUse] = []
    source, as_of = "exchange", facts.now
    for answer in answers:
        if isinstance(answer, str):
            return answer
        uses.append(answer.value)
        source, as_of = answer.source, min(as_of, answer.as_of)
    return Known(value=tuple(uses), source=source, as_of=as_of)


def _sisters(rules: Sequence[Network], network: str) -> list[str]:
    """A network and those on which the same address can exist, by the kind of their addresses."""
    chains = {rule.chain for rule in rules if rule.network == network}
    sisters = [rule.network for rule in rules if rule.chain in chains]
    return list(dict.fromkeys([network, *sisters]))
