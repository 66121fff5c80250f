"""Statements on links and addresses that stand in messages."""

from collections.abc import Sequence
from typing import Literal, LiteralString
from uuid import UUID

import msgspec

from fanlight.features.trust.likeness import Reason
from fanlight.features.trust.lookalikes import Standing
from fanlight.kernel.work import Work

ADD: LiteralString = """
    INSERT INTO message_names (message_id, number, place, value, verdict, apes, reasons,
        campaign_id)
    SELECT %(message_id)s::uuid, n.number - 1, n.place, n.value, n.verdict, n.apes, n.reasons,
        n.campaign_id
    FROM ROWS FROM (jsonb_to_recordset(%(names)s::jsonb) AS (place text, value text, verdict text,
        apes text, reasons text[], campaign_id uuid))
        WITH ORDINALITY AS n(place, value, verdict, apes, reasons, campaign_id, number)
"""
FORGET: LiteralString = "DELETE FROM message_names WHERE message_id = %(message_id)s"


def of_those(messages: LiteralString) -> LiteralString:
    """A statement on what messages name, those that another one finds the ids of."""
    return f"""
        SELECT n.message_id, n.place, n.value, n.verdict, n.apes, n.reasons, n.campaign_id
        FROM message_names n WHERE n.message_id IN ({messages}) ORDER BY n.message_id, n.number
    """


OF_MESSAGES = of_those("SELECT unnest(%(ids)s::uuid[])")


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


def keep(work: Work, message_id: UUID, names: Sequence[Judged]) -> None:
    """What a fresh message names."""
    if names:
        work.later(ADD, message_id=message_id, names=msgspec.json.encode(names).decode())


def keep_again(work: Work, message_id: UUID, names: Sequence[Judged]) -> None:
    """The same instead of what was known of it before."""
    work.later(FORGET, message_id=message_id)
    keep(work, message_id, names)


async def of_messages(work: Work, ids: Sequence[UUID]) -> dict[UUID, list[Judged]]:
    """What these messages name; messages that name nothing are not among them."""
    return await by_message(work, OF_MESSAGES, ids=list(ids))


async def by_message(
    work: Work, statement: LiteralString, **values: object
) -> dict[UUID, list[Judged]]:
    """The same for the messages of a statement made by ``of_those``."""
    found: dict[UUID, list[Judged]] = {}
    for row in await work.rows(_Row, statement, **values):
        found.setdefault(row.message_id, []).append(row)
    return found
