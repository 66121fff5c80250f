"""Whoever sent a secret is told what was hidden, why, and what to do now.

On our own pages the message itself says so. By mail, Telegram and the like we answer, once for a
message, with nothing of what they wrote: the sender's address may be somebody else's.
"""

from collections.abc import Sequence

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Author, Speaker, Words
from fanlight.features.tickets import queries
from fanlight.features.tickets.automatic import may_answer
from fanlight.features.tickets.events import SecretHidden
from fanlight.features.tickets.opening import able
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.events import subscriber
from fanlight.kernel.i18n import translate
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

# What to do is the same for several kinds.
_ADVICE = {
    "seed_phrase": "wallet",
    "private_key": "wallet",
    "extended_key": "wallet",
    "keystore": "keystore",
    "api_secret": "api_secret",
    "totp_secret": "totp_secret",
    "password": "password",
    "otp": "otp",
    "card": "card",
}


@subscriber(SecretHidden)
async def tell_sender(work: Work, event: SecretHidden) -> None:
    """Answer once. A machine gets no answer, an address no more than some a day."""
    conversation = await conversations.lock_conversation(work, event.conversation_id)
    channel = able(work, conversation.channel, conversation.account_id)
    if event.is_automatic or channel is None or channel.is_ours:
        return
    ticket = await queries.lock_ticket(work, event.ticket_id)
    client_key = f"hidden-{event.message_id}"
    if await conversations.by_client_key(work, ticket.id, client_key) is not None:
        return
    if not await may_answer(work, conversation, ticket.id, about="hidden"):
        return
    brand = work.of(Settings)[BrandSettings].name
    language = ticket.language
    words = Words(text=told(language, event.kinds, brand=brand), language=language)
    machine = Author(kind=Speaker.MACHINE, name=brand)
    await talk.say(work, conversation, machine, words, client_key=client_key)
    work.later(queries.STAMP, id=ticket.id)
    work.signal("feed.console")


def told(language: str, kinds: Sequence[str], *, brand: str) -> str:
    """The words: what it was, that nothing was kept, what to do now."""
    names = translate(language, "help.list_comma").join(
        translate(language, f"help.secret.{kind}") for kind in kinds
    )
    advice = dict.fromkeys(advice_on(kind, language) for kind in kinds)
    return "\n\n".join(
        [
            translate(language, "guard.told.hidden", kinds=names),
            *advice,
            translate(language, "guard.told.never", brand=brand),
        ]
    )


def advice_on(kind: str, language: str) -> str:
    """What to do now that this has been shown to somebody."""
    return translate(language, f"guard.do.{_ADVICE.get(kind, 'other')}")
