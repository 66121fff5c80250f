"""What is kept of a freeze: who asked, how they proved it, and what became of it."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from fanlight.features.people.assurance import Level


class Road(StrEnum):
    """How somebody showed whose account it is."""

    SESSION = "session"  # the exchange's signed session
    MAILBOX = "mailbox"  # a code sent to the mailbox the exchange has for the account
    ALERT = "alert"  # the one-use link of a mail of the exchange's
    AGENT = "agent"  # an agent, for a customer who proved themselves on the ticket
    DRILL = "drill"  # nobody's account: the desk practises


class State(StrEnum):
    """Where a freeze stands. ``unknown``: the exchange has not said whether it holds."""

    REQUESTED = "requested"
    UNKNOWN = "unknown"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    LIFTED = "lifted"
    EXPIRED = "expired"

    @property
    def is_open(self) -> bool:
        """Whether the exchange is still asked."""
        return self in {State.REQUESTED, State.UNKNOWN}


class Trouble(StrEnum):
    """Why it does not hold (yet)."""

    NONE = ""
    SLOW = "slow"  # no answer in time
    DOWN = "down"  # no sensible answer
    NOT_CONNECTED = "not_connected"  # this desk cannot stop an account by itself
    REFUSED = "refused"  # by the exchange
    NO_ACCOUNT = "no_account"  # none belongs to what was proved
    LINK_SPENT = "link_spent"  # used before, or too old


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has shown, and of whom: exactly one of ``uid``, ``mailbox``, ``token``."""

    road: Road
    level: Level
    method: str
    proven_at: datetime
    uid: str = ""
    mailbox: str = ""  # in its normal form
    token: str = ""  # of an alert mail; a secret until it is spent

    @property
    def is_for_nobody(self) -> bool:
        return self.road is Road.DRILL


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """One wish to freeze an account. ``id`` is also the key under which the exchange is asked."""

    id: UUID
    road: Road
    level: int
    method: str
    proven_at: datetime
    uid: str  # empty until the exchange has said whose the mailbox or link is
    mailbox: str
    language: str
    reason: str  # an agent's
    asked_by: UUID | None  # the agent
    state: State
    trouble: Trouble
    said: str  # the exchange's own word for its refusal
    stops: tuple[str, ...]
    lasts_hours: int
    asked_at: datetime
    tried_at: datetime | None
    tries: int
    freeze_id: str  # the exchange's
    since: datetime | None
    until: datetime | None
    is_confirmed: bool
    ended_at: datetime | None
    promised_at: datetime  # by when a person takes the ticket
    first_promised_at: datetime
    customer_id: UUID | None
    ticket_id: UUID | None

    @property
    def is_drill(self) -> bool:
        return self.road is Road.DRILL

    @property
    def lasts(self) -> timedelta:
        return timedelta(hours=self.lasts_hours)

    def holds(self, now: datetime) -> bool:
        """Whether the account stands still, as far as we know."""
        if self.state is not State.ACKNOWLEDGED:
            return False
        return self.is_confirmed or self.until is None or self.until > now


class Step(StrEnum):
    """What an agent goes through on such a ticket, in this order."""

    HOLDS = "holds"  # the freeze holds, or somebody at the exchange was called
    REACHED = "reached"  # the customer is in the talk
    SIGN_INS = "sign_ins"  # strange sign-ins and devices told apart
    CHANGES = "changes"  # what was changed lately is set back
    WITHDRAWALS = "withdrawals"  # each one gone through; hashes noted
    TRACED = "traced"  # what left is reported to where it went
    WARNED = "warned"  # about those who promise to fetch coins back
    WAY_BACK = "way_back"  # the customer knows who lifts it, and how


class Ticked(msgspec.Struct, frozen=True, kw_only=True):
    """One step that was done: by whom, when."""

    step: Step
    done_by: UUID
    name: str
    done_at: datetime
