"""The commands `fanlight trust …`: secrets in a text, what it names, and whether a name is ours."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from cyclopts import App, Parameter

from fanlight.app.commands import DataDir, opened, say
from fanlight.app.jsonlines import Reader, Texts, write

if TYPE_CHECKING:
    from fanlight.features.trust.lookalikes import Registry

trust = App(name="trust")


class Given(msgspec.Struct, frozen=True):
    """A text to look at. ``id`` is handed back as it came."""

    text: str
    id: str | int | None = None


class Asked(msgspec.Struct, frozen=True):
    """A value to judge."""

    value: str
    id: str | int | None = None
    kind: str | None = None


@trust.command
def scan(source: Texts = None, /) -> int:
    """Hide the secrets in texts, and say where they stood.

    Writes {"id","redacted","findings":[{"kind","start","end"}]} a line. Places count Unicode code
    points of the text as given; "end" is exclusive.
    """
    from fanlight.kernel.secrets import redact

    def answer(given: Given) -> object:
        redacted = redact(given.text)
        return {"id": given.id, "redacted": redacted.text, "findings": redacted.findings}

    return _each(source, answer)


@trust.command
def entities(source: Texts = None, /) -> int:
    """Recognise accounts, orders, hashes, addresses, pairs, amounts, times and more in texts.

    Writes {"id","entities":[{"kind","value","start","end","chain","normal","checksum"}]} a line.
    What the guard hides is not recognised.
    """
    from fanlight.kernel.entities import recognise
    from fanlight.kernel.secrets import scan

    def answer(given: Given) -> object:
        secrets = scan(given.text)
        found = [
            entity
            for entity in recognise(given.text)
            if all(entity.end <= each.start or each.end <= entity.start for each in secrets)
        ]
        return {"id": given.id, "entities": found}

    return _each(source, answer)


@trust.command
def check(
    value: Annotated[str, Parameter(help="A link, domain, mail address, number or handle")] = "",
    /,
    *,
    official: Annotated[
        Path | None,
        Parameter(
            help='What is ours: JSON lines of {"kind","value"}, "state":"retired". Default: the'
            " desk's own registry"
        ),
    ] = None,
    stdin: Annotated[
        bool, Parameter(negative="", help='Judge JSON lines of {"id","value"} instead.')
    ] = False,
    data: DataDir = None,
) -> int:
    """Say whether something is official, retired, a look-alike of ours, or unknown.

    Writes {"id","verdict","of","reasons"} a line. A value that is official may still be forged as
    a sender: a mail or a call can claim any address.
    """
    from fanlight.features.trust.lookalikes import Registry, Source

    if stdin == bool(value):
        say.print("[red]Name one value, or give lines with --stdin.[/]")
        return 2
    ours = Reader(official)
    registry = asyncio.run(_own(data)) if official is None else Registry(ours(Source))
    asked = Reader(None)
    values = asked(Asked) if stdin else iter([Asked(value)])
    for each in values:
        judged = registry.judge(each.value, each.kind)
        write({"id": each.id} | msgspec.to_builtins(judged))
    return 1 if asked.bad or ours.bad else 0


async def _own(data: Path | None) -> "Registry":
    """The registry of this installation."""
    from fanlight.features.trust.service.official import registry

    async with opened(data) as edge, edge.reading() as work:
        return await registry(work)


@trust.command
def export(*, data: DataDir = None) -> int:
    """Print the registry as the signed document that the help center serves."""
    from fanlight.features.trust.service.signing import document

    async def made() -> bytes:
        async with opened(data) as edge, edge.reading() as work:
            return await document(work)

    sys.stdout.buffer.write(asyncio.run(made()) + b"\n")
    return 0


@trust.command
def load(file: Path, /, *, data: DataDir = None) -> int:
    """Put a TOML file of official sources into the registry at once, without a second person.

    For the first list of an installation: whoever may run this command may change the database.
    """
    from fanlight.features.trust import loading
    from fanlight.features.trust.errors import SourceUnfit

    async def stored() -> int:
        async with opened(data, makes=True) as edge, edge.work() as work:
            return await loading.load(work, sources)

    try:
        sources = loading.read(file)
        count = asyncio.run(stored())
    except (msgspec.MsgspecError, SourceUnfit) as error:
        sys.stderr.write(f"{file}: {error}\n")
        return 2
    sys.stdout.write(f"{count} stored\n")
    return 0


@trust.command
def verify(
    file: Path,
    /,
    *,
    key: Annotated[str | None, Parameter(help="The public key it must be signed with")] = None,
) -> int:
    """Check the signature of a document that the help center served."""
    from fanlight.features.trust.service.signing import BadSignature
    from fanlight.features.trust.service.signing import verify as verified

    try:
        document = verified(file.read_bytes(), key=key)
    except BadSignature as error:
        sys.stderr.write(f"{file}: {error}\n")
        return 1
    sys.stdout.write(f"{document.issuer}, {document.made_at.isoformat()}: it holds\n")
    return 0


def _each(source: Path | None, answer: Callable[[Given], object]) -> int:
    lines = Reader(source)
    for given in lines(Given):
        write(answer(given))
    return 1 if lines.bad else 0
