"""Somebody pastes a link, an address, a number, a handle: is it ours, and if not, what tells."""

import asyncio
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

import msgspec
from rapidfuzz.distance import Levenshtein

from fanlight.features.trust.likeness import Reason
from fanlight.features.trust.lookalikes import Judgement, Registry, Standing
from fanlight.features.trust.models import Agent, Official, State
from fanlight.features.trust.naming import LONGEST, Name, SourceKind, cleaned, read
from fanlight.features.trust.queries import official as queries
from fanlight.features.trust.service.agents import PREFIX, agent_called
from fanlight.features.trust.service.official import registry
from fanlight.kernel.ids import read_reference
from fanlight.kernel.work import Work

MESSAGES = "MS"  # how references of messages begin
_SHOWN = 120  # characters of a value that are shown and compared
_MOST_ODD = 6


class Asked(StrEnum):
    """What a pasted value turned out to be."""

    DOMAIN = "domain"
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    AGENT = "agent"
    MESSAGE = "message"
    NOTHING = "nothing"


class Piece(msgspec.Struct, frozen=True):
    """A stretch of a value; ``differs`` where the other value has something else."""

    text: str
    differs: bool = False


class Odd(msgspec.Struct, frozen=True):
    """A character that is not what it looks like, with its name in Unicode."""

    character: str
    name: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found. ``official`` is no promise: whoever sends can claim any address."""

    asked: Asked
    shown: str
    verdict: Standing
    reasons: tuple[Reason, ...] = ()
    of: Official | None = None
    agent: Agent | None = None
    reference: str = ""  # of a message, to be looked up by its receiver
    encoded: str = ""  # the host as browsers send it, where that differs
    odd: tuple[Odd, ...] = ()
    given: tuple[Piece, ...] = ()  # the value and what it apes, to be shown under each other
    ours: tuple[Piece, ...] = ()


async def check(work: Work, text: str, *, door: str) -> Answer:
    """Judge a pasted value against the desk's own registry, and count the question."""
    text = text[: LONGEST * 2]
    answer = await _agent(work, text) or _message(text) or await _source(work, text)
    await queries.count_lookup(work, kind=answer.asked, verdict=answer.verdict, door=door)
    return answer


async def _agent(work: Work, text: str) -> Answer | None:
    reference = read_reference(text[:40])
    if reference is None or not reference.startswith(f"{PREFIX}-"):
        return None
    found = await agent_called(work, reference)
    verdict = Standing.UNKNOWN
    if found is not None:
        verdict = Standing.OFFICIAL if found.is_active else Standing.RETIRED
    return Answer(asked=Asked.AGENT, shown=reference, verdict=verdict, agent=found)


def _message(text: str) -> Answer | None:
    reference = read_reference(text.strip().rpartition("/")[2][:40])
    if reference is None or not reference.startswith(f"{MESSAGES}-"):
        return None
    return Answer(
        asked=Asked.MESSAGE, shown=reference, verdict=Standing.UNKNOWN, reference=reference
    )


async def _source(work: Work, text: str) -> Answer:
    sources = await queries.sources(work)
    by_id = _by_native_id(sources, text)
    if by_id is not None:
        verdict = Standing.RETIRED if by_id.state is State.RETIRED else Standing.OFFICIAL
        return Answer(
            asked=Asked.HANDLE,
            shown=text.strip(),
            verdict=verdict,
            of=by_id,
            reasons=(Reason.LISTED,),
        )
    ours = await registry(work)
    # A hostile value takes tens of milliseconds, which nobody else's chat shall wait for.
    return await asyncio.to_thread(_judged, ours, sources, text)


def _by_native_id(sources: Sequence[Official], text: str) -> Official | None:
    wanted = text.strip()[:64]
    return next((each for each in sources if wanted and each.native_id == wanted), None)


def _judged(ours: Registry, sources: Sequence[Official], text: str) -> Answer:
    name = read(text)
    judged = ours.judge(text)
    of = source_of(sources, judged)
    given, same = _compared(name, judged.of) if judged.verdict is Standing.LOOK_ALIKE else ((), ())
    return Answer(
        asked=Asked(name.kind.value) if name else Asked.NOTHING,
        shown=_shown(name, text),
        verdict=judged.verdict,
        reasons=judged.reasons,
        of=of,
        encoded=_encoded(name),
        odd=_odd(name),
        given=given,
        ours=same,
    )


def source_of(sources: Sequence[Official], judged: Judgement) -> Official | None:
    """The entry that a judgement speaks of."""
    return next((each for each in sources if each.as_source().value == judged.of), None)


def _shown(name: Name | None, text: str) -> str:
    """The value as it is read, cut to what a line holds."""
    whole = cleaned(text) if name is None else name.whole + name.path
    printable = "".join(c for c in whole if c.isprintable())
    return printable if len(printable) <= _SHOWN else f"{printable[:_SHOWN]}…"


def _encoded(name: Name | None) -> str:
    if name is None or not name.host or name.host.isascii():
        return ""
    labels = [
        each if each.isascii() else f"xn--{each.encode('punycode').decode('ascii')}"
        for each in name.host.split(".")
    ]
    return ".".join(labels)[:_SHOWN]


def _odd(name: Name | None) -> tuple[Odd, ...]:
    """Letters beyond ASCII in a name: what the eye takes for another."""
    if name is None or name.kind is SourceKind.PHONE:
        return ()
    found = dict.fromkeys(c for c in name.whole[:_SHOWN] if not c.isascii() and c.isprintable())
    named = [(c, unicodedata.name(c, "")) for c in found]
    # Chinese names are written in Chinese: only letters that could be taken for others are told.
    latin = [Odd(c, called) for c, called in named if called and "CJK" not in called]
    return tuple(latin[:_MOST_ODD])


def _compared(name: Name | None, of: str | None) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both values in pieces, what differs marked in each."""
    ours = read(of or "")
    if name is None or ours is None:
        return (), ()
    given, mine = _comparable(name, ours), _comparable(ours, ours)
    theirs: list[Piece] = []
    same: list[Piece] = []
    for step in Levenshtein.opcodes(given, mine):
        differs = step.tag != "equal"
        _add(theirs, given[step.src_start : step.src_end], differs=differs)
        _add(same, mine[step.dest_start : step.dest_end], differs=differs)
    return tuple(theirs), tuple(same)


def _comparable(name: Name, ours: Name) -> str:
    """The part that can be held against the other one."""
    if name.kind is SourceKind.PHONE:
        return name.whole
    if name.before_at:
        return f"{name.before_at}@{name.host}"[:_SHOWN]
    if name.kind is ours.kind and name.kind is SourceKind.EMAIL:
        return name.whole[:_SHOWN]
    if name.kind is SourceKind.HANDLE:
        return name.label[:_SHOWN]
    is_path = ours.host and ours.host in name.path.lower() and ours.host not in name.host
    return (name.host + name.path if is_path else name.whole)[:_SHOWN]


def _add(pieces: list[Piece], text: str, *, differs: bool) -> None:
    if not text:
        return
    if pieces and pieces[-1].differs is differs:
        pieces[-1] = Piece(pieces[-1].text + text, differs)
    else:
        pieces.append(Piece(text, differs))
