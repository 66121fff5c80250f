"""A chat goes on by mail when its customer has left: same ticket, said once, no account facts."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from fanlight.channels.adapters.webchat.adapter import (
    ACCOUNT,
    CHANNEL,
    Spoken,
    WebchatAdapter,
    event_of,
)
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.channels.adapters.webform.adapter import WebformAdapter, Written
from fanlight.channels.contract import Author as Sender
from fanlight.channels.contract import Evidence
from fanlight.channels.registry import Channels
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.links import ticket_link
from fanlight.features.conversations.models import Conversation, Kind, Message, Speaker
from fanlight.features.tickets import continuation, replies
from fanlight.features.tickets.acknowledge import acknowledge
from fanlight.features.tickets.continuation import Continue, continue_by_mail
from fanlight.features.tickets.events import AgentAnswered, TicketOpened
from fanlight.features.tickets.intake import receive
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work
from fanlight.surfaces.help.pages.ticket import open_case
from tests.builders.paper import PaperChannel
from tests.builders.tickets import event, stored_agent
from tests.conftest import NOON

ADDRESS = "ling@mail.example"


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> Any:
        return self.at

    def after(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock(work: Work) -> Clock:
    work.now = clock = Clock()
    adapter = WebchatAdapter(WebchatSettings(), name="Meridian")
    work.shelf.offer(Channels([adapter, PaperChannel("email")]))
    return clock


async def chat(work: Work, *, is_signed: bool = False, email: str | None = ADDRESS) -> Conversation:
    """A guest (or a signed customer) has begun a chat and said where they can be reached."""
    spoken = Spoken(
        thread_key="visitor:ling:one",
        client_key="one-one-one",
        identity_kind="exchange" if is_signed else "visitor",
        identity_key="ling",
        text="Where is my deposit?",
        at=work.now(),
    )
    taken = await receive(work, event_of(spoken, Evidence()))
    assert taken.conversation_id is not None
    await continuation.note_contact(
        work,
        taken.conversation_id,
        email=email,
        language="en",
        is_signed=is_signed,
        mail_after_s=120,
        mail_while_open_s=600,
    )
    return await conversations.get_conversation(work, taken.conversation_id)


async def answer(work: Work, chat: Conversation, text: str = "It is here.") -> Message:
    mei = work.acting_as(await stored_agent(work, "support"))
    on_screen = await conversations.of_ticket(work, chat.ticket_id)
    return await replies.reply(
        mei,
        chat.ticket_id,
        conversation_id=chat.id,
        text=text,
        seen={each.id: each.last_seq for each in on_screen},
        client_key=f"key-{text}",
    )


async def look(work: Work, chat: Conversation) -> list[Message]:
    """Let the job run; what stands in the ticket's mail thread after it."""
    await continue_by_mail(work, Continue(chat.id))
    for each in await conversations.of_ticket(work, chat.ticket_id):
        if each.channel == "email":
            return await conversations.messages_after(work, each.id, after=0)
    return []


def looks_planned(work: Work, chat: Conversation) -> list[float]:
    """When the job is to look again, in seconds from now."""
    key = f"continue:{chat.id}"
    return [each.delay_s for each in work.jobs if each.key == key]


async def test_an_unread_answer_is_mailed_once_the_customer_has_left(
    work: Work, clock: Clock
) -> None:
    guest = await chat(work)
    said = await answer(work, guest, "It is here.")
    clock.after(118)
    assert await look(work, guest) == []
    clock.after(3)

    mails = await look(work, guest)

    assert [mail.kind for mail in mails] == [Kind.OUTBOUND]
    assert mails[0].ticket_id == said.ticket_id
    assert mails[0].text.startswith("It is here.\n\nMei, Meridian")
    assert "Where is my deposit?" not in mails[0].text  # nothing the guest wrote leaves by mail
    assert len(await look(work, guest)) == 1


async def test_what_was_read_is_not_mailed(work: Work, clock: Clock) -> None:
    guest = await chat(work)
    said = await answer(work, guest)
    await talk.mark_read(work, guest.id, by="customer", seq=said.seq or 0)
    clock.after(1000)
    assert await look(work, guest) == []


async def test_an_open_page_is_given_longer(work: Work, clock: Clock) -> None:
    guest = await chat(work)
    await continuation.came(work, guest.id)
    await answer(work, guest)
    clock.after(300)
    work.jobs.clear()
    assert await look(work, guest) == []
    assert looks_planned(work, guest) == [300.0]

    await continuation.left(work, guest.id)  # and now they are gone
    assert len(await look(work, guest)) == 1


async def test_a_second_answer_is_mailed_alone(work: Work, clock: Clock) -> None:
    guest = await chat(work)
    await answer(work, guest, "First.")
    clock.after(121)
    await look(work, guest)
    await answer(work, guest, "Second.")
    clock.after(121)

    mails = await look(work, guest)

    assert len(mails) == 2
    assert mails[1].text.startswith("Second.")
    assert mails[0].conversation_id == mails[1].conversation_id


async def test_a_signed_talk_is_only_announced(work: Work, clock: Clock) -> None:
    signed = await chat(work, is_signed=True)
    await answer(work, signed, "Your balance is 2,400 USDT.")
    clock.after(121)

    mails = await look(work, signed)

    assert "2,400" not in mails[0].text
    assert mails[0].text.startswith("Mei has answered in your chat.")


async def test_without_an_address_or_a_mailbox_the_answer_waits(work: Work, clock: Clock) -> None:
    silent = await chat(work, email=None)
    await answer(work, silent)
    clock.after(1000)
    assert await look(work, silent) == []

    await continuation.note_contact(
        work, silent.id, email=ADDRESS, language="en", is_signed=False, mail_after_s=120,
        mail_while_open_s=600,
    )  # fmt: skip
    work.shelf.offer(Channels([WebchatAdapter(WebchatSettings(), name="Meridian")]))
    assert continuation.mail_account(work) is None
    assert await look(work, silent) == []
    work.shelf.offer(
        Channels([WebchatAdapter(WebchatSettings(), name="Meridian"), PaperChannel("email")])
    )
    assert len(await look(work, silent)) == 1


async def test_an_answer_has_the_job_look_and_twice_is_once(work: Work, clock: Clock) -> None:
    guest = await chat(work)
    said = await answer(work, guest)
    heard = AgentAnswered(
        ticket_id=said.ticket_id,
        conversation_id=guest.id,
        message_id=said.id,
        agent_id=said.author_id or UUID(int=0),
    )
    work.jobs.clear()
    await continuation.watch_answer(work, heard)
    await continuation.watch_answer(work, heard)
    # One key, so of the two only one waits in the queue.
    assert looks_planned(work, guest) == [120.0, 120.0]
    assert {each.key for each in work.jobs} == {f"continue:{guest.id}"}


async def test_the_answer_to_the_mail_joins_the_same_ticket_as_the_same_customer(
    work: Work, clock: Clock
) -> None:
    guest = await chat(work)
    await answer(work, guest)
    clock.after(121)
    mail = (await look(work, guest))[0]

    back = event(
        work,
        "Thank you, I see it now.",
        channel="email",
        thread_key=None,
        identity_kind="email",
        author=Sender(native_id=ADDRESS, display="Ling Yu"),
        conversation_id=mail.conversation_id,  # proved by the signed address it was sent to
        evidence=Evidence(level=1, method="dmarc"),
    )
    taken = await receive(work, back)

    assert (taken.ticket_id, taken.is_new_ticket) == (guest.ticket_id, False)
    said = await conversations.get_message(work, taken.message_id or UUID(int=0))
    assert said.author_id == guest.customer_id
    assert (said.level, "third_party" in said.auth) == (1, False)


async def test_somebody_elses_answer_to_the_mail_is_a_third_partys(
    work: Work, clock: Clock
) -> None:
    guest = await chat(work)
    await answer(work, guest)
    clock.after(121)
    mail = (await look(work, guest))[0]
    forwarded = event(
        work,
        "I am a friend of theirs.",
        channel="email",
        thread_key=None,
        identity_kind="email",
        author=Sender(native_id="friend@mail.example"),
        conversation_id=mail.conversation_id,
        evidence=Evidence(level=1, method="dmarc"),
    )
    taken = await receive(work, forwarded)
    said = await conversations.get_message(work, taken.message_id or UUID(int=0))
    assert said.author_id != guest.customer_id
    assert (said.level, said.auth["third_party"]) == (0, "yes")


async def test_who_wrote_by_a_form_is_not_told_of_a_chat(work: Work, clock: Clock) -> None:
    form = WebformAdapter(BrandSettings(name="Meridian"))
    work.shelf.offer(Channels([form, PaperChannel("email")]))
    written = Written(form_key="one", email=ADDRESS, text="Where is my deposit?", at=work.now())
    taken = await receive(work, form.event_of(written))
    assert taken.conversation_id is not None
    await continuation.note_contact(
        work, taken.conversation_id, email=ADDRESS, language="en", is_signed=False,
        mail_after_s=120, mail_while_open_s=600,
    )  # fmt: skip
    talked = await conversations.get_conversation(work, taken.conversation_id)
    await answer(work, talked, "It is here.")
    clock.after(121)

    mail = (await look(work, talked))[0]

    thread = await conversations.get_conversation(work, mail.conversation_id or UUID(int=0))
    assert thread.subject == "Your message to Meridian"
    assert mail.text.startswith("It is here.\n\nMei, Meridian\n\nYou wrote to us")
    assert "chat" not in mail.text


async def test_the_automatic_answer_to_a_form_is_mailed_and_its_link_shows_the_form(
    work: Work, clock: Clock
) -> None:
    form = WebformAdapter(BrandSettings(name="Meridian"))
    work.shelf.offer(Channels([form, PaperChannel("email")]))
    written = Written(form_key="one", email=ADDRESS, text="Where is my deposit?", at=work.now())
    taken = await receive(work, form.event_of(written))
    assert taken.conversation_id is not None
    await continuation.note_contact(
        work, taken.conversation_id, email=ADDRESS, language="en", is_signed=False,
        mail_after_s=120, mail_while_open_s=600,
    )  # fmt: skip
    opened = next(each for each in work.outbox if isinstance(each, TicketOpened))
    await acknowledge(work, opened)
    await acknowledge(work, opened)  # an event may come twice

    threads = await conversations.of_ticket(work, opened.ticket_id)
    mail = next(each for each in threads if each.channel == "email")
    said = await conversations.messages_after(work, mail.id, after=0)
    assert len(said) == 1
    assert said[0].author_kind is Speaker.MACHINE
    assert mail.recipient == ADDRESS
    assert "deposit" not in said[0].text  # nothing that the sender wrote

    sealer = work.of(Sealer)
    by_mail = await open_case(work, ticket_link(sealer, opened.ticket_id, mail.id, now=work.now()))
    assert [each.is_machine for each in by_mail.said] == [False, True]  # it stands there once
    assert by_mail.said[0].is_mine
    token = ticket_link(sealer, opened.ticket_id, taken.conversation_id, now=work.now())
    typed = await open_case(work, token)
    assert len(typed.said) == 2
    await answer(work, mail, "For the mailbox alone.")
    typed = await open_case(work, token)
    assert len(typed.said) == 2  # an address that was typed opens no mails


def test_the_channel_has_one_account() -> None:
    adapter = WebchatAdapter(WebchatSettings(origins=("https://www.exchange.example",)), name="M")
    assert [(each.id, each.channel) for each in adapter.accounts] == [(ACCOUNT, CHANNEL)]


async def test_a_mail_thread_that_stands_already_is_held_before_the_ticket(edge: Edge) -> None:
    """An agent may have mailed before the automatic answer leaves (decision 8)."""
    form = WebformAdapter(BrandSettings(name="Meridian"))
    edge.shelf.offer(Channels([form, PaperChannel("email")]))
    async with edge.work() as work:
        written = Written(form_key="two", email=ADDRESS, text="Where is it?", at=work.now())
        taken = await receive(work, form.event_of(written))
        opened = next(each for each in work.outbox if isinstance(each, TicketOpened))
        await continuation.note_contact(
            work, opened.conversation_id, email=ADDRESS, language="en", is_signed=False,
            mail_after_s=120, mail_while_open_s=600,
        )  # fmt: skip
        account = continuation.mail_account(work)
        assert account is not None
        talked = await conversations.get_conversation(work, opened.conversation_id)
        mail = await continuation.mail_thread(
            work, opened.ticket_id, talked.customer_id, ADDRESS, account, "Your message"
        )
    async with edge.work() as work:
        await acknowledge(work, opened)  # the watch over locks sees in which order

    async with edge.reading() as work:
        said = await conversations.messages_after(work, mail.id, after=0)
    assert (len(said), taken.outcome) == (1, "stored")
