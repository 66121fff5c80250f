"""The commands `fanlight trust …`: secrets in a text, what it names, and whether a name is ours."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from fanlight.app.jsonlines import Reader, write

trust = App(name="trust", help="Secrets, what a text names, and what is officially yours.")
Source = Annotated[
    Path | None,
    Parameter(help='JSON lines of {"id","text"}. Default: the standard input'),
]


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
def scan(source: Source = None, /) -> int:
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
def entities(source: Source = None, /) -> int:
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
        Path, Parameter(help='What is ours: JSON lines of {"kind","value"}, "state":"retired"')
    ],
    stdin: Annotated[
        bool, Parameter(negative="", help='Judge JSON lines of {"id","value"} instead.')
    ] = False,
) -> int:
    """Say whether something is official, retired, a look-alike of ours, or unknown.

    Writes {"id","verdict","of","reasons"} a line. A value that is official may still be forged as
    a sender: a mail or a call can claim any address.
    """
    from fanlight.features.trust.lookalikes import Registry, Source

    ours = Reader(official)
    try:
        registry = Registry(ours(Source))
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    asked = Reader(None)
    values = asked(Asked) if stdin else iter([Asked(value)])
    for each in values:
        judged = registry.judge(each.value, each.kind)
        write({"id": each.id} | msgspec.to_builtins(judged))
    return 1 if asked.bad or ours.bad else 0


def _each(source: Path | None, answer: Callable[[Given], object]) -> int:
    lines = Reader(source)
    try:
        for given in lines(Given):
            write(answer(given))
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 1 if lines.bad else 0
