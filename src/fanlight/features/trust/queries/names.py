"""Statements on links and addresses that stand in messages."""

from collections.abc import Sequence
from typing import Literal, LiteralString
from uuid import UUID

import msgspec

from fanlight.features.trust.lookalikes import Reason, Standing
from fanlight.kernel.work import Work

ADD: LiteralString = """
    INSERT INTO message_names (message_id, number, place, value, verdict, apes, reasons,
        campaign_id)
    VALUES (%(message_id)s, %(number)s, %(place)s, %(value)s, %(verdict)s, %(apes)s, %(reasons)s,
        %(campaign_id)s)
"""
FORGET: LiteralString = "DELETE FROM message_names WHERE message_id = %(message_id)s"
OF_MESSAGES: LiteralString = """
    SELECT n.message_id, n.place, n.value, n.verdict, n.apes, n.reasons,
        n.campaign_id FROM message_names n
    WHERE n.message_id = ANY(%(ids)s) ORDER BY n.message_id, n.number
"""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One link or address of a message, judged when it came."""

    place: Literal["text", "sender"] = "text"
    value: str
    verdict: Standing
    apes: str | None = None
    reasons: tuple[Reason, ...] = ()
    campaign_id: UUID | None = None  # of reported scams that is watched for


class _Row(Judged, frozen=True, kw_only=True):
    message_id: UUID


async def keep(work: Work, message_id: UUID, names: Sequence[Judged]) -> None:
    """What a message names, instead of what was known of it before."""
    await work.run(FORGET, message_id=message_id)
    if names:
        await work.run_many(
            ADD,
            [
                {
                    "message_id": message_id,
                    "number": number,
                    "place": name.place,
                    "value": name.value,
                    "verdict": name.verdict,
                    "apes": name.apes,
                    "reasons": list(name.reasons),
                    "campaign_id": name.campaign_id,
                }
                for number, name in enumerate(names)
            ],
        )


async def of_messages(work: Work, ids: Sequence[UUID]) -> dict[UUID, list[Judged]]:
    """What these messages name; messages that name nothing are not among them."""
    found: dict[UUID, list[Judged]] = {}
    for row in await work.rows(_Row, OF_MESSAGES, ids=list(ids)):
        found.setdefault(row.message_id, []).append(row)
    return found
