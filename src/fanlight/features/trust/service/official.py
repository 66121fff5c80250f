"""The registry of what is ours: one person proposes a change, another one confirms it."""

import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from msgspec.structs import replace

from fanlight.features.people.names import one_line
from fanlight.features.people.permissions import needs
from fanlight.features.people.service.sessions import needs_fresh_proof
from fanlight.features.people.settings import SignInSettings
from fanlight.features.trust.errors import (
    AnotherPersonNeeded,
    ChangeDecided,
    SourceKnown,
    SourceNotFound,
    SourceUnfit,
)
from fanlight.features.trust.lookalikes import Registry
from fanlight.features.trust.models import Act, Change, Kind, Official, State, Wanted
from fanlight.features.trust.naming import SourceKind, read
from fanlight.features.trust.queries import official as queries
from fanlight.kernel import audit
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.i18n import languages
from fanlight.kernel.ids import new_id
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

MANAGE = "official.manage"
CHANGED = "trust.official"  # the signal: pages that show the registry are made anew
_MOST_VALUE, _MOST_WORDS, _MOST_REASON = 255, 200, 300  # characters
_STATES = 4  # of the registry, kept ready
_made: dict[str, Registry] = {}  # by the stamp of its state: all desks of one process share it
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+\Z")
_READ_AS = {
    Kind.DOMAIN: SourceKind.DOMAIN,
    Kind.EMAIL: SourceKind.EMAIL,
    Kind.PHONE: SourceKind.PHONE,
    Kind.HANDLE: SourceKind.HANDLE,
    Kind.GROUP: SourceKind.HANDLE,
}


async def registry(work: Work) -> Registry:
    """What is ours, ready to be compared with; read and taken apart only when it has changed."""
    stamp = await queries.stamp(work)
    found = _made.get(stamp)
    if found is None:
        found = Registry([each.as_source() for each in await queries.sources(work)])
        _made[stamp] = found
        while len(_made) > _STATES:
            _made.pop(next(iter(_made)))
    return found


async def propose(work: Work, wanted: Wanted, *, reason: str) -> Change:
    """Ask for a new official source.

    Raises:
        NotAllowed, StepUpNeeded
        SourceUnfit: it is nothing of its kind.
        SourceKnown: it stands in the registry, or is asked for already.
    """
    await _may(work)
    source = _fit(work, wanted)
    if await queries.is_known(work, source.kind, source.platform, source.value):
        raise SourceKnown(value=source.value)
    return await _proposed(work, Act.ADD, source, reason)


async def propose_change(
    work: Work, source_id: UUID, *, words: Mapping[str, str], native_id: str, reason: str
) -> Change:
    """Ask for other words, or another immutable id. Raises as ``propose``."""
    await _may(work)
    source = await _standing(work, source_id)
    changed = replace(source, words=_words(words), native_id=_native_id(source.kind, native_id))
    return await _proposed(work, Act.CHANGE, changed, reason)


async def propose_state(work: Work, source_id: UUID, state: State, *, reason: str) -> Change:
    """Ask that a source be retired, or be ours again. Raises as ``propose``."""
    await _may(work)
    source = await _standing(work, source_id)
    if source.state is state:
        raise ChangeDecided
    until = work.now().date() if state is State.RETIRED else None
    act = Act.RETIRE if state is State.RETIRED else Act.RESTORE
    return await _proposed(work, act, replace(source, state=state, until=until), reason)


async def confirm(work: Work, change_id: UUID) -> Change:
    """Let a change stand.

    Raises:
        NotAllowed, StepUpNeeded
        SourceNotFound: no such change.
        AnotherPersonNeeded: the actor proposed it.
        ChangeDecided: somebody decided it, or the source is not what it was.
    """
    await _may(work)
    change = await _change(work, change_id)
    if change.proposed_by == work.actor.id:
        raise AnotherPersonNeeded
    if not await queries.decide(work, change.id, "confirmed"):
        raise ChangeDecided
    if not await queries.save(work, change.source):
        raise ChangeDecided
    await _note(work, "official.confirmed", change)
    work.signal(CHANGED)
    return await _change(work, change_id)


async def refuse(work: Work, change_id: UUID) -> Change:
    """Turn a change down; who proposed it withdraws it. Raises as ``confirm``, but for the second
    person."""
    await _may(work)
    change = await _change(work, change_id)
    is_own = change.proposed_by == work.actor.id
    if not await queries.decide(work, change.id, "withdrawn" if is_own else "refused"):
        raise ChangeDecided
    await _note(work, "official.withdrawn" if is_own else "official.refused", change)
    return await _change(work, change_id)


async def add_confirmed(
    work: Work, wanted: Wanted, *, state: State = State.OFFICIAL, until: date | None = None
) -> Official:
    """Put something into the registry at once: for demo data and for what the operator loads.

    Raises:
        NotAllowed: somebody else than the desk itself asks.
    """
    if work.actor.kind != "system":
        raise NotAllowed(permission=MANAGE)
    source = replace(_fit(work, wanted), state=state, until=until)
    await queries.save(work, source)
    await audit.record(work, "official.loaded", _target(source), value=source.value)
    work.signal(CHANGED)
    return source


async def _may(work: Work) -> None:
    needs(work.actor, MANAGE)
    await needs_fresh_proof(work, within_s=work.of(Settings)[SignInSettings].step_up_s)


async def _standing(work: Work, source_id: UUID) -> Official:
    source = await queries.source(work, source_id)
    if source is None:
        raise SourceNotFound(source_id=source_id)
    return source


async def _change(work: Work, change_id: UUID) -> Change:
    change = await queries.change(work, change_id)
    if change is None:
        raise SourceNotFound(change_id=change_id)
    return change


async def _proposed(work: Work, act: Act, source: Official, reason: str) -> Change:
    reason = one_line(redact(reason[: 4 * _MOST_REASON]).text, _MOST_REASON)
    if not reason:
        raise SourceUnfit(where="reason")
    change = Change(
        id=new_id(),
        source_id=source.id,
        act=act,
        source=source,
        reason=reason,
        state="open",
        proposed_by=work.actor.id,
        proposed_at=work.now(),
        decided_by=None,
        decided_at=None,
    )
    if not await queries.propose(work, change):
        raise SourceKnown(value=source.value)
    await _note(work, "official.proposed", change)
    return await _change(work, change.id)


def _fit(work: Work, wanted: Wanted) -> Official:
    """The source as it is kept. Raises SourceUnfit."""
    value = wanted.value.strip()
    if not value or len(value) > _MOST_VALUE or not value.isprintable():
        raise SourceUnfit(where="value")
    platform = wanted.platform.strip().lower()
    if wanted.kind.has_platform != (0 < len(platform) <= 20 and platform.isalpha()):
        raise SourceUnfit(where="platform")
    name = read(value, _READ_AS[wanted.kind])
    if name is None or name.kind is not _READ_AS[wanted.kind]:
        raise SourceUnfit(where="value")
    if wanted.kind in {Kind.DOMAIN, Kind.EMAIL} and not (name.suffix and _HOST.match(name.host)):
        raise SourceUnfit(where="value")
    if wanted.kind in {Kind.DOMAIN, Kind.EMAIL}:
        value = name.whole  # without scheme, path and case: those are not ours to promise
    elif wanted.kind.has_platform:
        value = value.rstrip("/").rpartition("/")[2].lstrip("@+")
    return Official(
        id=new_id(),
        kind=wanted.kind,
        platform=platform,
        value=value,
        native_id=_native_id(wanted.kind, wanted.native_id),
        words=_words(wanted.words),
        since=wanted.since or work.now().date(),
    )


def _native_id(kind: Kind, native_id: str) -> str:
    native_id = native_id.strip()
    if native_id and not kind.has_platform:
        raise SourceUnfit(where="native_id")
    if len(native_id) > 64 or not native_id.isprintable():
        raise SourceUnfit(where="native_id")
    return native_id


def _words(words: Mapping[str, str]) -> dict[str, str]:
    fit = {
        tag: one_line(redact(text[: 4 * _MOST_WORDS]).text, _MOST_WORDS)
        for tag, text in words.items()
    }
    if not fit.keys() <= set(languages()):
        raise SourceUnfit(where="words")
    return {tag: text for tag, text in fit.items() if text}


def _target(source: Official) -> str:
    return f"official:{source.id}"


async def _note(work: Work, action: str, change: Change) -> None:
    source = change.source
    await audit.record(
        work,
        action,
        _target(source),
        change_id=change.id,
        act=change.act,
        kind=source.kind,
        platform=source.platform,
        value=source.value,
        state=source.state,
        reason=change.reason,
    )
