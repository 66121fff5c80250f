"""Writing to us and following one's ticket, as a guest without a script."""

import re
import time
from uuid import UUID, uuid4

import base58
import httpx2
import pytest

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.links import ticket_link
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import service
from fanlight.features.tickets.acknowledge import acknowledge
from fanlight.features.tickets.events import TicketOpened
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.sealing import Sealer
from fanlight.surfaces.help.sending import count_writer
from fanlight.surfaces.shared.settings import HelpSettings
from tests.surfaces.help.scene import field, words
from tests.surfaces.widget.house import House

pytestmark = pytest.mark.usefixtures("forgiven")

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
TEXT = "I sent 250 USDT on TRON at 09:10, and it is not in my account."


def form(visitor: httpx2.Client, lang: str = "en", **wanted: str) -> dict[str, str]:
    """What a browser would post from an untouched page, and what was filled in."""
    html = visitor.get(
        f"/{lang}/contact", params={k: wanted.pop(k) for k in ("article", "q") if k in wanted}
    ).text
    hidden = {name: field(html, name) for name in ("key", "article", "searched")}
    return {"topic": "", "text": TEXT, "email": f"{uuid4().hex}@mail.example", **hidden, **wanted}


def post(
    house: House, visitor: httpx2.Client, data: dict[str, str], **more: object
) -> httpx2.Response:
    lang = more.pop("lang", "en")
    headers = {"origin": house.url} | dict(more.pop("headers", {}))  # type: ignore[call-overload]
    return visitor.post(f"/{lang}/contact", data=data, headers=headers, **more)


def ticket_of(house: House, reference: str) -> tickets.Ticket:
    async def read() -> tickets.Ticket:
        async with house.edge.work() as work:
            ticket_id = await work.one(
                UUID, "SELECT id FROM tickets WHERE reference = %(ref)s", ref=reference
            )
            assert ticket_id is not None
            return await tickets.get_ticket(work, ticket_id)

    return house.run(read())


def reference_in(html: str) -> str:
    found = re.search(r"FL-[A-Z0-9]{9}", html)
    assert found
    return found.group()


def test_a_message_becomes_a_ticket_with_its_own_page(house: House, visitor: httpx2.Client) -> None:
    data = form(visitor, article="deposits-withdrawals/missing-memo", q="memo forgotten")
    answer = post(house, visitor, data | {"topic": "deposits-withdrawals", "name": "Ada"})
    assert answer.status_code == 303
    page = visitor.get(answer.headers["location"])
    ticket = ticket_of(house, reference_in(page.text))

    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert TEXT in words(page.text)
    assert "Received as" in words(page.text)
    assert ticket.channel == "web.form"
    assert ticket.tags == ("deposits-withdrawals",)
    assert ticket.language == "en"
    assert ticket.subject.startswith("I sent 250 USDT")

    async def heard() -> list[str]:
        async with house.edge.work() as work:
            (thread,) = await conversations.of_ticket(work, ticket.id)
            return [m.text for m in await conversations.messages_after(work, thread.id, after=0)]

    assert "Missing or wrong memo" in house.run(heard())[0]
    assert "memo forgotten" in house.run(heard())[0]


def test_the_same_form_sent_twice_is_one_message(house: House, visitor: httpx2.Client) -> None:
    data = form(visitor)
    first, again = post(house, visitor, data), post(house, visitor, data)
    assert first.status_code == again.status_code == 303

    async def count() -> int | None:
        async with house.edge.work() as work:
            return await work.one(
                int,
                "SELECT count(*) FROM identities i JOIN tickets t USING (customer_id)"
                " WHERE i.key = %(email)s",
                email=data["email"],
            )

    assert house.run(count()) == 1


def test_a_secret_is_stopped_hidden_and_nothing_is_kept(
    house: House, visitor: httpx2.Client
) -> None:
    data = form(visitor, text=f"It asks for my words: {SEED}. Meridian asked for it at 09:10.")
    answer = post(house, visitor, data)

    assert answer.status_code == 422
    assert "seed phrase" in words(answer.text)
    assert "sausage" not in answer.text
    assert "⟦" not in answer.text
    assert "Meridian asked for it at 09:10." in answer.text  # the rest of their words stay

    async def kept() -> int | None:
        async with house.edge.work() as work:
            return await work.one(
                int, "SELECT count(*) FROM identities WHERE key = %(email)s", email=data["email"]
            )

    assert house.run(kept()) == 0
    mended = post(house, visitor, data | {"text": TEXT})
    assert mended.status_code == 303


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": ""}, "Without an address"),
        ({"email": "ada"}, "not a whole address"),
        ({"email": "a@b.example,c@d.example"}, "not a whole address"),
        ({"text": "  "}, "Nothing is written yet"),
        ({"text": "x" * 8001}, "One character too many"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_stays(
    house: House, visitor: httpx2.Client, wrong: dict[str, str], said: str
) -> None:
    data = form(visitor, name="Ada Quill")
    answer = post(house, visitor, data | wrong)

    assert answer.status_code == 422
    assert said in words(answer.text)
    assert 'value="Ada Quill"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    if "text" not in wrong:
        assert TEXT in answer.text


def test_a_form_from_another_site_is_refused_and_kept_on_the_page(
    house: House, visitor: httpx2.Client
) -> None:
    data = form(visitor)
    answer = post(house, visitor, data, headers={"origin": "https://evil.example"})

    assert answer.status_code == 422
    assert "from another page" in words(answer.text)
    assert TEXT in answer.text
    assert post(house, visitor, data).status_code == 303


def test_too_many_messages_are_told_when_to_come_back(house: House, visitor: httpx2.Client) -> None:
    mine = f"{uuid4().hex}@mail.example"
    for _ in range(10):
        assert post(house, visitor, form(visitor, email=mine)).status_code == 303
    answer = post(house, visitor, form(visitor, email=mine.upper()))

    assert answer.status_code == 429
    assert "minutes" in words(answer.text)
    assert TEXT in answer.text
    # Thousands share one address at a mobile carrier: a neighbour still writes.
    assert post(house, visitor, form(visitor)).status_code == 303


def test_a_flood_of_made_up_mailboxes_ends(house: House) -> None:
    settings = HelpSettings(messages_per_hour=2, network_messages_per_hour=3)

    async def flooded() -> None:
        async with house.edge.work() as work:
            for name in ("a", "b", "c"):
                await count_writer(work, settings, network="one", email=f"{name}@mail.example")
            with pytest.raises(TooManyTries):
                await count_writer(work, settings, network="one", email="d@mail.example")
            # Whoever types somebody's mailbox elsewhere does not silence its owner.
            for network in ("two", "three", "four"):
                await count_writer(work, settings, network=network, email="a@mail.example")

    house.run(flooded())


def test_files_come_along_and_refused_ones_say_why(house: House, visitor: httpx2.Client) -> None:
    files = [
        ("files", ("note.txt", b"a plain note", "text/plain")),
        ("files", ("empty.png", b"", "image/png")),
    ]
    answer = post(house, visitor, form(visitor), files=files)
    page = visitor.get(answer.headers["location"]).text

    assert "note.txt" in page
    link = re.search(r'href="([^"]*/files/[^"]+)"', page)
    assert link
    assert "127.0.0.1" in link.group(1)
    assert "Not taken: the file is empty." in words(page)


def test_too_many_files_are_refused_before_anything_is_sent(
    house: House, visitor: httpx2.Client
) -> None:
    files = [("files", (f"{n}.txt", b"x", "text/plain")) for n in range(6)]
    answer = post(house, visitor, form(visitor), files=files)

    assert answer.status_code == 422
    assert "at most 5 files" in words(answer.text)


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "zh-Hant"])
def test_an_answer_shows_on_the_ticket_and_a_reply_joins_it(
    house: House, visitor: httpx2.Client, lang: str
) -> None:
    place = (
        post(house, visitor, form(visitor, lang), lang=lang).headers["location"].partition("?")[0]
    )
    ticket = ticket_of(house, reference_in(visitor.get(place).text))

    async def thread() -> conversations.Conversation:
        async with house.edge.work() as work:
            return (await conversations.of_ticket(work, ticket.id))[0]

    house.run(house.answer(house.run(thread()).id, "Please send the transaction hash."))
    page = visitor.get(place).text
    assert "Please send the transaction hash." in words(page)
    assert "林澈" in page

    data = {"text": "It is 9f3c27.", "key": field(page, "key")}
    sent = visitor.post(place, data=data, headers={"origin": house.url})
    assert sent.status_code == 303
    assert "It is 9f3c27." in words(visitor.get(place).text)
    assert house.run(thread()).customer_read_seq >= 2
    assert ticket_of(house, ticket.reference).needs_answer


def test_links_in_answers_can_be_followed_and_hold_nothing_else(
    house: House, visitor: httpx2.Client
) -> None:
    place = post(house, visitor, form(visitor)).headers["location"].partition("?")[0]
    ticket = ticket_of(house, reference_in(visitor.get(place).text))

    async def thread() -> UUID:
        async with house.edge.work() as work:
            return (await conversations.of_ticket(work, ticket.id))[0].id

    said = 'See https://help.example/a?b=1&c=2. Not <a href="javascript:x">this</a>。'
    sure = ["unknown_link:https://help.example/a?b=1&c=2"]
    house.run(house.answer(house.run(thread()), said, confirmed=sure))
    page = visitor.get(place).text

    assert '<a href="https://help.example/a?b=1&amp;c=2" rel="noopener' in page
    assert "&lt;a href=&#34;javascript:x&#34;&gt;this&lt;/a&gt;" in page


def test_our_automatic_answer_shows_with_this_very_link(
    house: House, visitor: httpx2.Client
) -> None:
    place = post(house, visitor, form(visitor)).headers["location"].partition("?")[0]
    ticket = ticket_of(house, reference_in(visitor.get(place).text))

    async def answer() -> None:
        async with house.edge.work() as work:
            (thread,) = await conversations.of_ticket(work, ticket.id)
            (said,) = await conversations.messages_after(work, thread.id, after=0)
            opened = TicketOpened(
                ticket_id=ticket.id,
                conversation_id=thread.id,
                message_id=said.id,
                language="en",
                opened_at=ticket.opened_at,
            )
            await acknowledge(work, opened)  # as the worker does

    house.run(answer())
    page = visitor.get(place).text
    assert "This answer is automatic" in page
    assert f'href="{house.url}{place}"' in page
    assert "/t/…" not in page


def test_a_long_address_is_shown_by_its_host_and_its_end(
    house: House, visitor: httpx2.Client
) -> None:
    long = f"https://explorer.example/tx/{'a1b2c3' * 12}"
    answer = post(house, visitor, form(visitor) | {"text": f"It is at {long} since noon."})
    page = visitor.get(answer.headers["location"]).text
    assert f'<a href="{long}" rel="noopener noreferrer nofollow" title="{long}">' in page
    assert ">https://explorer.example/…a1b2c3</a>" in page


def test_a_reply_with_a_secret_is_stopped_too(house: House, visitor: httpx2.Client) -> None:
    place = post(house, visitor, form(visitor)).headers["location"].partition("?")[0]
    answer = visitor.post(place, data={"text": SEED}, headers={"origin": house.url})

    assert answer.status_code == 422
    assert "sausage" not in answer.text
    assert "⟦" not in answer.text
    assert "sausage" not in visitor.get(place).text


def test_notes_and_other_threads_never_show(house: House, visitor: httpx2.Client) -> None:
    place = post(house, visitor, form(visitor)).headers["location"].partition("?")[0]
    ticket = ticket_of(house, reference_in(visitor.get(place).text))

    async def whisper() -> None:
        async with house.edge.work(house.as_agent()) as work:
            await service.tag(work, ticket.id, tags=["rather-private"], version=ticket.version)

    house.run(whisper())
    assert "rather-private" not in visitor.get(place).text


def test_a_link_opens_its_own_ticket_and_nothing_when_changed(
    house: House, visitor: httpx2.Client
) -> None:
    place = post(house, visitor, form(visitor)).headers["location"].partition("?")[0]
    token = place.rpartition("/")[2]
    other = place[:-1] + ("A" if place[-1] != "A" else "B")
    assert visitor.get(place).status_code == 200
    for wrong in (other, f"/en/t/{token[:-4]}", "/en/t/x", f"/en/t/{token}{token}"):
        assert visitor.get(wrong).status_code in {404, 410}

    ticket = ticket_of(house, reference_in(visitor.get(place).text))
    sealer, now = house.edge.shelf.of(Sealer), house.edge.now()
    whole = ticket_link(sealer, ticket.id, ticket.customer_id, now=now)
    stranger = ticket_link(sealer, ticket.id, uuid4(), now=now)
    late = ticket_link(sealer, ticket.id, ticket.customer_id, now=now, days=-1)
    assert visitor.get(f"/zh-Hant/t/{whole}").status_code == 200
    assert visitor.get(f"/en/t/{stranger}").status_code == 410
    assert visitor.get(f"/en/t/{late}").status_code == 410


def test_a_body_that_is_no_form_is_refused(house: House, visitor: httpx2.Client) -> None:
    headers = {"origin": house.url, "content-type": "multipart/form-data; boundary=x"}
    answer = visitor.post("/en/contact", content=b"\xff\xfe not a form", headers=headers)
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize(
    ("body", "status"), [(b"a=b&" * 200_000, 400), (b"text=" + b"x" * 5_000_000, 413)]
)
def test_a_form_of_any_size_is_refused_at_once(
    house: House, visitor: httpx2.Client, body: bytes, status: int
) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded", "origin": house.url}
    begun = time.monotonic()

    answer = visitor.post("/en/contact", content=body, headers=kind)

    assert answer.status_code == status
    assert time.monotonic() - begun < 1  # it was two seconds for a fifth of a million fields


def test_a_key_in_a_hidden_field_or_as_an_address_is_not_kept(
    house: House, visitor: httpx2.Client
) -> None:
    wif = base58.b58encode_check(b"\x80" + bytes(range(32)) + b"\x01").decode()

    assert post(house, visitor, form(visitor, email=f"{wif}@mail.example")).status_code == 422
    assert post(house, visitor, form(visitor, key=wif)).status_code == 303

    async def kept() -> int | None:
        async with house.edge.work() as work:
            return await work.one(
                int, "SELECT count(*) FROM inbound_events WHERE dedupe_key = %(key)s", key=wif
            )

    assert house.run(kept()) == 0
