"""References of letters outside every ticket. Whose they are is kept as a MAC of the mailbox."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from fanlight.features.trust.service.checking import MESSAGES
from fanlight.kernel.ids import new_reference
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work

_KEPT = timedelta(days=30)

ADD = """
    INSERT INTO letter_marks (mark, mailbox_mac, sent_at)
    VALUES (%(mark)s, %(mailbox_mac)s, %(at)s) ON CONFLICT DO NOTHING
"""
SENT_TO = """
    SELECT mark, sent_at FROM letter_marks
    WHERE mark = %(mark)s AND mailbox_mac = ANY(%(mailbox_macs)s)
"""
TIDY = "DELETE FROM letter_marks WHERE sent_at < %(before)s"


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A letter of ours."""

    mark: str
    sent_at: datetime


async def give_mark(work: Work, mailbox: str) -> str:
    """A reference for a letter that leaves for this mailbox now."""
    values = {"mailbox_mac": _mac(work, mailbox), "at": work.now()}
    mark = new_reference(MESSAGES)
    while not await work.run(ADD, mark=mark, **values):
        mark = new_reference(MESSAGES)
    return mark


async def sent_to(work: Work, mark: str, mailboxes: Sequence[str]) -> Sent | None:
    """The letter of this reference, if it went to one of these mailboxes."""
    macs = [_mac(work, each) for each in mailboxes]
    return await work.one(Sent, SENT_TO, mark=mark, mailbox_macs=macs)


async def tidy(work: Work) -> None:
    await work.run(TIDY, before=work.now() - _KEPT)


def _mac(work: Work, mailbox: str) -> bytes:
    key = work.of(Sealer).derive("letter marks")
    return hmac.digest(key, mailbox.strip().lower().encode(), "sha256")
