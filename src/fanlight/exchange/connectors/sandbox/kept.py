"""What was changed in the invented exchange; everything else follows from its seed.

In memory for tests. A demo keeps it in one small file, because several processes may ask the same
exchange: who writes holds a lock, who reads looks whether the file is newer than what it knows.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from fanlight.exchange.connectors.sandbox.lives import Arrival, Lived, Mined
from fanlight.exchange.facts import (
    ApiFailure,
    ApiKey,
    Challenge,
    Device,
    FiatTransfer,
    Freeze,
    IdentityCheck,
    Network,
    Order,
    SecurityChange,
    SignIn,
    Withdrawal,
)


class Changed(msgspec.Struct, omit_defaults=True):
    """What became of one account since the beginning."""

    plants: int = 0
    identity: Lived[IdentityCheck] | None = None
    deposits: list[Arrival] = []
    withdrawals: list[Lived[Withdrawal]] = []
    orders: list[Lived[Order]] = []
    fiat: list[Lived[FiatTransfer]] = []
    sign_ins: list[SignIn] = []
    devices: list[Device] = []
    security_changes: list[SecurityChange] = []
    api_keys: list[ApiKey] = []
    api_failures: list[ApiFailure] = []
    freezes: list["Frozen"] = []


class Frozen(msgspec.Struct, omit_defaults=True):
    """A freeze and the key it was asked with."""

    freeze: Freeze
    key: str
    lifted_at: datetime | None = None


class Asked(msgspec.Struct, omit_defaults=True):
    """A challenge, whose it is, and what the customer would have to type."""

    uid: str
    challenge: Challenge
    purpose: str
    key: str
    right: str


class Token(msgspec.Struct, omit_defaults=True):
    """A one-use link of an alert mail."""

    uid: str
    purpose: str
    expires_at: datetime
    spent_by: str = ""  # the key it was spent under; asked for with it again, it is told again


class State(msgspec.Struct, omit_defaults=True):
    """Everything that does not follow from the seed."""

    epoch: datetime
    ahead: timedelta = timedelta()
    accounts: dict[str, Changed] = {}
    networks: dict[str, Lived[Network]] = {}  # by "asset network"
    unclaimed: list[Arrival] = []
    transactions: dict[str, Mined] = {}  # by "network hash"
    challenges: dict[str, Asked] = {}
    tokens: dict[str, Token] = {}
    trouble: str = ""

    def of(self, uid: str) -> Changed:
        """This account's changes, to be added to."""
        return self.accounts.setdefault(uid, Changed())


class Kept:
    """The state in memory."""

    def __init__(self, epoch: datetime) -> None:
        self._state = State(epoch=epoch)
        self.first: Callable[[], None] = _nothing
        """Done before the state is read for the first time, so that opening it costs nothing."""

    def read(self) -> State:
        first, self.first = self.first, _nothing
        first()
        return self._read()

    @contextmanager
    def changing(self) -> Iterator[State]:
        yield self.read()

    def _read(self) -> State:
        return self._state


class KeptInFile(Kept):
    """The state in a file that several processes share."""

    def __init__(self, file: Path, epoch: datetime) -> None:
        super().__init__(epoch)
        self._file = file
        self._stamp, self._is_changing = (0, 0), False

    def _read(self) -> State:
        if self._is_changing:
            return self._state
        try:
            stat = self._file.stat()
        except FileNotFoundError:
            return self._state
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            self._state = msgspec.json.decode(self._file.read_bytes(), type=State)
            self._stamp = stamp
        return self._state

    @contextmanager
    def changing(self) -> Iterator[State]:
        if self._is_changing:  # part of a change that is going on
            yield self._state
            return
        self.read()  # what comes first holds the lock for itself
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self._file.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            state = self._read()
            self._is_changing = True
            try:
                yield state
                draft = self._file.with_suffix(f".{os.getpid()}")
                draft.write_bytes(msgspec.json.encode(state))
                draft.chmod(0o600)
                draft.replace(self._file)
            finally:
                self._is_changing, self._stamp = False, (0, 0)  # as it stands in the file


def _nothing() -> None:
    """Is done first where nothing has to be."""
