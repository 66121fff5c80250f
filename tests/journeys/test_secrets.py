"""Secrets are blurted out at every entry of the desk; afterwards they are nowhere in it.

Searched are every row of every table, every file of the data folder (the database's own journal
among them), everything that was sealed, everything logged and everything that ever left.
"""

import asyncio
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from fanlight.features.tickets.received import Received
from fanlight.kernel.db.private import PrivatePostgres
from fanlight.surfaces.shared.sessions import COOKIE
from tests.channels.telegram.fake import FakeTelegram
from tests.features.conversations.test_file_words import docx, eml, pdf
from tests.journeys.installation import ADDRESS
from tests.journeys.secrets import Planter
from tests.journeys.sought import in_database, in_files, in_sealed, that_left
from tests.journeys.town import Town, open_town, until
from tests.surfaces.widget.house import Customer, Line, People
from tests.ui.console import scene

pytestmark = pytest.mark.slow

LAST_WORDS = "That was all I wanted to say"
ARTICLE = "deposits-withdrawals/deposit-not-arrived"


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """A town of its own, whose desk writes down whatever it can."""
    with open_town(FANLIGHT_LOGS__LEVEL="debug") as town:
        yield town


def letter(name: str = "Ada", subject: str = "A question", text: str = "Hello") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"{name} <{uuid4().hex[:8]}@customer.example>"
    mail["To"] = ADDRESS
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{uuid4().hex}@customer.example>"
    mail.set_content(text)
    return mail


def test_no_secret_outlives_its_arrival(town: Town) -> None:
    planter, pieces = Planter(20261122), Planter(20261129)
    heard = town.run(open_console(town))

    town.run(in_the_chat(town, planter))
    town.run(piece_by_piece(town, pieces))
    by_mail(town, planter)
    on_telegram(town, planter, pieces)
    on_the_help_site(town, planter)
    at_the_desk(town, planter)
    everything_is_done(town)

    assert len({where for where, _ in planter.planted}) >= 70
    # What is no secret has to be found by the same search, or the search proves nothing.
    planter.planted.append(("control", LAST_WORDS))
    found = {
        "told to a console": {*planter.leaks("\n".join(heard))},
        "in the database": {*in_database(town, planter)},
        "in what was sealed": {*in_sealed(town, planter)},
        "in a file": {*in_files(town, planter)},
        "in what left": {*that_left(town, planter)},
    }
    controls = {
        place: [each for each in all_ if "control" in each] for place, all_ in found.items()
    }
    assert all(controls.values()), controls
    # A first piece stood until the last one came: what stands now holds neither.
    assert not [*in_database(town, pieces)]
    found["in the log"] = {*planter.leaks(town.log())}
    secrets = {place: sorted(all_ - {*controls.get(place, ())}) for place, all_ in found.items()}
    assert not any(secrets.values()), secrets


# ------------------------------------------------------------------------ where they are planted


async def open_console(town: Town) -> list[str]:
    """An agent who looks at everything; the frames their browser was sent."""
    staff = await scene.hire(town, "Nosy Parker", roles=("lead", "admin"))
    heard: list[str] = []

    async def listen() -> None:
        url = town.url.replace("http", "ws") + "/api/console/live"
        cookie = {"cookie": f"{COOKIE}={staff.token}"}
        origin = Origin(town.url)
        async with connect(url, origin=origin, additional_headers=cookie) as socket:
            await Line(socket).say(t="hello", feed=None)
            heard.append("connected")
            try:
                async for frame in socket:
                    heard.append(str(frame))
            except ConnectionClosed:
                return

    town.listener = asyncio.create_task(listen())
    while not heard:  # noqa: ASYNC110 - the world sets no event
        await asyncio.sleep(0.02)
    return heard


async def in_the_chat(town: Town, plant: Planter) -> None:
    """First words, later words, by socket, what was searched and read before, names of files."""
    people = People(town)
    page = f"https://www.meridian.example/?note={plant.phrase('chat page')}"
    guest = await people.guest(page=page)
    file = await upload(guest, f"{plant.phrase('chat file name')}.txt")
    held = {"file": ("a.pdf", pdf(plant.phrase("chat file")), "application/pdf")}
    assert (await guest.client.post("/api/widget/files", files=held)).status_code == 422
    begun = await guest.begin(
        plant.confession("chat, first words"),
        name=f"Ada {plant.wif('chat name')}",
        searched=[plant.phrase("chat searched"), f"card {plant.card('chat searched')}"],
        file_ids=[file],
    )
    talk = begun["conversation"]["id"]
    said = {"text": plant.confession("chat, later words"), "client_key": str(uuid4())}
    path = f"/api/widget/chats/{talk}/messages"
    assert (await guest.client.post(path, json=said)).status_code == 201
    async with guest.line(talk) as line:
        await line.until("ready")
        words = plant.confession("chat, by socket")
        await line.say(t="send", client_key=str(uuid4()), text=words)
        await line.until("ack")
        await line.say(t="nonsense", text=plant.phrase("a frame nobody knows"))
    for wrong in (
        {"text": {"oops": plant.phrase("a body of the wrong shape")}},
        {"text": "Hello", "article": f"basics/{plant.wif('chat article')}"},
    ):
        body = {"client_key": str(uuid4()), **wrong}
        assert (await guest.client.post("/api/widget/chats", json=body)).status_code == 400
    lost = f"/nowhere/{plant.wif('an address that does not exist')}"
    assert (await guest.client.get(lost)).status_code == 404
    await people.leave()


async def piece_by_piece(town: Town, plant: Planter) -> None:
    """Phrases over several messages, and a key cut in two."""
    people = People(town)
    guest = await people.guest()
    talk = (await guest.begin("Hello"))["conversation"]["id"]

    async def say(text: str) -> None:
        said = {"text": text, "client_key": str(uuid4())}
        answer = await guest.client.post(f"/api/widget/chats/{talk}/messages", json=said)
        assert answer.status_code == 201, answer.text

    for size in (6, 4):
        for piece in plant.pieces(f"chat, {size} words at a time", size):
            await say(piece)
        await say("That was it.")
    key = plant.hex_key("chat, a key cut in two")
    plant.planted[-1:] = [("chat, first half", key[:32]), ("chat, second half", key[32:])]
    await say(f"The private key: {key[:32]}")
    await say(key[32:])
    await people.leave()


async def upload(customer: Customer, name: str) -> str:
    sent = {"file": (name, b"Nothing in here.", "text/plain")}
    answer = await customer.client.post("/api/widget/files", files=sent)
    assert answer.status_code == 201, answer.text
    file_id: str = answer.json()["id"]
    return file_id


def by_mail(town: Town, plant: Planter) -> None:
    """Each part of a mail by itself: what is found in one says nothing about another."""
    town.hand_in(letter(text=plant.confession("mail text")))
    town.hand_in(letter(subject=f"Seed phrase: {plant.phrase('mail subject')}"))
    town.hand_in(letter(name=f"Ada {plant.wif('mail sender')}"))
    html = letter()
    html.add_alternative(f"<p>Hello <b>{plant.phrase('mail html')}</b></p>", subtype="html")
    town.hand_in(html)
    cut = letter(subject="x " * 245 + plant.phrase("mail subject, where it is cut"))
    town.hand_in(cut)
    table = letter()
    cells = "</td><td>".join(plant.phrase("mail html, a word a cell").split())
    table.add_alternative(f"<table><tr><td>{cells}</td></tr></table>", subtype="html")
    town.hand_in(table)
    hidden = letter()
    hidden.add_alternative(
        f"<p title='{plant.wif('mail html attribute')}'>Hello</p>", subtype="html"
    )
    town.hand_in(hidden)
    attached = letter()
    name = f"{plant.phrase('mail attachment name')}.txt"
    attached.add_attachment("Nothing in here.", filename=name)
    town.hand_in(attached)
    for place, content in (
        ("mail attachment", lambda words: words.encode()),
        ("mail PDF", pdf),
        ("mail letter", docx),
        ("mail in a mail", eml),
    ):
        enclosing = letter(text="See the file.")
        kept = content(plant.phrase(place))
        enclosing.add_attachment(kept, maintype="application", subtype="x-any", filename="a.bin")
        town.hand_in(enclosing)
    outside = letter(text="Hello")
    outside.make_mixed()
    outside.preamble = plant.phrase("before a mail's parts")
    outside.epilogue = f"my private key: {plant.hex_key('behind a mail')}"
    town.hand_in(outside)
    quoting = letter(text=f"See below.\n\n> my key: {plant.wif('mail quote')}\n")
    town.hand_in(quoting)
    broken = b"From: \xff\xfe\r\nSubject: =?utf-8?b?////?=\r\n\r\n"
    town.hand_in(broken + plant.confession("a broken mail").encode())
    bounce = letter(name="MAILER-DAEMON", text=f"550 no such user: {plant.wif('a bounce')}")
    bounce["Auto-Submitted"] = "auto-replied"
    town.hand_in(bounce)


def on_telegram(town: Town, plant: Planter, pieces: Planter) -> None:
    text, edited = plant.confession("telegram text"), plant.confession("telegram edit")
    caption, document = plant.confession("telegram caption"), plant.phrase("telegram file name")

    def act(telegram: FakeTelegram) -> None:
        telegram.user(4242, first_name=f"Ada {plant.wif('telegram name')}")
        said = telegram.says(text)["message"]["message_id"]
        harmless = telegram.says("Hello")["message"]["message_id"]
        telegram.edits(harmless, edited)
        telegram.edits(said, "I should not have said that.")
        telegram.sends("photo", scene.png(), caption=caption)
        telegram.sends("document", b"%PDF-1.4 nothing", name=f"{document}.pdf")
        telegram.sends("document", plant.phrase("telegram file").encode(), name="words.txt")
        telegram.user(4343, first_name="Bo")
        for piece in pieces.pieces("telegram, six words at a time", 6):
            telegram.says(piece, 4343)

    town.on_telegram(act)
    until(lambda: not town.on_telegram(lambda telegram: telegram.pending))


def on_the_help_site(town: Town, plant: Planter) -> None:
    """Search boxes, the form and its hidden fields, the ticket's own page, an article's verdict."""
    with httpx2.Client(base_url=town.url, timeout=20, headers={"origin": town.url}) as visitor:
        for path in ("/en/search", "/zh-Hans/search", "/api/help/search", "/api/help/suggest"):
            visitor.get(path, params={"q": plant.phrase(f"search at {path}")})
            visitor.get(path, params={"q": f"my card {plant.card(f'search at {path}')}"})
        form = {
            "text": "Where is my deposit?", "email": "bo@customer.example",
            "name": f"Bo {plant.wif('form name')}", "key": uuid4().hex, "article": ARTICLE,
            "topic": plant.phrase("form topic"), "searched": plant.phrase("form searched"),
        }  # fmt: skip
        refused = visitor.post("/en/contact", data=form | {"text": plant.confession("form text")})
        assert refused.status_code == 422
        assert not [*plant.leaks(refused.text)], "shown again"
        files = {"files": (f"{plant.phrase('form file name')}.txt", b"Nothing.", "text/plain")}
        taken = visitor.post("/en/contact", data=form, files=files)
        assert taken.status_code == 303
        ticket = taken.headers["location"].partition("?")[0]
        again = visitor.post(ticket, data={"text": plant.confession("ticket page"), "key": "k"})
        assert again.status_code == 422
        held = {"files": ("a.txt", plant.phrase("form file").encode(), "text/plain")}
        visitor.post("/en/contact", data=form | {"key": uuid4().hex}, files=held)
        for page in ("get-help", "report-weakness", "report", "official"):
            told = form | {
                "text": plant.confession(f"{page} words"), "key": uuid4().hex,
                "name": f"Bo {plant.wif(f'{page} name')}", "values": plant.wif(f"{page} values"),
                "value": plant.wif(f"{page} value"),
            }  # fmt: skip
            shown = visitor.post(f"/en/{page}", data=told)
            assert shown.status_code in {200, 303, 422}, (page, shown.status_code)
            assert not [*plant.leaks(shown.text)], f"{page} shows it again"
        guided = visitor.post(
            "/api/help/guide", json={"text": plant.confession("the guide's API"), "lang": "en"}
        )
        assert guided.status_code == 200, guided.text
        assert not [*plant.leaks(guided.text)]
        words = {"reason": "other", "comment": plant.confession("verdict"), "helpful": "no"}
        visitor.post(f"/en/a/{ARTICLE}/feedback", data=words)


def at_the_desk(town: Town, plant: Planter) -> None:
    """An agent pastes what they should not: into drafts, notes, an answer, every field."""
    staff = town.run(scene.hire(town, "Mei Tan", roles=("lead", "admin")))
    found = town.run(scene.writes(town, "Kofi Boateng", "Hello"))
    ticket, talk = found.ticket_id, found.conversation_id
    desk = httpx2.Client(
        base_url=f"{town.url}/api/console/", cookies={COOKIE: staff.token}, timeout=20,
        headers={"x-fanlight": "1", "origin": town.url},
    )  # fmt: skip
    with desk:

        def put(field: str, **body: Any) -> int:
            version = desk.get(f"tickets/{ticket}").json()["ticket"]["row"]["version"]
            return desk.put(
                f"tickets/{ticket}/{field}", json=body | {"version": version}
            ).status_code

        for kind in ("reply", "note"):
            words = plant.confession(f"draft of a {kind}")
            draft = {"kind": kind, "text": words, "conversation_id": str(talk)}
            assert desk.put(f"tickets/{ticket}/draft", json=draft).status_code == 200
        answer = {
            "conversation_id": str(talk), "text": plant.confession("answer"),
            "client_key": uuid4().hex, "seen": {str(talk): 1},
        }  # fmt: skip
        assert desk.post(f"tickets/{ticket}/replies", json=answer).status_code == 422
        note = {"text": plant.confession("note"), "client_key": uuid4().hex}
        assert desk.post(f"tickets/{ticket}/notes", json=note).status_code == 201
        name = f"{plant.phrase('agent file name')}.txt"
        kept = desk.post(
            "files", data={"ticket_id": str(ticket)}, files={"file": (name, b"Nothing")}
        )
        assert kept.status_code == 201, kept.text
        secret = {"file": ("a.csv", plant.phrase("agent file").replace(" ", ",").encode())}
        refused = desk.post("files", data={"ticket_id": str(ticket)}, files=secret)
        assert refused.status_code == 422, refused.text
        assert put("subject", subject=f"Seed: {plant.phrase('subject by an agent')}") == 200
        put("tags", tags=[f"card {plant.card('tag')}"])
        desk.get("search", params={"q": plant.phrase("console search")})
        customer = desk.get(f"tickets/{ticket}").json()["customer"]["id"]
        why = {
            "identity_id": "name",
            "reason": plant.confession("reason"),
            "ticket_id": str(ticket),
        }
        desk.post(f"customers/{customer}/reveal", json=why)


def everything_is_done(town: Town) -> None:
    """Harmless last words come in and go out; all that followed from the others has followed."""
    last = letter(text=LAST_WORDS)
    town.hand_in(last)
    address = str(last["From"]).partition("<")[2].rstrip(">")

    with psycopg.connect(PrivatePostgres(town.desk.folder).url, autocommit=True) as database:
        wanted = "SELECT ticket_id, id, last_seq FROM conversations WHERE recipient = %s"
        ticket, talk, seq = database.execute(wanted, (address,)).fetchone() or (None, None, 0)
        found = Received(outcome="stored", ticket_id=ticket, conversation_id=talk, seq=seq)
        staff = town.run(scene.hire(town, "Jo Park"))
        town.run(scene.answers(town, staff, found, LAST_WORDS))
        until(lambda: any(LAST_WORDS in str(mail) for mail in town.post.mails_to(address)))
        due = "SELECT count(*) FROM jobs WHERE state = 'ready' AND run_at <= now()"
        until(lambda: database.execute(due).fetchone() == (0,))
        dead = database.execute("SELECT kind, error FROM jobs WHERE state = 'dead'").fetchall()
    assert dead == []
