"""What can be told without the database: the machine, the folder, the key, the built faces."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from fanlight.app.doctor.finding import Finding, fail, ok, warn
from fanlight.app.processes.settings import ServeSettings
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.sealing import SecuritySettings
from fanlight.kernel.settings import Settings

ROOT = Path(__file__).resolve().parents[4]
FACES = ("console", "widget")
_OLDEST, _TOO_NEW = (3, 11), (3, 14)
_LOW_BYTES, _EMPTY_BYTES = 2_000_000_000, 200_000_000
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def examine(settings: Settings) -> Iterator[Finding]:
    yield python(sys.version_info[:2])
    yield from folder(settings.data_dir)
    yield key(settings)
    yield faces(ROOT / "ui")
    yield brand(settings)
    yield address(settings)
    if not settings[DatabaseSettings].url:
        yield owner()


def python(version: tuple[int, ...]) -> Finding:
    said = ".".join(str(part) for part in version)
    if _OLDEST <= version < _TOO_NEW:
        return ok("python", f"Python {said}.")
    return fail("python", f"Python {said} is not one we run on.", "Use Python 3.11, 3.12 or 3.13.")


def folder(data_dir: Path) -> Iterator[Finding]:
    if not data_dir.exists():
        yield ok("folder", f"{data_dir} does not exist yet; the first start makes it.")
        return
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        yield fail("folder", f"{data_dir} cannot be written.", "Run as its owner, or change it.")
        return
    if data_dir.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH):
        yield warn("folder", f"{data_dir} is open to other users.", f"chmod go-rw {data_dir}")
    else:
        yield ok("folder", f"{data_dir} is ours alone.")
    yield disk(shutil.disk_usage(data_dir).free, data_dir)


def disk(free_bytes: int, data_dir: Path) -> Finding:
    said = f"{free_bytes / 1e9:.1f} GB are free for {data_dir}."
    if free_bytes < _EMPTY_BYTES:
        return fail("disk", said, "Make room now: PostgreSQL stops when the disk is full.")
    if free_bytes < _LOW_BYTES:
        return warn("disk", said, "Make room soon.")
    return ok("disk", said)


def key(settings: Settings) -> Finding:
    """The key file is only looked at: making one is the first start's to do."""
    if settings[SecuritySettings].secret_key:
        return ok("key", "The sealing key comes from the settings.")
    file = settings.data_dir / "secret.key"
    if not file.exists():
        return ok("key", "There is no sealing key yet; the first start makes it.")
    if file.stat().st_mode & 0o077:
        return fail("key", f"{file} may be read by others.", f"chmod 600 {file}")
    return ok("key", f"{file} is ours alone; a backup without it cannot be read.")


def faces(ui: Path) -> Finding:
    missing = [face for face in FACES if not (ui / face / "dist" / "index.html").exists()]
    if missing:
        return fail("faces", f"Not built: {', '.join(missing)}.", "make ui")
    return ok("faces", "Console and widget are built.")


def brand(settings: Settings) -> Finding:
    given = settings[BrandSettings]
    if given.name == BrandSettings().name and not given.is_demo:
        return warn(
            "brand",
            f"Customers read {given.name}, the demo's exchange.",
            "Say in brand.name what they call yours.",
        )
    return ok("brand", f"Customers read {given.name}.")


def address(settings: Settings) -> Finding:
    """Passkeys and cookies of a public desk need TLS; browsers make an exception for localhost."""
    given = settings[BrandSettings].help_url
    parts = urlsplit(given)
    if parts.scheme == "https" or parts.hostname in _LOOPBACK:
        behind = settings[ServeSettings].trusted_proxies
        if parts.scheme == "https" and not behind:
            return warn(
                "address",
                f"Customers come to {given}, but no proxy is trusted: all seem to be one visitor.",
                "Name the proxy in serve.trusted_proxies.",
            )
        return ok("address", f"Customers come to {given}.")
    return fail("address", f"{given} is not encrypted.", "Put a proxy with TLS in front of it.")


def owner() -> Finding:
    if os.geteuid() == 0:
        return warn(
            "owner",
            "We run as root; the private PostgreSQL gets another user.",
            "Run Fanlight as a user of its own.",
        )
    return ok("owner", "We do not run as root.")
