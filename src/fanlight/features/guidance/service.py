"""What is done with what the guide understands: tickets ranked, corrections kept, rules saved."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec
import structlog

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Message
from fanlight.features.guidance.advice import LONGEST, PRIORITY
from fanlight.features.guidance.errors import RulesBroken, RulesMoved
from fanlight.features.guidance.keeping import CHANGED, guide_of, keeper_of
from fanlight.features.guidance.models import Category, Triage, Urgency
from fanlight.features.guidance.queries import kept
from fanlight.features.guidance.rules import BadRules, Rules
from fanlight.features.guidance.said import Said
from fanlight.features.guidance.triage import alarms
from fanlight.features.people.permissions import needs
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import service as ticket_service
from fanlight.features.tickets.models import Priority
from fanlight.kernel import audit
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

log = structlog.get_logger(__name__)

EDIT = "guide.edit"
LONGEST_RULES = 400_000  # characters


async def triage_ticket(work: Work, ticket_id: UUID, message_id: UUID) -> None:
    """Read a fresh ticket: what it is about, how urgent; its priority follows, upwards only.

    A second call changes nothing.
    """
    message = await conversations.get_message(work, message_id)
    found = (await guide_of(work)).understand(_said(message), lang=message.language)
    if await kept.note_triage(work, ticket_id, found):
        await _raise(work, ticket_id, found.urgency)


async def triage_at_once(work: Work, message: Message) -> bool:
    """Read the ticket that these words have just opened; whether that could be done here.

    Not where the guide would have to be loaded first, nor where it stumbles over the words: that is
    no reason to refuse them.
    """
    guide = await keeper_of(work.shelf).at_hand(work)
    if guide is None:
        return False
    try:
        found = guide.understand(_said(message), lang=message.language)
    except Exception:
        log.exception("guide_stumbled", message_id=message.id)
        return False
    kept.note_fresh(work, message.ticket_id, found)
    await _raise(work, message.ticket_id, found.urgency)
    return True


async def note_ticket(work: Work, ticket_id: UUID, text: str) -> None:
    """Keep what a ticket is about, by its first words, if that was not kept before.

    They are cleaned words: the front door has looked over all that stands on a ticket.
    """
    await kept.note_triage(work, ticket_id, (await guide_of(work)).understand(Said.cleaned(text)))


def _said(message: Message) -> Said:
    """What was said, and what the guard hid beside it: in a file, in the layout."""
    text = message.visible_text or message.text
    beside = [f"⟦hidden:{kind}⟧" for kind in message.redactions if f":{kind}⟧" not in text]
    return Said.cleaned("\n".join([text, *beside]))


async def hear_more(work: Work, ticket_id: UUID, message_id: UUID) -> None:
    """One more message: what the rules call urgent in it raises the ticket.

    Words that merely look like urgent ones raise nothing here: the talk has its agent by now.
    """
    message = await conversations.get_message(work, message_id)
    reasons = alarms(await keeper_of(work.shelf).rules(work), _said(message))
    if reasons and await _raise(work, ticket_id, Urgency.URGENT):
        await work.run(
            kept.RAISED,
            ticket_id=ticket_id,
            urgency=Urgency.URGENT,
            reasons=msgspec.json.encode(reasons).decode(),
        )


async def is_alarming(work: Work, message: Message) -> bool:
    """Whether ``hear_more`` has anything to do, by the rules of seconds ago.

    Yes where they stumble over the words: that is no reason to refuse a message.
    """
    rules = await keeper_of(work.shelf).recent_rules(work)
    try:
        return rules is None or bool(alarms(rules, _said(message)))
    except Exception:
        log.exception("guide_stumbled", message_id=message.id)
        return True


async def _raise(work: Work, ticket_id: UUID, urgency: Urgency) -> bool:
    """Rank a ticket sooner; whether it was. What somebody ranked sooner stays so."""
    wanted = PRIORITY[urgency]
    # Low is no rank given by a machine: the promise that was already made would not move anyway.
    return wanted < Priority.NORMAL and await ticket_service.hasten(
        work, ticket_id, priority=wanted
    )


async def categorise(work: Work, ticket_id: UUID, category: Category) -> None:
    """An agent says what a ticket is about; the guide learns from it.

    Raises:
        TicketNotFound: there is none, or the actor may not see it.
    """
    needs(work.actor, "ticket.edit")
    await tickets.get_ticket(work, ticket_id)
    await kept.note_category(work, ticket_id, category, by="agent")
    await work.run(tickets.STAMP, id=ticket_id)
    work.signal("feed.console")


async def told_by_customer(work: Work, ticket_id: UUID, category: Category) -> None:
    """Who writes has said what it is about, on the way here."""
    await kept.note_category(work, ticket_id, category, by="customer")


async def note_correction(work: Work, said: Said, found: Triage, category: Category) -> None:
    """Keep that we read somebody wrongly, until a lead has looked at it."""
    await work.run(
        kept.CORRECTED,
        id=new_id(),
        text=said.text[:LONGEST],
        guessed=found.category,
        category=category,
        urgency=found.urgency,
        at=work.now(),
    )


async def decide(work: Work, correction_id: UUID, *, is_right: bool) -> None:
    """Learn from a correction, or drop it. One that was decided already stays as it is."""
    needs(work.actor, EDIT)
    state = "taken" if is_right else "dropped"
    if not await work.run(kept.DECIDE, id=correction_id, state=state, by=work.actor.id):
        return
    about = f"guide_correction:{correction_id}"
    if is_right:
        await audit.record(work, "guide.correction_taken", about)
        work.signal(CHANGED)
    else:
        await audit.record(work, "guide.correction_dropped", about)


async def save_rules(work: Work, text: str, *, number: int) -> kept.KeptRules | None:
    """Use these rules from now on. Their own examples are run first.

    Args:
        number: of the rules that the actor read; 0 for those that came along.

    Raises:
        RulesBroken: they cannot be read, or a rule fails its examples; ``where`` says which.
        RulesMoved: somebody saved others meanwhile.
    """
    needs(work.actor, EDIT)
    if len(text) > LONGEST_RULES:
        raise RulesBroken(where=f"{len(text)} > {LONGEST_RULES}")
    present = await kept.present_rules(work)
    if (present.number if present else 0) != number:
        raise RulesMoved
    broken = await asyncio.to_thread(_broken, text)
    if broken:
        raise RulesBroken(where="; ".join(broken[:5]))
    await work.run(kept.KEEP_RULES, text=text, by=work.actor.id, at=work.now())
    keeper_of(work.shelf).forget_recent()
    await audit.record(work, "guide.rules_saved", "guide_rules", before=number)
    work.signal(CHANGED)
    return await kept.present_rules(work)


def _broken(text: str) -> Sequence[str]:
    """What is wrong with rules, each fault in a line; nothing when they may be used."""
    try:
        rules = Rules.of(text)
    except BadRules as error:
        return [str(error)]
    return rules.broken()
