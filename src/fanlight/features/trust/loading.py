"""Official sources from a file, for the demo and for an operator who begins with a list."""

from datetime import date
from pathlib import Path

import msgspec

from fanlight.features.trust.models import Kind, State, Wanted
from fanlight.features.trust.queries import official as queries
from fanlight.features.trust.service.official import add_confirmed
from fanlight.kernel.work import Work


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One source of the file; ``until`` says that it is ours no more."""

    kind: Kind
    value: str
    platform: str = ""
    native_id: str = ""
    words: dict[str, str] = {}
    since: date | None = None
    until: date | None = None


class _File(msgspec.Struct, frozen=True):
    source: tuple[Line, ...] = ()


def read(file: Path) -> tuple[Line, ...]:
    """The sources of a TOML file.

    Raises:
        OSError, msgspec.MsgspecError: it cannot be read, or does not have the shape.
    """
    return msgspec.toml.decode(file.read_bytes(), type=_File).source


async def load(work: Work, lines: tuple[Line, ...]) -> int:
    """Store what the registry does not have yet, without a second person; how many.

    Raises:
        NotAllowed: somebody else than the desk itself asks.
        SourceUnfit: a line is nothing of its kind.
    """
    stored = 0
    for line in lines:
        if await queries.is_known(work, line.kind, line.platform, line.value):
            continue
        wanted = Wanted(
            kind=line.kind,
            value=line.value,
            platform=line.platform,
            native_id=line.native_id,
            words=line.words,
            since=line.since,
        )
        state = State.OFFICIAL if line.until is None else State.RETIRED
        await add_confirmed(work, wanted, state=state, until=line.until)
        stored += 1
    return stored
