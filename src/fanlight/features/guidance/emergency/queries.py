"""Every statement on freezes, their checklists and unlocks."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from fanlight.features.guidance.emergency.errors import FreezeNotFound
from fanlight.features.guidance.emergency.models import Freeze, Proof, Road, Step, Ticked
from fanlight.features.people.assurance import CONTACT_LASTS, Level
from fanlight.kernel.work import Work

_FREEZE = """f.id, f.road, f.level, f.method, f.proven_at, f.uid, f.mailbox, f.language, f.reason,
    f.asked_by, f.state, f.trouble, f.said, f.stops, f.lasts_hours, f.asked_at, f.tried_at,
    f.tries, f.freeze_id, f.since, f.until, f.is_confirmed, f.ended_at, f.promised_at,
    f.first_promised_at, f.customer_id, f.ticket_id"""
_OPEN = "f.state IN ('requested', 'unknown', 'acknowledged')"
_REPEATED = timedelta(minutes=15)  # a failed press pressed again so soon is the same press

# Two presses at one moment: the second waits for the first to be stored, and changes nothing.
ADD = """
    INSERT INTO freezes (id, road, level, method, proven_at, subject, uid, mailbox, token, language,
        reason, asked_by, state, trouble, said, stops, lasts_hours, asked_at, promised_at,
        first_promised_at, customer_id)
    VALUES (%(id)s, %(road)s, %(level)s, %(method)s, %(proven_at)s, %(subject)s, %(uid)s,
        %(mailbox)s, %(token)s, %(language)s, %(reason)s, %(asked_by)s, %(state)s, %(trouble)s,
        %(said)s, %(stops)s, %(lasts_hours)s, %(asked_at)s, %(promised_at)s,
        %(first_promised_at)s, %(customer_id)s)
    ON CONFLICT (subject) WHERE state IN ('requested', 'unknown', 'acknowledged')
        AND road <> 'drill' DO NOTHING
"""
GET = f"SELECT {_FREEZE} FROM freezes f WHERE f.id = %(id)s"
LOCK = f"{GET} FOR UPDATE"
AT_EXCHANGE = f"""
    SELECT {_FREEZE} FROM freezes f
    WHERE f.state = 'acknowledged' AND f.freeze_id = %(freeze_id)s AND f.road <> 'drill'
    ORDER BY f.asked_at DESC LIMIT 1 FOR UPDATE
"""
BEING_LIFTED = """
    SELECT true FROM freeze_unlocks
    WHERE freeze_id = %(id)s AND passed_at IS NOT NULL AND expires_at > %(now)s LIMIT 1
"""
OF_SUBJECT = f"""
    SELECT {_FREEZE} FROM freezes f
    WHERE f.subject = %(subject)s
      AND ({_OPEN} OR (f.state = 'failed' AND f.asked_at > %(since)s))
    ORDER BY f.asked_at DESC LIMIT 1
"""
OF_ACCOUNT = f"""
    SELECT {_FREEZE} FROM freezes f
    WHERE f.uid = %(uid)s AND f.uid <> '' AND f.road <> 'drill' AND {_OPEN}
    ORDER BY f.asked_at DESC LIMIT 1
"""
OF_TICKET = f"""
    SELECT {_FREEZE} FROM freezes f
    WHERE f.ticket_id = %(ticket_id)s ORDER BY f.asked_at DESC LIMIT 1
"""
# Links that led to nobody have no ticket, and are nothing to look at.
LIST = f"""
    SELECT {_FREEZE} FROM freezes f
    WHERE f.ticket_id IS NOT NULL AND (f.asked_at, f.id) < (%(asked_at)s, %(id)s)
    ORDER BY f.asked_at DESC, f.id DESC LIMIT %(limit)s
"""
SAVE = """
    UPDATE freezes SET uid = %(uid)s, state = %(state)s, trouble = %(trouble)s, said = %(said)s,
        stops = %(stops)s, tried_at = %(tried_at)s, tries = %(tries)s, freeze_id = %(freeze_id)s,
        since = %(since)s, until = %(until)s, is_confirmed = %(is_confirmed)s,
        ended_at = %(ended_at)s, promised_at = %(promised_at)s, customer_id = %(customer_id)s,
        ticket_id = %(ticket_id)s
    WHERE id = %(id)s
"""
SEALED = "SELECT token FROM freezes WHERE id = %(id)s"
FORGET = "UPDATE freezes SET token = NULL WHERE id = %(id)s AND token IS NOT NULL"
LINKS_IN_LINE = """
    SELECT count(*)::int FROM freezes
    WHERE road = 'alert' AND uid = '' AND state IN ('requested', 'unknown')
"""
DROP_SPENT = """
    DELETE FROM freezes
    WHERE road = 'alert' AND uid = '' AND state = 'failed' AND ticket_id IS NULL
      AND asked_at < %(before)s
"""
HOLDING = f"""
    SELECT {_FREEZE} FROM freezes f
    WHERE f.state = 'acknowledged' AND f.uid <> '' AND f.road <> 'drill'
      AND (f.looked_at IS NULL OR f.looked_at < %(before)s)
    ORDER BY f.looked_at NULLS FIRST LIMIT %(limit)s
"""
LOOKED = """
    UPDATE freezes SET looked_at = %(at)s,
        missed_at = CASE WHEN %(is_missed)s THEN coalesce(missed_at, %(at)s) END
    WHERE id = %(id)s RETURNING missed_at
"""
ENDING = f"""
    SELECT {_FREEZE} FROM freezes f
    WHERE f.state = 'acknowledged' AND f.until <= %(now)s AND NOT f.is_confirmed
    ORDER BY f.until LIMIT %(limit)s
"""

STEPS = """
    SELECT s.step, s.done_by, a.public_name AS name, s.done_at
    FROM freeze_steps s JOIN agents a ON a.id = s.done_by WHERE s.freeze_id = %(freeze_id)s
"""
TICK = """
    INSERT INTO freeze_steps (freeze_id, step, done_by, done_at)
    VALUES (%(freeze_id)s, %(step)s, %(done_by)s, %(done_at)s) ON CONFLICT DO NOTHING
"""
UNTICK = "DELETE FROM freeze_steps WHERE freeze_id = %(freeze_id)s AND step = %(step)s"

ADD_UNLOCK = """
    INSERT INTO freeze_unlocks (challenge_id, freeze_id, visit, method, sent_to, begun_at,
        expires_at)
    VALUES (%(challenge_id)s, %(freeze_id)s, %(visit)s, %(method)s, %(sent_to)s, %(begun_at)s,
        %(expires_at)s)
    ON CONFLICT (challenge_id) DO NOTHING
"""
UNLOCK = """
    SELECT challenge_id, freeze_id, method, sent_to, expires_at, passed_at FROM freeze_unlocks
    WHERE freeze_id = %(freeze_id)s AND visit = %(visit)s AND expires_at > %(now)s
    ORDER BY begun_at DESC LIMIT 1
"""
UNLOCKED = """
    UPDATE freeze_unlocks SET passed_at = %(at)s, expires_at = %(until)s
    WHERE challenge_id = %(challenge_id)s
"""
DROP_UNLOCK = "DELETE FROM freeze_unlocks WHERE challenge_id = %(challenge_id)s"
# The latest current talk of each thread; older ones of it lead to the same place.
THREADS = """
    SELECT c.id, c.ticket_id, c.customer_id, c.channel, c.account_id, c.thread_key, c.recipient,
        c.subject, c.last_seq, c.agent_read_seq, c.customer_read_seq, c.customer_delivered_seq,
        c.last_inbound_at, c.is_blocked, c.is_current, c.created_at
    FROM conversations c
    WHERE c.customer_id = %(customer_id)s AND c.is_current AND NOT c.is_blocked
      AND c.thread_key IS NOT NULL
    ORDER BY c.created_at DESC, c.id DESC LIMIT %(limit)s
"""
ON_DUTY = """
    SELECT count(*)::int FROM presence p JOIN team_members m ON m.agent_id = p.agent_id
    WHERE p.state = 'online' AND m.team_key = %(team)s
"""
TAKER = """
    SELECT a.public_name FROM tickets t JOIN agents a ON a.id = t.assignee_id
    WHERE t.id = %(ticket_id)s
"""


# The strongest and latest proof of the ticket's own customer that still counts.
PROVED = """
    SELECT m.level, m.method, m.proven_at, c.recipient,
        (SELECT i.key FROM identities i
         WHERE i.customer_id = m.author_id AND i.kind = 'exchange' LIMIT 1) AS uid
    FROM messages m
    JOIN tickets t ON t.id = m.ticket_id AND t.customer_id = m.author_id
    JOIN conversations c ON c.id = m.conversation_id
    WHERE m.ticket_id = %(ticket_id)s AND m.kind = 'inbound' AND m.level >= 1
      AND m.proven_at > %(since)s AND NOT m.auth ? 'third_party'
    ORDER BY m.level DESC, m.proven_at DESC LIMIT 1
"""


class Place(msgspec.Struct, frozen=True):
    """Where a page ended; the next one starts right below."""

    asked_at: datetime
    id: UUID


TOP = Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    level: int
    method: str
    proven_at: datetime
    recipient: str
    uid: str | None


class Unlock(msgspec.Struct, frozen=True, kw_only=True):
    """A second proof the exchange was asked to take from its customer."""

    challenge_id: str
    freeze_id: UUID
    method: str
    sent_to: str
    expires_at: datetime
    passed_at: datetime | None


def subject_of(proof: Proof, freeze_id: UUID) -> str:
    """What was proved, as one word: the same proof again finds the same freeze."""
    if proof.uid:
        return f"uid:{proof.uid}"
    if proof.mailbox:
        return f"mailbox:{proof.mailbox}"
    if proof.token:
        return f"token:{hashlib.sha256(proof.token.encode()).hexdigest()}"
    return f"nobody:{freeze_id}"


async def add(work: Work, freeze: Freeze, *, subject: str, token: bytes | None) -> bool:
    """False when one stands for this subject already."""
    return await work.run(ADD, **_values(freeze), subject=subject, token=token) == 1


async def get(work: Work, freeze_id: UUID, *, lock: bool = False) -> Freeze:
    found = await work.one(Freeze, LOCK if lock else GET, id=freeze_id)
    if found is None:
        raise FreezeNotFound
    return found


async def standing_for(work: Work, subject: str) -> Freeze | None:
    """The freeze that a press with the same proof meant before."""
    since = work.now() - _REPEATED
    return await work.one(Freeze, OF_SUBJECT, subject=subject, since=since)


async def of_account(work: Work, uid: str) -> Freeze | None:
    """The freeze of this account that stands, or is asked for."""
    return await work.one(Freeze, OF_ACCOUNT, uid=uid)


async def of_ticket(work: Work, ticket_id: UUID) -> Freeze | None:
    """The latest freeze of a ticket that the caller may see."""
    return await work.one(Freeze, OF_TICKET, ticket_id=ticket_id)


async def latest(work: Work, *, below: Place = TOP, limit: int = 50) -> list[Freeze]:
    return await work.rows(Freeze, LIST, limit=limit, **asdict(below))


async def save(work: Work, freeze: Freeze) -> Freeze:
    await work.run(SAVE, **_values(freeze))
    return freeze


async def links_in_line(work: Work) -> int:
    """How many links of alert mails wait for the exchange's word."""
    return await work.one(int, LINKS_IN_LINE) or 0


async def holding(work: Work, *, before: datetime, limit: int = 50) -> list[Freeze]:
    """Freezes that hold as far as we know, and were not compared since ``before``."""
    return await work.rows(Freeze, HOLDING, before=before, limit=limit)


async def at_exchange(work: Work, freeze_id: str) -> Freeze | None:
    """The freeze that holds under this id of the exchange's, locked."""
    return await work.one(Freeze, AT_EXCHANGE, freeze_id=freeze_id)


async def is_being_lifted(work: Work, freeze_id: UUID) -> bool:
    """Whether its owner has proved here, just now, that it may be lifted."""
    return await work.one(bool, BEING_LIFTED, id=freeze_id, now=work.now()) is not None


async def looked(work: Work, freeze_id: UUID, *, is_missed: bool) -> datetime | None:
    """Note that the exchange was asked; since when it has not named this freeze any more."""
    return await work.one(datetime, LOOKED, id=freeze_id, at=work.now(), is_missed=is_missed)


async def ending(work: Work, *, limit: int = 100) -> list[Freeze]:
    """Freezes that have come to their end."""
    return await work.rows(Freeze, ENDING, now=work.now(), limit=limit)


async def steps(work: Work, freeze_id: UUID) -> list[Ticked]:
    return await work.rows(Ticked, STEPS, freeze_id=freeze_id)


async def tick(work: Work, freeze_id: UUID, step: Step, *, is_done: bool) -> bool:
    """Whether anything changed."""
    if not is_done:
        return await work.run(UNTICK, freeze_id=freeze_id, step=step) == 1
    values = {"done_by": work.actor.id, "done_at": work.now()}
    return await work.run(TICK, freeze_id=freeze_id, step=step, **values) == 1


async def unlock_of(work: Work, freeze_id: UUID, visit: bytes) -> Unlock | None:
    """The challenge this visit was given for this freeze, while it lasts."""
    return await work.one(Unlock, UNLOCK, freeze_id=freeze_id, visit=visit, now=work.now())


async def proved_on(work: Work, ticket_id: UUID) -> Proof | None:
    """What a ticket's customer proved there within a day: their account, or their mailbox."""
    since = work.now() - CONTACT_LASTS
    shown = await work.one(_Shown, PROVED, ticket_id=ticket_id, since=since)
    if shown is None:
        return None
    has_account = shown.level >= Level.L2 and shown.uid
    if not has_account and "@" not in shown.recipient:
        return None
    return Proof(
        road=Road.AGENT,
        level=Level(shown.level),
        method=shown.method,
        proven_at=shown.proven_at,
        uid=shown.uid or "" if has_account else "",
        mailbox="" if has_account else shown.recipient.lower(),
    )


async def on_duty(work: Work, team: str) -> int:
    """How many of a team are at their desks."""
    return await work.one(int, ON_DUTY, team=team) or 0


async def taker(work: Work, freeze: Freeze) -> str | None:
    """The public name of whoever has the ticket."""
    return await work.one(str, TAKER, ticket_id=freeze.ticket_id)


def _values(freeze: Freeze) -> dict[str, object]:
    return {**asdict(freeze), "stops": list(freeze.stops)}
