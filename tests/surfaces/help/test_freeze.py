"""The page of the emergency lane: one press by whoever has the proof, nothing for anybody else."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest

from fanlight.app.worker import LANES
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.exchange.contract import Exchange
from fanlight.exchange.settings import ExchangeSettings
from fanlight.features.guidance.emergency import acts
from fanlight.kernel.jobs import LINE
from fanlight.kernel.runner import Runner
from tests.builders.databases import Databases
from tests.surfaces.help.scene import words
from tests.surfaces.help.test_sign_in import hand_over, token
from tests.surfaces.widget.house import House, open_house

_CODE = re.compile(r"^(\d{6}) ", re.MULTILINE)
UID, MAILBOX = "61724093", "amara@mail.example"


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A desk with the invented exchange behind it."""
    folder: Path = tmp_path_factory.mktemp("freeze")
    with open_house(databases, folder, ExchangeSettings(connector="sandbox")) as house:
        yield house


@pytest.fixture(autouse=True)
def _afresh(house: House) -> Iterator[None]:
    async def forget() -> None:
        async with house.edge.work() as work:
            await work.run("DELETE FROM rate_limits")
            await work.run("DELETE FROM freezes")
            await work.run("DELETE FROM jobs")

    house.run(forget())
    yield
    bank(house).play("")


def bank(house: House) -> Sandbox:
    return cast("Sandbox", house.edge.shelf.of(Exchange))


def post(house: House, visitor: httpx2.Client, path: str, **form: str) -> httpx2.Response:
    return visitor.post(path, data=form, headers={"origin": house.url})


def follow(house: House, visitor: httpx2.Client, answer: httpx2.Response) -> httpx2.Response:
    assert answer.status_code == 303, answer.text[:500]
    return visitor.get(answer.headers["location"])


def frozen(house: House, uid: str = UID) -> bool:
    return house.run(bank(house).frozen(uid)).value is not None


def rows(house: House, statement: str) -> list[Any]:
    async def read() -> list[Any]:
        async with house.edge.reading() as work:
            return await work.rows(str, statement)  # type: ignore[arg-type]

    return house.run(read())


def letters(house: House) -> list[str]:
    async def work_off() -> None:
        await Runner(house.edge, lanes=[*LANES, LINE]).run_due()

    house.run(work_off())
    box = house.settings.data_dir / "outbox"
    files = sorted(box.rglob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [file.read_text() for file in files]


def thaw(house: House) -> None:
    """So that one test's freeze is not another's."""

    async def lift() -> None:
        exchange = bank(house)
        held = (await exchange.frozen(UID)).value
        if held is None:
            return
        asked = await exchange.challenge(
            UID, method="totp", purpose="unfreeze", language="en", key=str(time.monotonic())
        )
        await exchange.answer_challenge(asked.id, dict(exchange.codes(UID))["totp"])
        await exchange.unfreeze(held.id, assertion=asked.id, key="thaw")

    house.run(lift())


@pytest.fixture(autouse=True)
def _thawed(house: House) -> Iterator[None]:
    yield
    bank(house).play("")
    thaw(house)


def test_a_signed_session_freezes_with_one_press(house: House, visitor: httpx2.Client) -> None:
    hand_over(house, visitor, token(house))
    look = visitor.get("/en/freeze")
    assert look.headers["cache-control"] == "no-store"
    assert "Account 61••••93" in words(look.text)
    assert not frozen(house)  # looking is not pressing

    page = follow(house, visitor, post(house, visitor, "/en/freeze"))

    assert frozen(house)
    said = words(page.text)
    assert "Frozen since" in said
    assert UID not in said
    assert "Until" in said
    assert "A person from security takes it by" in said
    assert "Frozen since" in words(visitor.get("/en/freeze").text)
    again = post(house, visitor, "/en/freeze")
    assert follow(house, visitor, again).status_code == 200
    assert len(rows(house, "SELECT id::text FROM freezes")) == 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_another_site_cannot_press(house: House, visitor: httpx2.Client, origin: str) -> None:
    hand_over(house, visitor, token(house))

    answer = visitor.post("/en/freeze", headers={"origin": origin})

    assert answer.status_code == 404
    assert not frozen(house)


def test_nobody_and_an_old_session_are_led_to_the_mailbox(
    house: House, visitor: httpx2.Client
) -> None:
    assert "Mailbox of your account" in words(visitor.get("/en/freeze").text)
    assert post(house, visitor, "/en/freeze").headers["location"] == "/en/freeze"

    hand_over(house, visitor, token(house))
    _make_older(house, timedelta(minutes=61))
    answer = post(house, visitor, "/en/freeze")

    assert answer.status_code == 403
    assert "older than an hour" in words(answer.text)
    assert not frozen(house)


def _make_older(house: House, by: timedelta) -> None:
    async def turn_back() -> None:
        async with house.edge.work() as work:
            await work.run("UPDATE help_sessions SET proven_at = proven_at - %(by)s", by=by)

    house.run(turn_back())


def code_in(letter: str) -> str:
    found = _CODE.search(letter)
    assert found, letter
    return found.group(1)


def last_code(house: House) -> str:
    """Of the newest letter that holds one: freezes have letters of their own."""
    return next(code_in(each) for each in reversed(letters(house)) if _CODE.search(each))


def test_a_proven_mailbox_freezes_and_shows_no_account_fact(
    house: House, visitor: httpx2.Client
) -> None:
    asked = post(house, visitor, "/en/freeze/mail", email="Amara@mail.example")
    place = asked.headers["location"]
    assert "code is on its way" in words(visitor.get(place).text)
    code = code_in(letters(house)[-1])

    wrong = post(house, visitor, place, code="000000" if code != "000000" else "111111")
    assert (wrong.status_code, frozen(house)) == (422, False)
    assert "4 tries are left" in words(wrong.text)
    page = follow(house, visitor, post(house, visitor, place, code=code))

    assert frozen(house)
    assert UID not in page.text
    assert MAILBOX not in page.text
    assert "Frozen since" in words(page.text)
    assert post(house, visitor, place, code=code).status_code == 410


def test_asking_for_a_code_tells_nobody_whether_there_is_an_account(
    house: House, visitor: httpx2.Client
) -> None:
    answers = [
        post(house, visitor, "/en/freeze/mail", email=email)
        for email in (MAILBOX, "nobody@else.example")
    ]
    pages = [visitor.get(answer.headers["location"]) for answer in answers]

    plain = [re.sub(r"[0-9a-f-]{36}", "", page.text) for page in pages]
    assert plain[0] == plain[1]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert "location" not in post(house, visitor, "/en/freeze/mail", email="no mailbox").headers


def test_a_mailbox_without_an_account_is_told_so_and_gets_a_person(
    house: House, visitor: httpx2.Client
) -> None:
    place = post(house, visitor, "/en/freeze/mail", email="mine@else.example").headers["location"]
    code = code_in(letters(house)[-1])

    page = follow(house, visitor, post(house, visitor, place, code=code))

    assert "leads to no account" in words(page.text)
    assert "Write to security" in words(page.text)
    assert rows(house, "SELECT priority::text FROM tickets WHERE 'freeze' = ANY(tags)")


def test_an_alert_link_acts_when_pressed_and_not_when_opened(
    house: House, visitor: httpx2.Client
) -> None:
    link = f"/en/freeze/alert/{bank(house).alert(UID, 'freeze')}"
    for _ in range(3):  # a scanner of mails looks, and looks again
        assert visitor.get(link).status_code == 200
    assert visitor.head(link).status_code in {200, 405}
    assert not frozen(house)

    page = follow(house, visitor, post(house, visitor, link))

    assert frozen(house)
    assert UID not in page.text
    made_up = follow(house, visitor, post(house, visitor, "/en/freeze/alert/0123456789abcdef"))
    assert "used before, or is too old" in words(made_up.text)
    # No ticket was opened for it, so nobody has it: that is said, and a person is one step away.
    assert "Nothing was frozen by this" in words(made_up.text)
    assert "a person has it now" not in words(made_up.text)
    assert 'class="btn" href="/en/contact"' in made_up.text


@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["slow", "failing", "down", "lost"])
def test_in_trouble_the_page_answers_in_two_seconds_and_says_so(
    house: House, visitor: httpx2.Client, trouble: Any
) -> None:
    hand_over(house, visitor, token(house))
    bank(house).play(trouble)

    began = time.monotonic()
    answer = post(house, visitor, "/en/freeze")
    took = time.monotonic() - began

    assert took < 2.0
    page = words(follow(house, visitor, answer).text)
    assert "We have not heard back yet" in page
    assert "Do this meanwhile" in page
    bank(house).play("")


def test_only_a_second_proof_of_this_account_lifts(house: House, visitor: httpx2.Client) -> None:
    hand_over(house, visitor, token(house))
    place = post(house, visitor, "/en/freeze").headers["location"]
    with httpx2.Client(base_url=house.url) as stranger:
        seen = stranger.get(place)
        assert "Only you can, with your second factor, signed in" in words(seen.text)
        refused = post(house, stranger, f"{place}/unlock", method="totp")
        assert refused.headers["location"].startswith("/en/sign-in")
        assert post(house, stranger, f"{place}/lift", code="000000").status_code == 303
    assert post(house, visitor, f"{place}/lift", code="000000").status_code == 410
    assert post(house, visitor, f"{place}/unlock", method="email").status_code == 403
    assert frozen(house)

    post(house, visitor, f"{place}/unlock", method="totp")
    right = dict(bank(house).codes(UID))["totp"]
    wrong = post(house, visitor, f"{place}/lift", code=f"{(int(right) + 1) % 10**6:06d}")
    assert (wrong.status_code, frozen(house)) == (422, True)
    done = follow(house, visitor, post(house, visitor, f"{place}/lift", code=right))

    assert not frozen(house)
    assert "Lifted at" in words(done.text)


def test_it_can_be_kept(house: House, visitor: httpx2.Client) -> None:
    hand_over(house, visitor, token(house))
    place = post(house, visitor, "/en/freeze").headers["location"]

    page = follow(house, visitor, post(house, visitor, f"{place}/keep"))

    assert "It stays frozen until you lift it" in words(page.text)
    held = house.run(bank(house).frozen(UID)).value
    assert held is not None
    assert (held.is_confirmed, held.until) == (True, None)


def test_whoever_only_has_the_link_proves_their_mailbox_to_keep_it(
    house: House, visitor: httpx2.Client
) -> None:
    link = f"/en/freeze/alert/{bank(house).alert(UID, 'freeze')}"
    place = post(house, visitor, link).headers["location"]
    refused = post(house, visitor, f"{place}/keep")
    assert refused.status_code == 403
    assert "does not lead to the frozen account" in words(refused.text)

    rival = post(house, visitor, f"{place}/keep", email="mine@else.example").headers["location"]
    weak = post(house, visitor, rival, code=last_code(house))
    assert weak.status_code == 403
    assert "It stays frozen" not in words(weak.text)

    mine = post(house, visitor, f"{place}/keep", email=MAILBOX).headers["location"]
    freezing = mine.replace(mine.rsplit("/keep/", 1)[0], "/en/freeze").replace("/keep/", "/code/")
    code = last_code(house)
    assert post(house, visitor, freezing, code=code).status_code == 410  # for keeping only
    page = follow(house, visitor, post(house, visitor, mine, code=code))
    assert "It stays frozen until you lift it" in words(page.text)
    assert MAILBOX not in page.text


def test_pressed_too_often_is_said_with_a_person_beside(
    house: House, visitor: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "_LINKS_IN_LINE", 0)

    answer = post(house, visitor, "/en/freeze/alert/made-up-9-0123456789")

    assert answer.status_code == 429
    assert "pressed too often" in words(answer.text)
    assert 'href="/en/contact"' in answer.text


def test_whoever_cannot_sign_in_gets_a_case_and_no_facts(
    house: House, visitor: httpx2.Client
) -> None:
    place = post(house, visitor, "/en/recover", email=MAILBOX).headers["location"]
    code = code_in(letters(house)[-1])
    # A code for getting back in freezes nothing.
    other = place.replace("/recover/", "/freeze/")
    assert post(house, visitor, other, code=code).status_code == 410

    case = follow(house, visitor, post(house, visitor, place, code=code))

    assert "Cannot sign in" in words(case.text)
    assert UID not in case.text
    assert not frozen(house)
    levels = rows(
        house,
        """SELECT m.level::text || m.method FROM messages m JOIN tickets t ON t.id = m.ticket_id
        WHERE 'sign_in' = ANY(t.tags) AND m.kind = 'inbound'""",
    )
    assert levels == ["1code"]


def test_every_page_leads_there(house: House, visitor: httpx2.Client) -> None:
    for path in ("/en/", "/en/contact", "/en/c", "/zh-Hans/", "/zh-Hant/contact"):
        lang = path.split("/")[1]
        assert f'href="/{lang}/freeze"' in visitor.get(path).text
