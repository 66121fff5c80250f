"""The conformance suite is worth something only if an adapter that breaks a rule is caught."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from fanlight.channels.conformance import PURE, WIRED, Nonconforming, Peer
from fanlight.channels.contract import (
    Accepted,
    Failed,
    Failure,
    PlannedPart,
    RawEnvelope,
    Receive,
    Unknown,
    Verified,
)
from tests.channels.telegram.peer import peer as telegram_peer

pytestmark = pytest.mark.slow  # waits for what never comes
CHECKS = {check.__name__: check for check in (*PURE, *WIRED)}


async def run(name: str, peer: Peer) -> None:
    check: Any = CHECKS[name]
    if check in PURE:
        await check(peer.adapter, peer.account_id)
    else:
        await check(peer)


@asynccontextmanager
async def broken(change: Callable[[Any, Any], None]) -> AsyncIterator[Peer]:
    """A telegram adapter with something broken in it; ``change`` gets it and the sound one."""
    async with telegram_peer() as peer, telegram_peer() as sound:
        change(peer.adapter, sound.adapter)
        yield peer


def raising(*_: Any) -> Any:
    raise KeyError("message")


def plan_all(adapter: Any, sound: Any) -> None:
    """Says anything to anybody."""
    adapter.plan = lambda said, thread, now: [PlannedPart(message=said, number=1, text=said.text)]


def tear(adapter: Any, sound: Any) -> None:
    def plan(said: Any, thread: Any, now: Any) -> Any:
        halves = [said.text[:2001], said.text[2001:4002], said.text[4002:]]
        return [
            PlannedPart(message=said, number=n, text=text)
            for n, text in enumerate(filter(None, halves), 1)
        ]

    adapter.plan = plan


def tear_elsewhere(adapter: Any, sound: Any) -> None:
    """Never where a text of one sign repeated would show it: each sign's length divides 2560."""

    def plan(said: Any, thread: Any, now: Any) -> Any:
        parts = [said.text[at : at + 2560] for at in range(0, len(said.text), 2560)]
        return [PlannedPart(message=said, number=n, text=text) for n, text in enumerate(parts, 1)]

    adapter.plan = plan


def lose_the_end(adapter: Any, sound: Any) -> None:
    def plan(said: Any, thread: Any, now: Any) -> Any:
        return sound.plan(replace(said, text=said.text[:4096]), thread, now)

    adapter.plan = plan


def let_all_in(adapter: Any, sound: Any) -> None:
    async def verify(request: Any) -> Any:
        return Verified()

    adapter.verify = verify


def forget_the_former_secret(adapter: Any, sound: Any) -> None:
    bot = adapter._bots["main"]
    adapter._bots["main"] = replace(bot, webhook_secrets=bot.webhook_secrets[:1])


def new_key_each_time(adapter: Any, sound: Any) -> None:
    count = iter(range(1000))
    read = adapter.parse
    adapter.parse = lambda raw: [replace(each, dedupe_key=str(next(count))) for each in read(raw)]


def one_key_for_all(adapter: Any, sound: Any) -> None:
    read = adapter.parse
    adapter.parse = lambda raw: [replace(each, dedupe_key="same") for each in read(raw)]


def cut_what_was_said(adapter: Any, sound: Any) -> None:
    read = adapter.parse
    adapter.parse = lambda raw: [replace(each, text=each.text[:1]) for each in read(raw)]


def send_again(adapter: Any, sound: Any) -> None:
    """The classic: not sure, so once more."""
    first = adapter.send

    async def send(part: Any, http: Any) -> Any:
        outcome = await first(part, http)
        return await first(part, http) if isinstance(outcome, Unknown) else outcome

    adapter.send = send


def reconcile_by_sending(adapter: Any, sound: Any) -> None:
    adapter.reconcile = adapter.send


def call_everything(outcome: Any) -> Callable[[Any, Any], None]:
    """Whatever was refused, it is this."""

    def change(adapter: Any, sound: Any) -> None:
        first = adapter.send

        async def send(part: Any, http: Any) -> Any:
            found = await first(part, http)
            return outcome if isinstance(found, Failed) else found

        adapter.send = send

    return change


def same_id_for_all(adapter: Any, sound: Any) -> None:
    first = adapter.send

    async def send(part: Any, http: Any) -> Any:
        await first(part, http)
        return Accepted("1")

    adapter.send = send


def fetch_anything(adapter: Any, sound: Any) -> None:
    adapter._settings = replace(adapter._settings, download_mib=100)

    async def fetch(account_id: str, ref: Any, http: Any) -> bytes:
        return b"whatever"

    adapter.fetch = fetch


class Careless:
    """Takes everything as stored, whether it was or not."""

    name = "careless"

    def __init__(self, sound: Any) -> None:
        self._sound = sound

    async def run(self, receive: Receive) -> None:
        async def swallow(raw: RawEnvelope) -> None:
            try:
                await receive(raw)
            except ConnectionError:
                await asyncio.sleep(0)

        await self._sound.run(swallow)


def listen_carelessly(adapter: Any, sound: Any) -> None:
    listeners = adapter.listeners
    adapter.listeners = lambda http: [Careless(each) for each in listeners(http)]


def tell_the_token(adapter: Any, sound: Any) -> None:
    first = adapter.send

    async def send(part: Any, http: Any) -> Any:
        logging.getLogger("careless").debug("sending with %s", adapter._bots["main"].token)
        return await first(part, http)

    adapter.send = send


def raise_on_reading(adapter: Any, sound: Any) -> None:
    adapter.parse = raising


def raise_on_planning(adapter: Any, sound: Any) -> None:
    adapter.plan = raising


BROKEN: list[tuple[str, Callable[[Any, Any], None]]] = [
    ("parses_anything", raise_on_reading),
    ("parses_anything", new_key_each_time),
    ("plans_anything", raise_on_planning),
    ("splits_without_tearing", tear),
    ("splits_without_tearing", tear_elsewhere),
    ("splits_without_tearing", lose_the_end),
    ("splits_without_tearing", plan_all),
    ("says_no_more_than_it_may", plan_all),
    ("leaves_alone_who_blocked_us", plan_all),
    ("lets_no_stranger_in", let_all_in),
    ("believes_the_right_calls", let_all_in),
    ("believes_the_right_calls", forget_the_former_secret),
    ("knows_a_repeat", new_key_each_time),
    ("knows_a_repeat", one_key_for_all),
    ("hears_what_was_said", cut_what_was_said),
    ("shows_each_message_once", same_id_for_all),
    ("understands_throttled", call_everything(Unknown())),
    ("understands_throttled", call_everything(Failed(Failure.THROTTLED))),  # for how long?
    ("understands_token", call_everything(Failed(Failure.TRANSIENT))),
    ("understands_blocked", call_everything(Failed(Failure.CONTENT))),
    ("never_sends_twice_to_find_out", send_again),
    ("never_sends_twice_to_find_out", reconcile_by_sending),
    ("survives_a_death_while_sending", reconcile_by_sending),
    ("fetches_files_within_limits", fetch_anything),
    ("loses_nothing_while_we_were_away", listen_carelessly),
    ("writes_no_secret", tell_the_token),
]


@pytest.mark.parametrize(("check", "change"), BROKEN)
async def test_a_broken_adapter_is_caught(
    check: str, change: Callable[[Any, Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanlight.channels.conformance.wired.WAIT_S", 1.5)
    async with broken(lambda adapter, sound: None) as peer:
        if check != "loses_nothing_while_we_were_away":  # which needs its full time to succeed
            await run(check, peer)

    async with broken(change) as peer:
        with pytest.raises(Nonconforming):
            await run(check, peer)


def test_every_check_has_caught_something() -> None:
    caught = {check for check, _ in BROKEN}

    assert CHECKS.keys() - caught == {
        "describes_itself",  # about data, not deeds
        "keeps_the_reply_window",  # telegram has none
        "understands_unreachable",  # the fake is always there; see test_sending.py
    }
