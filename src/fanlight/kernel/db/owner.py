"""Whom the private PostgreSQL runs as: it refuses to be root, so root lends it a plain user."""

import os
import pwd
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import structlog

log = structlog.get_logger(__name__)

# The first that exists. Whoever wants the server apart from all else creates a user "fanlight".
_CANDIDATES = ("fanlight", "postgres", "nobody")


class Owner(NamedTuple):
    """A user to become; ``uid`` -1 means: stay who we are."""

    name: str
    uid: int
    gid: int


OURSELVES = Owner("", -1, -1)


def owner_for(cluster: Path) -> Owner:
    """The user who owns the data already, else the first plain user of this machine.

    Raises:
        PermissionError: the data belongs to another user and we are not root.
    """
    ours = os.geteuid()
    there = cluster.stat().st_uid if cluster.exists() else None
    if ours != 0:
        if there not in (None, ours):
            raise PermissionError(
                f"{cluster} belongs to {_name_of(there)}; run as that user or as root"
            )
        return OURSELVES
    if there:
        entry = pwd.getpwuid(there)
        return Owner(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise PermissionError(f"PostgreSQL does not run as root: create a user {_CANDIDATES[0]}")


def _name_of(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return f"user {uid}"


def give(folder: Path, owner: Owner) -> None:
    """Make a private folder of the owner's, or make sure that the one there is just that.

    Raises:
        PermissionError: it is somebody else's, or only points elsewhere. In /tmp anybody may have
            been first, and root must not hand over what a link leads to.
    """
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner.uid):
        raise PermissionError(f"{folder} is not ours: remove it, or use another --data")
    if owner.uid >= 0:
        os.chown(folder, owner.uid, owner.gid, follow_symlinks=False)
    folder.chmod(0o700)


def open_way_to(folder: Path, owner: Owner) -> None:
    """Let the owner walk to a folder: closed parents get o+x, nothing more, and it is said."""
    if owner.uid < 0:
        return
    for parent in reversed(folder.resolve().parents):
        mode = _mode_for(parent.stat(), owner)
        if not mode & stat.S_IXOTH:
            parent.chmod(stat.S_IMODE(parent.stat().st_mode) | stat.S_IXOTH)
            log.warning("postgres.parent_opened", folder=str(parent), user=owner.name, added="o+x")


def open_programs(folders: Iterable[Path], owner: Owner) -> None:
    """Let the owner read and run PostgreSQL itself where a strict umask closed the installation."""
    if owner.uid < 0:
        return
    for folder in folders:
        open_way_to(folder, owner)
        wanted = stat.S_IROTH | stat.S_IXOTH
        if folder.exists() and _mode_for(folder.stat(), owner) & wanted != wanted:
            for path in (folder, *folder.rglob("*")):
                mode = stat.S_IMODE(path.stat().st_mode)
                path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
            log.warning("postgres.programs_opened", folder=str(folder), user=owner.name)


def _mode_for(found: os.stat_result, owner: Owner) -> int:
    """The three bits that count for the owner, shifted to where "others" have theirs."""
    if found.st_uid == owner.uid:
        return found.st_mode >> 6
    return found.st_mode >> 3 if found.st_gid == owner.gid else found.st_mode
