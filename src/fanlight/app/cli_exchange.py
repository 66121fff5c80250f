"""The commands `fanlight exchange …`: try a back office against the contract, play the sandbox."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from cyclopts import App, Parameter
from cyclopts.validators import Number
from msgspec.structs import replace
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fanlight.app.commands import DataDir, settings_of

if TYPE_CHECKING:
    from fanlight.exchange.conformance import Result
    from fanlight.exchange.connectors.sandbox.exchange import Sandbox
    from fanlight.exchange.contract import Exchange
    from fanlight.exchange.facts import Freeze
    from fanlight.kernel.settings import Settings

exchange = App(name="exchange")
Uid = Annotated[str, Parameter(help="The account's UID")]
say = Console(highlight=False, soft_wrap=True)
_TAKEN = 204
_MARKS = {"right": "[green]right[/]", "wrong": "[red]wrong[/]", "not_offered": "not offered"}


@exchange.command
def check(
    *,
    uid: Annotated[str, Parameter(help="An account with deposits, withdrawals and orders")],
    other: Annotated[
        str | None, Parameter(help="Another account: nothing of the first may be told to it")
    ] = None,
    url: Annotated[
        str | None, Parameter(help="Where the interface begins. Default: what the settings name")
    ] = None,
    key_id: Annotated[str, Parameter(help="With --url: the name of the secret")] = "",
    secret_file: Annotated[
        Path | None, Parameter(help="With --url: the file that holds the secret")
    ] = None,
    act: Annotated[
        bool,
        Parameter(negative="", help="Also freeze and challenge the account. It stays frozen"),
    ] = False,
    data: DataDir = None,
) -> int:
    """Ask every question of the contract and say which are offered, right and wrong.

    Ends with 1 when something is wrong. What is not offered (501) is not wrong: the desk sends
    such questions to a person.
    """
    from fanlight.kernel.logs import LogSettings, set_up_logs
    from fanlight.kernel.settings import BadSettings

    set_up_logs(LogSettings(level="error"))
    try:
        settings = settings_of(data, makes=True)
        if url is not None:
            settings = _at(settings, url, key_id, secret_file)
        results = asyncio.run(_checked(settings, uid, other, act=act))
    except (BadSettings, ValueError, OSError) as error:
        say.print(f"[red]Settings:[/] {escape(str(error))}")
        return 2
    return _shown(results)


def _at(settings: "Settings", url: str, key_id: str, secret_file: Path | None) -> "Settings":
    from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
    from fanlight.exchange.settings import ExchangeSettings

    secret = secret_file.read_text("utf-8").strip() if secret_file else ""
    given = settings[HttpExchangeSettings]
    said = msgspec.structs.asdict(given) | {"url": url}
    if key_id or secret:
        said |= {"key_id": key_id, "secret": secret}
    over_http = HttpExchangeSettings(**said)
    return settings.with_section(over_http).with_section(ExchangeSettings(connector="http"))


async def _checked(
    settings: "Settings", uid: str, other: str | None, *, act: bool
) -> "list[Result]":
    from fanlight.exchange.conformance import ACTING, READING, Case, examine
    from fanlight.exchange.connectors.http.settings import HttpExchangeSettings

    # Each question is asked, whatever became of the ones before.
    over_http = replace(settings[HttpExchangeSettings], gives_up_after=10**6)
    async with _connected(settings.with_section(over_http)) as connected:
        case = Case(exchange=connected, uid=uid, other=other)
        return await examine(case, [*READING, *(ACTING if act else [])])


@asynccontextmanager
async def _connected(settings: "Settings") -> "AsyncIterator[Exchange]":
    from fanlight.app.exchanges import connected

    async with connected(settings) as (found, _):
        yield found


def _shown(results: "Sequence[Result]") -> int:
    from fanlight.exchange.conformance.case import worst

    table = Table("question", "", "what is wrong")
    lines = list(worst(results))
    for each in lines:
        table.add_row(each.question, _MARKS[each.state], escape(each.says))
    say.print(table)
    count = {state: sum(each.state == state for each in lines) for state in _MARKS}
    say.print(
        f"{count['right']} right, {count['not_offered']} not offered, {count['wrong']} wrong."
    )
    return 1 if count["wrong"] else 0


@exchange.command
def plant(uid: Uid, cause: str, /, *, data: DataDir = None) -> int:
    """Let something happen to an account of the sandbox; `fanlight exchange causes` lists what.

    Writes what the customer could name of it, as JSON.
    """
    from fanlight.exchange.connectors.sandbox.plants import CAUSES

    if cause not in CAUSES:
        say.print("No cause is called so: see `fanlight exchange causes`.")
        return 2
    planted = _sandbox(data).plant(uid, cause)
    say.print(msgspec.json.encode(planted).decode(), markup=False)
    return 0


@exchange.command
def causes() -> int:
    """List everything that can happen to an account of the sandbox."""
    from fanlight.exchange.connectors.sandbox.plants import CAUSES

    for name in sorted(CAUSES):
        say.print(name)
    return 0


@exchange.command
def advance(
    *,
    hours: Annotated[float, Parameter(validator=Number(gte=0))] = 0,
    minutes: Annotated[float, Parameter(validator=Number(gte=0))] = 0,
    data: DataDir = None,
) -> int:
    """Drive the sandbox's clock on: blocks arrive, holds end, freezes run out."""
    at = _sandbox(data).clock.advance(hours=hours, minutes=minutes)
    say.print(f"At the sandbox it is {at:%Y-%m-%d %H:%M} UTC.")
    return 0


@exchange.command
def play(
    trouble: Literal["none", "slow", "failing", "down", "lost"], /, *, data: DataDir = None
) -> int:
    """Let the sandbox play at being slow, failing, down, or at losing its answers."""
    _sandbox(data).play("" if trouble == "none" else trouble)
    return 0


@exchange.command
def alert(uid: Uid, /, *, purpose: str = "freeze", data: DataDir = None) -> int:
    """Write the one-use token that an alert mail to a customer of the sandbox would carry."""
    say.print(_sandbox(data).alert(uid, purpose), markup=False)
    return 0


@exchange.command
def codes(uid: Uid, /, *, data: DataDir = None) -> int:
    """Write what a customer of the sandbox would type now: the codes on their phone."""
    sandbox = _sandbox(data)
    sandbox.world.number(uid)  # said, when there is no such account
    found = sandbox.codes(uid)
    for method, code in found:
        say.print(f"{method}: {code}", markup=False)
    if not found:
        say.print("No code was sent to them that still works.")
    return 0


@exchange.command
def lift(uid: Uid, /, *, data: DataDir = None) -> int:
    """Let a customer of the sandbox lift their freeze in the exchange's own app; the desk is told.

    Ends with 1 when nothing stands, or when the desk does not take the event.
    """
    lifted = _sandbox(data).lift_in_app(uid)
    if lifted is None:
        say.print("Nothing of theirs stands still.")
        return 1
    status = asyncio.run(_told(settings_of(data), lifted))
    say.print(f"Lifted. The desk was told, and answered {status}.")
    return 0 if status == _TAKEN else 1


async def _told(settings: "Settings", lifted: "Freeze") -> int:
    from httpx2 import AsyncClient

    from fanlight.app.demo_backoffice import connected
    from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
    from fanlight.exchange.connectors.http.telling import PATH, sending
    from fanlight.exchange.facts import FreezeEvent
    from fanlight.kernel.brand import BrandSettings

    # The demo's secret is derived; a desk beside a sandbox of its own names one.
    given = connected(settings, port=0)[HttpExchangeSettings]
    event = FreezeEvent(
        id=secrets.token_hex(16),
        kind="freeze.lifted",
        uid=lifted.uid,
        freeze_id=lifted.id,
        at=datetime.now(UTC),
    )
    headers, body = sending(
        event, key_id=given.key_id, secret=given.secret.encode(), now_s=time.time()
    )
    async with AsyncClient(timeout=10) as client:
        url = settings[BrandSettings].help_url + PATH
        return (await client.post(url, headers=headers, content=body)).status_code


@exchange.command
def hear(
    *,
    key_id: Annotated[str, Parameter(help="The name of the secret")],
    secret_file: Annotated[Path, Parameter(help="The file that holds the secret")],
    port: Annotated[int, Parameter(help="Where to listen, on this machine")] = 8090,
    count: Annotated[int, Parameter(help="End after so many sendings")] = 0,
) -> int:
    """Hear the events that an exchange sends, as the desk would, and say what is wrong with each.

    Ends with Ctrl-C, or after --count; with 1 when something was wrong.
    """
    from fanlight.app.hearing import listen
    from fanlight.exchange.connectors.http.telling import PATH

    secret = secret_file.read_bytes().strip()
    say.print(f"Listening at http://127.0.0.1:{port}{PATH}")
    wrong = 0
    for result in listen({key_id: secret}, port=port, count=count):
        wrong += result.state != "right"
        say.print(f"{_MARKS[result.state]} {escape(result.says)}")
    return 1 if wrong else 0


def _sandbox(data: Path | None) -> "Sandbox":
    from fanlight.exchange.connectors.sandbox.connect import opened

    return opened(settings_of(data))
