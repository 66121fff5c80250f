"""The commands `fanlight audit …`: does the chain hold, and the log as a signed file."""

import asyncio
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from fanlight.app.cli_kb import bar
from fanlight.app.commands import DataDir, opened, say, settings_of
from fanlight.app.jsonlines import write
from fanlight.kernel import audit
from fanlight.kernel.audit import exporting

audit_app = App(name="audit")

_WORDS = {
    "changed": "Entry {link} is not as it was written.",
    "missing": "Entry {link} is missing.",
    "cut_short": "The log ends before entry {link}: what followed was cut off.",
    "not_an_export": "This is no file that `fanlight audit export` has written.",
    "unsigned": "The signature does not fit: the file was changed, or is not whole.",
    "other_key": "The file is signed with another key.",
}


@audit_app.command
def verify(
    *,
    file: Annotated[
        Path | None, Parameter(help="Check a file written by `fanlight audit export` instead.")
    ] = None,
    key: Annotated[
        str, Parameter(help="The public key the file must be signed with, as `audit key` prints it")
    ] = "",
    data: DataDir = None,
) -> int:
    """Walk the whole chain and say whether it holds; if not, where it first breaks.

    Ends with 0 when it holds, with 1 when it does not, with 2 when there is nothing to read.
    """
    if file is not None:
        return _verify_file(file, key)
    return asyncio.run(_verify_log(data))


@audit_app.command
def export(
    *,
    out: Annotated[
        Path | None, Parameter(help="Where to write. Default: the standard output")
    ] = None,
    since: Annotated[str, Parameter(help="First day, 2026-11-29 (UTC)")] = "",
    until: Annotated[str, Parameter(help="Last day, itself included")] = "",
    data: DataDir = None,
) -> int:
    """Write the log as JSON lines, chained as it stands and signed. Entries of the last seconds
    that are not chained yet are left for the next time.
    """
    try:
        begin = _day(since, time.min) if since else audit.BEGINNING
        end = _day(until, time.max) if until else audit.TOP.at
    except ValueError as error:
        say.print(f"[red]{error}[/]")
        return 2
    if begin > end:
        say.print(f"[red]{since} is after {until}.[/]")
        return 2
    return asyncio.run(_export(data, out, begin, end))


@audit_app.command
def key(*, data: DataDir = None) -> int:
    """Print the public key that files of this installation are signed with."""
    from fanlight.kernel.sealing import Sealer

    sys.stdout.write(exporting.public_key(Sealer.open(settings_of(data))) + "\n")
    return 0


@audit_app.command
def honey(
    *,
    lang: Annotated[str, Parameter(help="Language of its story: en, zh-Hans, zh-Hant")] = "en",
    domain: Annotated[
        str, Parameter(help="A domain of yours, where its invented mail address may stand")
    ] = "",
    data: DataDir = None,
) -> int:
    """Lay out a record of an invented customer. Nobody has a reason to open it: whoever does is
    told of to the leads at once. What it holds is printed here and nowhere again.
    """
    return asyncio.run(_honey(data, lang, domain))


async def _honey(data: Path | None, lang: str, domain: str) -> int:
    from fanlight.features.oversight import bait
    from fanlight.kernel.errors import Malformed

    try:
        async with opened(data) as edge, edge.work() as work:
            laid = await bait.lay(work, language=lang, domain=domain)
    except Malformed as error:
        say.print(f"[red]That is no {error.params['where']} we can use.[/]")
        return 2
    write(laid)
    return 0


async def _verify_log(data: Path | None) -> int:
    async with opened(data) as edge, edge.work() as work:
        total = (await audit.head(work)).link
        with bar() as shown:
            task = shown.add_task("Checking", total=total)
            broken = await audit.verify(work, lambda link: shown.update(task, completed=link))
        if broken is None:
            say.print(f"The chain holds: {total:,} entries, and the end is where it should be.")
            return 0
    return _broken(broken.why, broken.link)


def _verify_file(file: Path, key: str) -> int:
    try:
        with file.open("rb") as lines:
            found = exporting.check(lines, key=key)
    except exporting.Unfit as error:
        return _broken(error.fault, error.link)
    say.print(f"The file holds: {found.lines:,} entries, {found.after + 1} to {found.link}.")
    if not key:
        say.print(
            f"Signed with {found.key}. Compare it with the key you know, or give it as --key."
        )
    return 0


def _broken(fault: str, link: int) -> int:
    say.print(f"[red]The chain does not hold.[/] {_WORDS[fault].format(link=link)}")
    return 1


async def _export(data: Path | None, out: Path | None, since: datetime, until: datetime) -> int:
    async with opened(data) as edge, edge.work() as work:
        span = await exporting.span(work, since=since, until=until)
        await audit.record(work, "audit.exported", after=span.after, upto=span.upto)
        stream = out.open("xb") if out else sys.stdout.buffer
        try:
            with bar() as shown:
                task = shown.add_task("Writing", total=max(span.upto - span.after, 0) + 2)
                async for line in exporting.lines(work, span):
                    stream.write(line)
                    shown.advance(task)
            stream.flush()
        finally:
            if out:
                stream.close()
    return 0


def _day(text: str, at: time) -> datetime:
    return datetime.combine(date.fromisoformat(text), at, UTC)
