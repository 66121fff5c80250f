"""What the desk would have found out about the demo's messages as they came: links, reports."""

from collections.abc import Sequence

from fanlight.app.demo.told import Told
from fanlight.features.conversations.models import Kind
from fanlight.features.trust.service import scams, texts
from fanlight.kernel.work import Work

_ABOUT = "phishing"  # the tag of stories in which somebody reports a scam


async def gather(work: Work, tellings: Sequence[Told]) -> None:
    """Judge the links of every message and take the reports, the earliest first."""
    for told in sorted(tellings, key=lambda each: each.ticket.opened_at):
        heard = [each for each in told.messages if each.kind is Kind.INBOUND]
        if _ABOUT in told.ticket.tags:
            evidence = scams.Evidence(words="\n".join(each.text for each in heard))
            then = work.aside(now=lambda at=told.ticket.opened_at: at)  # type: ignore[misc]
            await scams.take(then, evidence, ticket_id=told.ticket.id)
        for message in heard:
            if texts.names_in(message.text):
                await texts.note(work, message.id, message.text)
