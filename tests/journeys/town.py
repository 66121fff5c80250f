"""An installation and everybody around it: the exchange, the post office, Telegram, people.

The desk runs by its own command in its own processes; the far ends run here, on loopback, and
keep everything that was ever handed to them.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from smtplib import LMTP
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope

from fanlight.app import demo_exchange, discovery
from fanlight.app.desk import open_desk
from fanlight.features.people.service import make_agent
from fanlight.kernel.settings import load
from tests.builders.serving import served
from tests.channels.telegram.fake import TOKEN, FakeTelegram
from tests.journeys.installation import ADDRESS, Desk
from tests.kernel.peers import free_port
from tests.surfaces.widget.house import PASSWORD, House
from tests.ui.console import scene

EXCHANGE_KEY = "a key that only the exchange and its desk know"
BOT = {"token": TOKEN, "username": "MeridianDeskBot"}

T = TypeVar("T")


class PostOffice:
    """The mail server that delivers for us: it takes every mail, to whomever."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[tuple[str, bytes]] = []  # recipient and the mail as it came

    async def handle_DATA(self, _: Any, __: Any, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.taken += [(recipient, content) for recipient in envelope.rcpt_tos]
        return "250 2.0.0 taken"

    def mails_to(self, address: str) -> list[EmailMessage]:
        """What lies in somebody's mailbox, in the order it came."""
        return [
            message_from_bytes(raw, EmailMessage, policy=policy.default)
            for recipient, raw in self.taken
            if recipient == address
        ]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(self, loop=loop, enable_SMTPUTF8=True), "127.0.0.1", self.port
        )
        try:
            yield
        finally:
            server.close()


class Town(House):
    """A house whose desk is a whole installation, with a worker and with far ends."""

    def __init__(self, folder: Path, *, post: PostOffice | None = None, **settings: str) -> None:
        port, exchange_port, telegram_port = free_port(), free_port(), free_port()
        self.post, self.telegram = post or PostOffice(), FakeTelegram()
        exchange = f"http://127.0.0.1:{exchange_port}"
        told = {
            "FANLIGHT_BRAND__HELP_URL": f"http://localhost:{port}",
            "FANLIGHT_BRAND__NAME": "Meridian",
            "FANLIGHT_EMAIL__SUBMISSION_HOST": "127.0.0.1",
            "FANLIGHT_EMAIL__SUBMISSION_PORT": str(self.post.port),
            "FANLIGHT_EMAIL__SUBMISSION_SECURITY": "none",
            "FANLIGHT_TELEGRAM__API": f"http://127.0.0.1:{telegram_port}",
            "FANLIGHT_TELEGRAM__BOTS": json.dumps({"main": BOT}),
            "FANLIGHT_TELEGRAM__POLL_S": "1",
            "FANLIGHT_HELP__MESSAGES_PER_HOUR": "1000000",
            "FANLIGHT_WEBCHAT__HS256_KEYS": json.dumps({demo_exchange.KEY_ID: EXCHANGE_KEY}),
            "FANLIGHT_WEBCHAT__ISSUER": demo_exchange.ISSUER,
            "FANLIGHT_WEBCHAT__MAIL_AFTER_S": "10",
            "FANLIGHT_WEBCHAT__ORIGINS": json.dumps([exchange]),
            **settings,
        }
        self.desk = Desk(folder, port=port, settings=told)
        self.desk.mail_port = int(self.desk.settings["FANLIGHT_EMAIL__LISTEN_PORT"])
        discovery.load_rooms()
        discovery.settings_of_doors()
        settings_now = load(data_dir=folder, environment=self.desk.settings)
        super().__init__(settings_now, port, exchange_port)
        self._telegram_port = telegram_port
        self.listener: asyncio.Task[None] | None = None  # kept from being swept away

    def __enter__(self) -> "Town":
        super().__enter__()
        return self

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.post.open())
            exchange = demo_exchange.create_app(self.settings)
            await stack.enter_async_context(_served(exchange, self._ports[1]))
            await stack.enter_async_context(_served(self.telegram, self._telegram_port))
            stack.push_async_callback(self._close)
            await asyncio.to_thread(self.desk.await_open)
            async with open_desk(self.settings, name="people") as self.edge:
                await self._settle()
                self._up.set_result(None)
                await self._stop.wait()

    async def _settle(self) -> None:
        async with self.edge.work() as work:
            self.agent = await make_agent(
                work,
                email="lin@meridian.example",
                name="Lin Che",
                public_name="林澈",
                password=PASSWORD,
                roles=["lead"],
                teams=["support"],
            )
        await scene.open_teams(self)

    async def _close(self) -> None:
        """The desk goes first, so that whoever it was talking to hears the end."""
        await asyncio.to_thread(self.desk.stop)
        self.telegram.arrived.set()
        self.telegram.released.set()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait(others, timeout=0.5)

    def on_telegram(self, act: Callable[[FakeTelegram], T]) -> T:
        """A user of Telegram does something, or their ledger is read."""

        async def do() -> T:
            return act(self.telegram)

        return self.run(do())

    def hand_in(self, mail: EmailMessage | bytes, *, to: str = ADDRESS) -> None:
        """The customer's mail reaches our door; when this returns, it is stored."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes(policy=policy.SMTP)
        with LMTP("127.0.0.1", self.desk.mail_port, timeout=20) as door:
            assert door.sendmail("somebody@customer.example", [to], raw) == {}

    def log(self) -> str:
        """Everything the installation's processes wrote."""
        return (self.desk.folder / "log").read_text()


def until(holds: Callable[[], T], *, within_s: float = 20) -> T:
    """What ``holds`` says once it says something; fails when it stays silent."""
    end = time.monotonic() + within_s
    while not (found := holds()):
        assert time.monotonic() < end, f"waited {within_s} s in vain"
        time.sleep(0.05)
    return found


@asynccontextmanager
async def _served(app: Any, port: int) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, lifespan="off", ws="none", log_config=None,
        access_log=False,
    )  # fmt: skip
    async with served(config):
        yield


@contextmanager
def open_town(*, post: PostOffice | None = None, **settings: str) -> Iterator[Town]:
    """Everything from nothing to running, and away again; ``settings`` as in the environment."""
    # Not in pytest's folder: that is closed to root's server whenever another run begins.
    with (
        TemporaryDirectory(prefix="fanlight-") as folder,
        Town(Path(folder), post=post, **settings) as town,
    ):
        yield town
