"""What a desk was told on its command line, kept beside its data for the commands that join it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec.structs import replace

from fanlight.app.processes.settings import ServeSettings
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import Settings

_NOTE = "serving.json"


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """Where a desk listens, and whether it is the demo's."""

    host: str
    port: int
    workers: int
    is_demo: bool
    exchange_port: int | None  # of the demo's exchange
    address: str  # of the desk, as people type it


def as_asked(settings: Settings, said: Serving) -> Settings:
    """The settings with what the command line said; an address of one's own is kept."""
    brand, server = settings[BrandSettings], settings[ServeSettings]
    if brand.help_url == BrandSettings().help_url:
        brand = replace(brand, help_url=said.address)
    server = replace(server, host=said.host, port=said.port, workers=said.workers)
    settings = settings.with_section(replace(brand, is_demo=brand.is_demo or said.is_demo))
    settings = settings.with_section(server)
    if said.exchange_port is None:
        return settings
    from fanlight.app.demo_exchange import demo_settings

    return demo_settings(settings, port=said.exchange_port)


@contextmanager
def noted(folder: Path, said: Serving) -> Iterator[None]:
    """Keep the note while this process, or one forked from it, lives.

    The lock says so, not the file: nothing has to be tidied after a kill.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    note = os.open(folder / _NOTE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # A second desk on this folder leaves the note of the first; who may have the database is
        # settled elsewhere.
        with suppress(BlockingIOError):
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(note, 0)
            os.pwrite(note, msgspec.json.encode(said), 0)
        yield
    finally:
        os.close(note)


def running(folder: Path) -> Serving | None:
    """The desk that runs on this folder on this machine, if one does."""
    try:
        with (folder / _NOTE).open("rb") as note:
            try:
                fcntl.flock(note, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return msgspec.json.decode(note.read(), type=Serving)
    except (OSError, msgspec.MsgspecError):
        return None
    return None


def as_served(settings: Settings) -> Settings:
    """The settings of the desk that runs on this folder; as they are where none does."""
    said = running(settings.data_dir)
    return settings if said is None else as_asked(settings, said)
