"""Mails written into a folder instead of being sent: one file each, complete or not there."""

import asyncio
import os
from pathlib import Path

from fanlight.channels.adapters.email.submission import Taken
from fanlight.channels.contract import Failed, Failure, Health
from fanlight.kernel.ids import new_id


class Pickup:
    """A folder that somebody looks into, or a mail server collects from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, sender: str, recipient: str, mail: bytes) -> Taken | Failed:
        """Write one mail; its envelope stands above it, as pickup folders have it."""
        envelope = f"X-Sender: {sender}\r\nX-Receiver: {recipient}\r\n".encode()
        try:
            await asyncio.to_thread(self._write, envelope + mail)
        except OSError as error:
            return Failed(Failure.TRANSIENT, detail=type(error).__name__)
        return Taken("")

    def _write(self, mail: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._folder / f"{new_id()}.eml"
        fresh = file.with_suffix(".part")
        with fresh.open("wb") as stream:
            stream.write(mail)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.rename(file)

    async def health(self) -> Health:
        is_there = await asyncio.to_thread(self._folder.parent.is_dir)
        return Health(is_ok=is_there, detail=f"mails are written to {self._folder}, not sent")

    def close(self) -> None:
        """Nothing is held open."""
