"""Checks of an adapter and its far side together: each thing once, nothing lost, nobody misled."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from fanlight.channels.conformance.peer import (
    NOON,
    SIGNS,
    WAIT_S,
    Nonconforming,
    Peer,
    SecretKind,
    Trouble,
    check_event,
    need,
)
from fanlight.channels.contract import (
    Accepted,
    Failed,
    Failure,
    FetchRefused,
    Outcome,
    PlannedPart,
    RawEnvelope,
    Refusal,
    Reject,
    ThreadState,
    Unknown,
    Verified,
)
from fanlight.kernel.http import HttpTrouble


async def knows_a_repeat(peer: Peer) -> None:
    """The same thing three times has one key; two things have two."""
    first, second = peer.inbound("the first"), peer.inbound("the second")
    keys = [[event.dedupe_key for event in peer.adapter.parse(raw)] for raw in (first,) * 3]
    other = [event.dedupe_key for event in peer.adapter.parse(second)]
    need(keys[0] == keys[1] == keys[2], "a repeat has another key")
    need(keys[0] and not set(keys[0]) & set(other), "two messages share a key")


async def hears_what_was_said(peer: Peer) -> None:
    """Every sign arrives, and a message says who speaks where, and proves no more than it may."""
    able = peer.adapter.capabilities(peer.account_id)
    for text in (*SIGNS, "a\nb", "<b>&amp;</b>"):
        raw = peer.inbound(text)
        (event,) = peer.adapter.parse(raw)
        check_event(event, raw)
        need(event.kind == "message.created", f"{text!r} became {event.kind}")
        need(event.text.strip() == text, f"{text!r} became {event.text!r}")
        need(event.author.native_id and not event.author.is_us, "nobody speaks")
        need(event.evidence.level <= able.max_identity, "proves more than this channel can")


async def believes_the_right_calls(peer: Peer) -> None:
    """The present secret and the former one open the door; a forged one or none does not."""
    raw = peer.inbound("let me in")
    expected: dict[SecretKind, type] = {
        "present": Verified, "former": Verified, "forged": Reject, "none": Reject,
    }  # fmt: skip
    for secret, kind in expected.items():
        request = peer.call(raw, secret)
        if request is not None:
            verdict = await peer.adapter.verify(request)
            need(isinstance(verdict, kind), f"{secret} secret: {verdict}")


async def shows_each_message_once(peer: Peer) -> None:
    """What is sent is seen, once, in order, under an id of its own."""
    texts, ids = [f"message {n}" for n in range(3)], set()
    for text in texts:
        outcome = await _send(peer, text)
        need(isinstance(outcome, Accepted), f"not accepted: {outcome}")
        ids.add(outcome.native_id if isinstance(outcome, Accepted) else "")
    need(list(peer.seen()) == texts, f"seen: {list(peer.seen())}")
    need(len(ids) == len(texts), "two messages share an id")


def refused(trouble: Trouble, failure: Failure) -> Callable[[Peer], Awaitable[None]]:
    """A definite no: understood as what it is, nothing seen, and afterwards all is as before."""

    async def check(peer: Peer) -> None:
        if not peer.meet(trouble):
            return
        outcome = await _send(peer, "hello")
        is_right = isinstance(outcome, Failed) and outcome.failure is failure
        need(is_right, f"{trouble}: {outcome}")
        if isinstance(outcome, Failed) and failure is Failure.THROTTLED:
            need(outcome.retry_after, "throttled without a time to wait")
        need(not peer.seen(), f"seen after {trouble}")
        need(isinstance(await _send(peer, "hello"), Accepted), f"stuck after {trouble}")
        need(list(peer.seen()) == ["hello"], f"seen: {list(peer.seen())}")

    check.__name__ = f"understands_{trouble}"
    return check


async def never_sends_twice_to_find_out(peer: Peer) -> None:
    """An answer that is lost is ``Unknown``; asking about it shows nothing again."""
    if not peer.meet("lost"):
        return
    part = _part(peer, "hello")
    outcome = await peer.adapter.send(part, peer.http)
    need(isinstance(outcome, Unknown | Accepted), f"a lost answer is {outcome}")
    found = await peer.adapter.reconcile(part, peer.http)
    need(isinstance(found, Unknown | Accepted), f"asked, it says {found}")
    need(list(peer.seen()) == ["hello"], f"seen: {list(peer.seen())}")


async def survives_a_death_while_sending(peer: Peer) -> None:
    """Cut off between the far side's yes and our knowing: it is seen once, whatever follows."""
    if not peer.meet("slow"):
        return
    part = _part(peer, "hello")
    task = asyncio.create_task(peer.adapter.send(part, peer.http))
    async with asyncio.timeout(WAIT_S):
        while not peer.seen():  # noqa: ASYNC110 - the far side is somebody else's
            await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await peer.adapter.reconcile(part, peer.http)
    need(list(peer.seen()) == ["hello"], f"seen: {list(peer.seen())}")


async def fetches_files_within_limits(peer: Peer) -> None:
    """A good file arrives whole; one that is gone or too large is refused; nobody leads us away."""
    for kind in ("good", "gone", "too_large", "elsewhere"):
        wanted = peer.file(kind)
        if wanted is None:
            continue
        ref, content = wanted
        try:
            got = await peer.adapter.fetch(peer.account_id, ref, peer.http)
        except FetchRefused:
            need(kind != "good", "a good file was refused")
        except HttpTrouble:
            need(kind == "elsewhere", f"{kind}: asked for again though it never comes")
        else:
            need(kind == "good" and got == content, f"{kind}: {len(got)} bytes were taken")


async def loses_nothing_while_we_were_away(peer: Peer) -> None:
    """What waited at the far side is taken in order, and again until it is stored."""
    texts = [f"waited {n}" for n in range(30)]
    if not peer.waiting(texts):
        return
    stored: list[str] = []
    tries = 0

    async def receive(raw: RawEnvelope) -> None:
        nonlocal tries
        tries += 1
        if tries <= len(texts):
            raise ConnectionError("the database is away")
        stored.append(peer.text_of(raw))

    async def enough() -> None:
        while len(set(stored)) < len(texts):  # noqa: ASYNC110 - the listener is somebody else's
            await asyncio.sleep(0.02)

    logging.disable(logging.ERROR)  # a listener that reports each of them is right to
    tasks = [
        asyncio.create_task(listener.run(receive)) for listener in peer.adapter.listeners(peer.http)
    ]
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(enough(), WAIT_S)
    finally:
        logging.disable(logging.NOTSET)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    need(
        list(dict.fromkeys(stored)) == texts, f"{len(set(stored))} of {len(texts)}, or not in order"
    )


async def writes_no_secret(peer: Peer) -> None:
    """Neither log lines nor outcomes nor anything's repr hold a token."""
    with _written() as lines:
        outcomes: list[object] = [await _send(peer, "hello")]
        for trouble in ("lost", "token", "unreachable"):
            if peer.meet(trouble):
                outcomes.append(await _send(peer, "hello"))
        outcomes.append(await peer.adapter.health(peer.account_id, peer.http))
    written = "\n".join([*lines, repr(outcomes), repr(peer.adapter), repr(peer.adapter.accounts)])
    need(not any(secret in written for secret in peer.secrets), "a secret was written")


@contextmanager
def _written() -> Iterator[list[str]]:
    """Every log line of any level while this is open."""
    lines: list[str] = []

    class Catch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    root, catch = logging.getLogger(), Catch()
    before = root.level
    root.addHandler(catch)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(before)
        root.removeHandler(catch)


def _part(peer: Peer, text: str) -> PlannedPart:
    plan = peer.adapter.plan(peer.outbound(text), ThreadState(last_inbound_at=NOON), NOON)
    if isinstance(plan, Refusal):
        raise Nonconforming(f"an ordinary answer was refused: {plan.code}")
    return plan[0]


async def _send(peer: Peer, text: str) -> Outcome:
    return await peer.adapter.send(_part(peer, text), peer.http)


WIRED: Sequence[Callable[[Peer], Awaitable[None]]] = (
    knows_a_repeat,
    hears_what_was_said,
    believes_the_right_calls,
    shows_each_message_once,
    refused("throttled", Failure.THROTTLED),
    refused("token", Failure.AUTH),
    refused("blocked", Failure.RECIPIENT),
    refused("unreachable", Failure.TRANSIENT),
    never_sends_twice_to_find_out,
    survives_a_death_while_sending,
    fetches_files_within_limits,
    loses_nothing_while_we_were_away,
    writes_no_secret,
)
