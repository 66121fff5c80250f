"""Official sources at the help center: the list, the check, the signed document, and its limits."""

import base64
import re

import httpx2
import pytest

from fanlight.channels.contract import Author
from fanlight.features.conversations import models as talking
from fanlight.features.conversations import service
from fanlight.features.conversations.marks import mark_of
from fanlight.features.conversations.models import Speaker, Words
from fanlight.features.conversations.queries import get_conversation
from fanlight.features.trust import loading
from fanlight.features.trust.service import signing
from fanlight.kernel.ids import new_reference
from fanlight.kernel.sealing import Sealer
from fanlight.surfaces.help.pages.official import CHECKS_PER_TEN_MINUTES, WELL_KNOWN
from tests.builders.tickets import hears
from tests.conftest import ROOT
from tests.journeys.town import until
from tests.surfaces.help.test_sign_in import hand_over, mailed, token
from tests.surfaces.widget.house import House

pytestmark = pytest.mark.usefixtures("forgiven")

NOBODY = new_reference("AG")


@pytest.fixture(scope="module", autouse=True)
def _sources(house: House) -> None:
    async def load() -> None:
        async with house.edge.work() as work:
            await loading.load(work, loading.read(ROOT / "content" / "demo" / "official.toml"))

    house.run(load())


def test_every_page_leads_to_the_check(visitor: httpx2.Client) -> None:
    for lang in ("en", "zh-Hans", "zh-Hant"):
        assert f'href="/{lang}/official"' in visitor.get(f"/{lang}/").text
        # A page that was asked for before they were loaded is told by a signal to be made anew.
        page = until(lambda lang=lang: shows(visitor, f"/{lang}/official", "meridian.example"))
        assert "7300412958" in page
        assert "help.official" not in page


def shows(visitor: httpx2.Client, path: str, words: str) -> str:
    page = visitor.get(path).text
    return page if words in page else ""


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("https://help.meridian.example/en", "This belongs to"),
        ("support@meridian.example", "A sender can be forged"),
        ("meridianx.example", "This was ours"),
        ("merid\u0456an.example", "CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I"),
        ("weather.example", "Not ours"),
        pytest.param(NOBODY, "No agent of ours", id="nobody"),
    ],
)
def test_a_value_is_judged_in_words(visitor: httpx2.Client, value: str, says: str) -> None:
    answer = visitor.post("/en/official", data={"value": value})
    assert answer.status_code == 200
    assert says in answer.text
    assert "no-store" in answer.headers["cache-control"]
    assert not {"is safe", "it’s safe", "safe to"} & set(answer.text.split())


def test_the_letters_that_differ_are_marked(visitor: httpx2.Client) -> None:
    page = visitor.post("/en/official", data={"value": "meridlan.example"}).text
    assert "merid<mark>l</mark>an.example" in page
    assert "merid<mark>i</mark>an.example" in page


@pytest.mark.parametrize(
    "value",
    ["<script>alert(1)</script>", '"><img src=x>', "\u202e" * 900, "a" * 1_000_000, "\x00", " "],
)
def test_hostile_values_are_shown_as_text(visitor: httpx2.Client, value: str) -> None:
    answer = visitor.post("/en/official", data={"value": value})
    assert answer.status_code == 200
    assert len(answer.content) < 100_000
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text


def test_the_same_as_json(visitor: httpx2.Client) -> None:
    answer = visitor.post("/api/help/official/check", json={"value": "meridian-login.example"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["verdict"], body["of"]["value"]) == ("look_alike", "meridian.example")
    assert body["reasons"]
    assert body["note"]
    for bad in (b"", b"[]", b'{"value": 5}', b"\xff"):
        refused = visitor.post("/api/help/official/check", content=bad)
        assert refused.status_code == 400


def test_the_document_can_be_verified(house: House, visitor: httpx2.Client) -> None:
    answer = visitor.get(WELL_KNOWN)
    key = signing.public_key(Sealer.open(house.settings))
    assert signing.verify(answer.content, key=key).sources
    assert base64.b64decode(answer.json()["key"], validate=True)
    assert answer.json()["key"] in visitor.get("/en/official").text.replace("&#43;", "+")


def test_a_reference_is_told_to_its_receiver(house: House, visitor: httpx2.Client) -> None:
    def mark(recipient: str) -> str:
        async def said() -> str:
            async with house.edge.work() as work:
                received = await hears(
                    work, channel="web.form", account_id="site", thread_key=None,
                    author=Author(native_id=recipient, display="Ling"), identity_kind="email",
                )  # fmt: skip
                assert received.conversation_id is not None
                talk = await get_conversation(work, received.conversation_id)
                machine = talking.Author(kind=Speaker.MACHINE)
                words = Words(text="We have it.", language="en")
                message = await service.say(work, talk, machine, words)
                return await mark_of(work, message.id)

        return house.run(said())

    mine, theirs = mark("ling@mail.example"), mark("wei@mail.example")
    page = visitor.get(f"/en/official/message/{mine}")
    assert "Sign in, then we tell you" in page.text
    assert "Yes, we sent you this" not in page.text

    [letter] = mailed(house, visitor, "ling@mail.example")
    link = re.search(r"/en/sign-in/link/[A-Za-z0-9_-]{43}", letter.replace("=\n", ""))
    assert link
    visitor.post(link.group(), headers={"origin": house.url})
    assert "Yes, we sent you this" in visitor.get(f"/en/official/message/{mine}").text
    for other in (theirs, new_reference("MS")):
        page = visitor.get(f"/en/official/message/{other}")
        assert "We did not send you a message" in page.text
    assert "no reference of ours" in visitor.get("/en/official/message/%3Cb%3E").text
    judged = visitor.post("/en/official", data={"value": f"{house.url}/x/{mine}"})
    assert f"/en/official/message/{mine}" in judged.text


def test_a_program_is_slowed_down(visitor: httpx2.Client) -> None:
    codes = [
        visitor.post("/en/official", data={"value": "a.example"}).status_code
        for _ in range(CHECKS_PER_TEN_MINUTES + 1)
    ]
    assert codes[:-1] == [200] * CHECKS_PER_TEN_MINUTES
    assert codes[-1] == 429
    late = visitor.post("/zh-Hant/official", data={"value": "meridian.example"})
    assert "meridian.example" in late.text  # what was pasted is still there
    assert visitor.post("/api/help/official/check", json={"value": "a"}).status_code == 429


def test_a_code_that_does_not_do_is_still_there_to_be_mended(
    house: House, visitor: httpx2.Client
) -> None:
    hand_over(house, visitor, token(house))
    answer = visitor.post(
        "/en/official/code",
        data={"code": "BLUE HERON", "method": "totp"},
        headers={"origin": house.url},
    )
    assert answer.status_code == 400
    assert 'value="BLUE HERON"' in answer.text
