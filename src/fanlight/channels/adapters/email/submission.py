"""Handing our mails to a submission server, and knowing afterwards whether it took them."""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTP

from fanlight.channels.adapters.email.settings import EmailSettings
from fanlight.channels.contract import Failed, Failure, Health, Unknown

CONNECT_S = 10.0
COMMAND_S = 20.0
TOTAL_S = 75.0  # below the lease of a part, so that no second worker takes it meanwhile
MAX_MAILS_A_CONNECTION = 100
MAX_IDLE_S = 20.0  # servers close sooner or later, and a closed one costs a second try
MAX_IDLE = 4
_THROTTLE_PAUSE = timedelta(seconds=60)

Stage = Literal["connect", "mail", "rcpt", "data"]

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
_THROTTLED = re.compile(r"rate|throttl|too many|limit|slow down|try again later|greylist", re.I)
_TOO_LARGE = re.compile(r"\bsize\b|too large|too big|exceeds", re.IGNORECASE)


class Taken:
    """The server has the mail; its words may hold the id it gave."""

    def __init__(self, words: str) -> None:
        self.words = words


class _Line:
    """One open connection and how much it has carried."""

    def __init__(self, client: SMTP) -> None:
        self.client = client
        self.mails = 0
        self.idle_since = time.monotonic()

    @property
    def is_fresh(self) -> bool:
        return (
            self.client.is_connected
            and self.mails < MAX_MAILS_A_CONNECTION
            and time.monotonic() - self.idle_since < MAX_IDLE_S
        )


class Submission:
    """A small pool of connections to one server."""

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings
        self._idle: list[_Line] = []

    async def send(self, sender: str, recipient: str, mail: bytes) -> Taken | Failed | Unknown:
        """Hand over one mail. After its last byte only the server knows: then it is Unknown."""
        stage: Stage = "connect"
        try:
            async with asyncio.timeout(TOTAL_S), self._line() as line:
                client = line.client
                options = [f"SIZE={len(mail)}"] if client.supports_extension("size") else []
                if not recipient.isascii():
                    if not client.supports_extension("smtputf8"):
                        return Failed(Failure.RECIPIENT, detail="the server takes no SMTPUTF8")
                    options += ["SMTPUTF8", "BODY=8BITMIME"]
                stage = "mail"
                await client.mail(sender, options=options, encoding="utf-8")
                stage = "rcpt"
                await client.rcpt(recipient, encoding="utf-8")
                stage = "data"
                response = await client.data(mail)
                line.mails += 1
                return Taken(response.message)
        except aiosmtplib.SMTPResponseException as refused:
            return failed(refused.code, refused.message, stage)
        except aiosmtplib.SMTPNotSupported as error:
            return Failed(Failure.AUTH, detail=str(error)[:200])
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            if stage == "data":
                return Unknown()
            return Failed(Failure.TRANSIENT, detail=type(error).__name__)

    async def health(self) -> Health:
        try:
            async with asyncio.timeout(TOTAL_S), self._line() as line:
                await line.client.noop()
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return Health(is_ok=False, detail=f"{self._settings.submission_host}: {error}"[:300])
        return Health(is_ok=True)

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[_Line]:
        """A connection that answers; put back afterwards unless something went wrong."""
        line = await self._reused() or _Line(await self._connected())
        try:
            yield line
        except aiosmtplib.SMTPResponseException:
            self._put_back(line)  # a refusal is an answer: the connection is fine
            raise
        except BaseException:
            _drop(line.client)
            raise
        self._put_back(line)

    async def _reused(self) -> _Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.is_fresh:
                try:
                    await line.client.rset(timeout=COMMAND_S)
                except (aiosmtplib.SMTPException, OSError, TimeoutError):
                    _drop(line.client)
                    continue
                return line
            _drop(line.client)
        return None

    def _put_back(self, line: _Line) -> None:
        line.idle_since = time.monotonic()
        if line.is_fresh and len(self._idle) < MAX_IDLE:
            self._idle.append(line)
            asyncio.get_running_loop().call_later(MAX_IDLE_S + 1, self._sweep)
        else:
            _drop(line.client)

    def _sweep(self) -> None:
        """Close what nobody took up again, before the server does."""
        for line in [line for line in self._idle if not line.is_fresh]:
            self._idle.remove(line)
            _drop(line.client)

    async def _connected(self) -> SMTP:
        settings = self._settings
        client = SMTP(
            hostname=settings.submission_host,
            port=settings.submission_port,
            use_tls=settings.submission_security == "tls",
            start_tls=settings.submission_security == "starttls",
            username=settings.submission_user or None,
            password=settings.submission_password or None,
            tls_context=self._trust() if settings.submission_security != "none" else None,
            timeout=COMMAND_S,
        )
        try:
            await client.connect(timeout=CONNECT_S)
        except BaseException:
            _drop(client)  # also after a refused sign-in the line is open
            raise
        return client

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.submission_ca_file or None)

    def close(self) -> None:
        while self._idle:
            _drop(self._idle.pop().client)


def _drop(client: SMTP) -> None:
    """End a line at once: nothing is under way on it, and a dead server must not hold us."""
    transport = client.transport
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def failed(code: int, words: str, stage: Stage) -> Failed:
    """What a refusal means for the desk. A refused mail was not taken, at whatever stage."""
    status = _STATUS.search(words)
    # Servers repeat the address, which is the customer's and not for our logs.
    detail = f"{code} {' '.join(_ADDRESS.sub('…', words).split())}"[:300]
    if code < 500:
        is_rate = _THROTTLED.search(words) is not None or (status and status[1].startswith("4.7."))
        if is_rate:
            return Failed(Failure.THROTTLED, retry_after=_THROTTLE_PAUSE, detail=detail)
        return Failed(Failure.TRANSIENT, detail=detail)
    return Failed(_permanent(code, status[1] if status else "", words, stage), detail=detail)


def _permanent(code: int, status: str, words: str, stage: Stage) -> Failure:
    if code in (530, 534, 535, 538) or status in ("5.7.0", "5.7.8", "5.7.9") or stage == "connect":
        return Failure.AUTH
    if (code == 552 and _TOO_LARGE.search(words)) or status in ("5.3.4", "5.2.3"):
        return Failure.CONTENT
    if stage == "mail":
        return Failure.PERMISSION
    if status.startswith("5.7."):
        return Failure.POLICY
    if status.startswith("5.6."):
        return Failure.CONTENT
    if stage == "rcpt" or status.startswith(("5.1.", "5.2.")):
        return Failure.RECIPIENT
    return Failure.POLICY
