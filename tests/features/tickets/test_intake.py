"""The front door: repeats, secrets, threads, tickets opened, reopened and linked."""

from datetime import timedelta
from uuid import UUID

import pytest

from fanlight.channels.contract import Author, Bounce, Evidence, InboundFile
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Delivery, FileState
from fanlight.features.tickets import queries, replies, service
from fanlight.features.tickets.events import CustomerWrote, TicketOpened, TicketReopened
from fanlight.features.tickets.intake import receive
from fanlight.features.tickets.models import Status, Ticket
from fanlight.kernel.work import SYSTEM, Work
from tests.builders.tickets import event, hears, stored_agent

SEED = (
    "legal winner thank year wave sausage worth useful legal winner thank yellow"  # BIP-39 vector
)


async def ticket_of(work: Work, ticket_id: UUID | None) -> Ticket:
    assert ticket_id is not None
    return await queries.get_ticket(work, ticket_id)


async def test_a_first_message_opens_a_ticket(work: Work) -> None:
    taken = await hears(work, "My deposit of 2,400 USDT has not arrived")

    ticket = await ticket_of(work, taken.ticket_id)
    assert taken.is_new_ticket
    assert (ticket.status, ticket.team, ticket.needs_answer) == (Status.OPEN, "support", True)
    assert ticket.subject == "My deposit of 2,400 USDT has not arrived"
    assert ticket.due_at == work.now() + timedelta(minutes=240)
    assert [type(each) for each in work.outbox if isinstance(each, TicketOpened)] == [TicketOpened]


async def test_the_same_event_again_changes_nothing(work: Work) -> None:
    first = event(work)
    one = await receive(work, first)
    two = await receive(work, first)

    assert (one.outcome, two.outcome) == ("stored", "repeat")
    assert len(await service.timeline(work, one.ticket_id or UUID(int=0))) == 1


async def test_the_next_message_joins_the_thread(work: Work) -> None:
    one = await hears(work, "My deposit is missing")
    two = await hears(work, "It was 2,400 USDT")

    assert (two.ticket_id, two.is_new_ticket, two.seq) == (one.ticket_id, False, 2)
    assert any(isinstance(each, CustomerWrote) for each in work.outbox)
    assert (await ticket_of(work, one.ticket_id)).preview == "It was 2,400 USDT"


async def test_the_message_handed_back_is_the_one_stored(work: Work) -> None:
    for text in ("My deposit is missing", f"my seed phrase is {SEED}"):
        taken = await receive(work, event(work, text, html=f"<p>{text}</p>"), raw=text.encode())
        assert taken.message_id is not None
        assert taken.message == await conversations.get_message(work, taken.message_id)


async def test_another_customer_gets_a_ticket_of_their_own(work: Work) -> None:
    one = await hears(work)
    two = await hears(work, thread_key="wei", author=Author(native_id="wei"))

    assert one.ticket_id != two.ticket_id


async def test_a_secret_is_hidden_before_anything_is_stored(work: Work) -> None:
    taken = await receive(
        work,
        event(work, f"my seed phrase is {SEED}", subject=f"help {SEED}", html=f"<p>{SEED}</p>"),
        raw=f"Subject: help {SEED}".encode(),
    )

    (message,) = await service.timeline(work, taken.ticket_id or UUID(int=0))
    ticket = await ticket_of(work, taken.ticket_id)
    assert "⟦hidden:seed_phrase⟧" in message.text
    assert message.redactions == ("seed_phrase",)
    assert (message.has_html, message.original_id) == (False, None)
    for said in (message.text, message.subject or "", ticket.subject, ticket.preview):
        assert "sausage" not in said
    dump = await work.rows(
        str, "SELECT m::text FROM messages m UNION SELECT t::text FROM tickets t"
    )
    assert not any("sausage" in row for row in dump)


@pytest.mark.parametrize(
    "html",
    [
        "".join(f"<span>{word}</span>&nbsp;" for word in SEED.split()),
        "".join(f"<td>{word}</td>" for word in SEED.split()),
        " ".join(f"{word[:2]}<b>{word[2:]}</b>" for word in SEED.split()),
        SEED.replace("a", "&#97;"),
    ],
)
async def test_a_secret_only_in_the_layout_is_not_kept(work: Work, html: str) -> None:
    taken = await receive(work, event(work, "hello", html=f"<p>{html}</p>"), raw=b"as it came")

    message = await conversations.get_message(work, taken.message_id or UUID(int=0))
    assert message.redactions == ("seed_phrase",)
    assert (message.text, message.has_html, message.original_id) == ("hello", False, None)


async def test_layout_longer_than_is_looked_over_is_not_kept(work: Work) -> None:
    begins = f"<p>{'deposit ' * 10}</p>"
    short = await receive(work, event(work, "please help", html=begins))
    taken = await receive(work, event(work, "please help", html=begins * 3_000 + f"<p>{SEED}</p>"))

    assert [each.has_html for each in await service.timeline(work, short.ticket_id or UUID(int=0))]
    message = await conversations.get_message(work, taken.message_id or UUID(int=0))
    assert (message.text, message.has_html) == ("please help", False)


async def test_without_a_secret_the_original_is_kept_sealed(work: Work) -> None:
    taken = await receive(work, event(work, "hello there"), raw=b"as it came")

    (message,) = await service.timeline(work, taken.ticket_id or UUID(int=0))
    sealed = await work.one(bool, "SELECT sealed_key IS NOT NULL FROM blobs")
    assert message.original_id is not None
    assert sealed


async def test_a_message_on_a_solved_ticket_reopens_it(work: Work) -> None:
    taken = await hears(work)
    ticket = await ticket_of(work, taken.ticket_id)
    await queries.save(work, ticket.turned(Status.SOLVED, work.now()))

    again = await hears(work, "It is still missing")

    ticket = await ticket_of(work, taken.ticket_id)
    assert again.ticket_id == taken.ticket_id
    assert (ticket.status, ticket.solved_at, ticket.needs_answer) == (Status.OPEN, None, True)
    assert any(isinstance(each, TicketReopened) for each in work.outbox)


async def test_long_after_it_was_solved_a_linked_ticket_is_opened(work: Work) -> None:
    taken = await hears(work)
    ticket = await ticket_of(work, taken.ticket_id)
    await queries.save(work, ticket.turned(Status.SOLVED, work.now() - timedelta(days=15)))

    later = await hears(work, "Another question")
    after = await hears(work, "One more word")

    follow = await ticket_of(work, later.ticket_id)
    assert later.is_new_ticket
    assert follow.follows_id == taken.ticket_id
    assert after.ticket_id == later.ticket_id  # the thread has moved on


async def test_a_reference_joins_for_its_participant_and_for_nobody_else(work: Work) -> None:
    mail = {"thread_key": None, "references": ("<one@mail.example>",)}
    first = await hears(work, thread_key=None, native_message_id="<one@mail.example>")

    own = await hears(work, "and this", **mail)
    strange = await hears(work, "me too", author=Author(native_id="mallory"), **mail)

    assert own.ticket_id == first.ticket_id
    assert strange.ticket_id != first.ticket_id


async def test_a_stranger_with_the_token_joins_as_a_third_party(work: Work) -> None:
    first = await hears(work)

    await hears(
        work,
        "I am a friend of hers",
        thread_key=None,
        conversation_id=first.conversation_id,
        author=Author(native_id="mallory"),
        evidence=Evidence(level=1, method="dmarc"),
    )

    newest = (await service.timeline(work, first.ticket_id or UUID(int=0)))[0]
    assert newest.auth == {"third_party": "yes"}
    assert newest.level == 0


async def test_the_assurance_belongs_to_the_message(work: Work) -> None:
    first = await hears(work, evidence=Evidence(level=2, method="signed_session", subject="48"))
    await hears(work, "and now without")

    newest, oldest = await service.timeline(work, first.ticket_id or UUID(int=0))
    assert (oldest.level, oldest.method) == (2, "signed_session")
    assert (newest.level, newest.proven_at) == (0, None)


async def test_an_edit_keeps_the_version_before(work: Work) -> None:
    first = await hears(work, "I sent 24 USDT", native_message_id="7")

    await hears(work, "I sent 2,400 USDT", kind="message.edited", edits_native_id="7")

    (message,) = await service.timeline(work, first.ticket_id or UUID(int=0))
    assert (message.text, message.edited_at) == ("I sent 2,400 USDT", work.now())
    assert await work.rows(str, "SELECT text FROM message_versions") == ["I sent 24 USDT"]


async def test_an_edit_of_what_we_never_saw_is_a_message(work: Work) -> None:
    taken = await hears(work, "late", kind="message.edited", edits_native_id="never")

    assert taken.outcome == "stored"


async def test_a_bounce_marks_its_message_and_opens_nothing(work: Work) -> None:
    first = await hears(work)
    mei = work.acting_as(await stored_agent(work))
    sent = await replies.reply(
        mei,
        first.ticket_id or UUID(int=0),
        conversation_id=first.conversation_id or UUID(int=0),
        text="It is on its way",
        seen={first.conversation_id or UUID(int=0): 1},
        client_key="first-answer",
    )
    await work.run(
        conversations.ADD_REF, channel="paper", account_id="desk", native_id="out-1",
        message_id=sent.id, conversation_id=sent.conversation_id,
    )  # fmt: skip

    await hears(
        work,
        kind="bounce",
        references=("out-1",),
        bounce=Bounce(recipient="ling", is_permanent=True, status="5.1.1", diagnostic="no such"),
    )
    lost = await hears(work, kind="bounce", references=("unknown",))

    marked = await conversations.get_message(work, sent.id)
    assert (marked.delivery, marked.delivery_detail) == (Delivery.BOUNCED, "5.1.1 no such")
    assert lost.outcome == "ignored"


async def test_a_customer_who_blocks_us_gets_no_answer_there(work: Work) -> None:
    first = await hears(work)

    await hears(work, kind="member.blocked")

    talk = await conversations.get_conversation(work, first.conversation_id or UUID(int=0))
    assert talk.is_blocked
    assert not replies.may_answer(work, talk)


async def test_files_are_looked_into_and_named_when_refused(work: Work) -> None:
    taken = await hears(
        work,
        files=(
            InboundFile(name="notes.txt", declared_type="text/plain", content=b"tx 9f3c"),
            InboundFile(name="seed.txt", declared_type="text/plain", content=SEED.encode()),
            InboundFile(name="run.exe", declared_type="image/png", content=b"MZ" + bytes(200)),
        ),
    )

    good, seed, bad = await conversations.files_of(work, [taken.message_id or UUID(int=0)])
    assert (good.state, good.media_type) == (FileState.CLEAN, "text/plain")
    assert (seed.state, seed.detail, seed.blob_id) == (FileState.REFUSED, "secret", None)
    assert (bad.state, bad.detail, bad.blob_id) == (FileState.REFUSED, "kind", None)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "x" * 500_000, "", "\u202e🙂"])
async def test_odd_text_is_taken_all_the_same(work: Work, text: str) -> None:
    assert (await hears(work, text)).outcome == "stored"


async def test_spam_waits_in_nobodys_inbox(work: Work) -> None:
    taken = await hears(work, is_spam=True)
    await hears(work, "buy now")

    ticket = await ticket_of(work.acting_as(SYSTEM), taken.ticket_id)
    assert (ticket.status, ticket.due_at) == (Status.SPAM, None)


async def test_a_file_with_a_secret_is_named_and_nothing_of_it_is_kept(work: Work) -> None:
    files = (
        InboundFile(name="words.txt", declared_type="text/plain", content=SEED.encode()),
        InboundFile(name="slip.txt", declared_type="text/plain", content=b"paid 2,400 USDT"),
    )
    taken = await receive(work, event(work, "see the file", files=files), raw=SEED.encode())

    (message,) = await service.timeline(work, taken.ticket_id or UUID(int=0))
    kept = {file.name: file for file in await conversations.files_of(work, [message.id])}
    assert (message.redactions, message.original_id) == (("seed_phrase",), None)
    assert (kept["words.txt"].state, kept["words.txt"].detail) == (FileState.REFUSED, "secret")
    assert (kept["words.txt"].blob_id, kept["slip.txt"].state) == (None, FileState.CLEAN)
    assert len(await work.rows(UUID, "SELECT id FROM blobs")) == 1
