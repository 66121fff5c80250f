"""Articles beside a reply: suggested out of what the customer wrote, found, and linked to."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from fanlight.app.worker import LANES
from fanlight.kernel.runner import Runner
from tests.surfaces.desk.conftest import Desk, Enter, Hear
from tests.surfaces.desk.test_articles import begun, publish, words
from tests.surfaces.widget.house import House

pytestmark = pytest.mark.usefixtures("shelves")


async def _published(editor: Desk, title: str, source: str) -> dict[str, Any]:
    made = await begun(editor, title)
    path = f"articles/{made['id']}/en"
    draft = await editor.put(f"{path}/draft", **words(title=title, source=source))
    await publish(editor, path, version=draft["version"], over=0)
    return made


async def _found(desk: Desk, path: str, article: dict[str, Any]) -> dict[str, Any]:
    """The article in the answer of ``path``, as soon as the index has it."""
    for _ in range(200):
        answer = await desk.get(path, 200)
        for each in answer["articles"]:
            if each["id"] == article["id"]:
                return {**each, "is_suggested": answer["is_suggested"]}
        await asyncio.sleep(0.02)
    pytest.fail(f"{article['slug']} was not found")


async def test_what_the_customer_wrote_suggests_an_article(enter: Enter, hear: Hear) -> None:
    editor = await enter("Mei Tan", roles=("lead", "admin"))
    made = await _published(
        editor,
        f"Quagga memos forgotten {uuid4().hex[:4]}",
        "Hello.\n\n## When the memo is missing {#memo}\n\nA quagga memo names your account.\n",
    )
    taken = await hear("Hi! I sent it yesterday.\nThe quagga memo was forgotten, help")
    path = f"tickets/{taken.ticket_id}/articles"

    suggested = await _found(editor, path, made)
    looked_for = await _found(editor, f"{path}?q=quagga mem", made)

    assert (suggested["is_suggested"], looked_for["is_suggested"]) == (True, False)
    assert suggested["url"].startswith("http")
    assert f"/en/a/fees/{made['slug']}" in suggested["url"]
    assert "quagga" in looked_for["passage"].lower() or looked_for["url"].endswith(made["slug"])
    assert len((await editor.get(path))["articles"]) <= 3


async def test_small_talk_and_nonsense_suggest_nothing(enter: Enter, hear: Hear) -> None:
    mei = await enter()
    for text in ("hi", "🙂", "' OR 1=1; --", "?"):
        taken = await hear(text)
        answer = await mei.get(f"tickets/{taken.ticket_id}/articles")
        assert answer == {"articles": [], "is_suggested": True, "corrected": None}, text
    taken = await hear("hi")
    assert (await mei.get(f"tickets/{taken.ticket_id}/articles?q={'x' * 5000}"))["articles"] == []


async def test_another_teams_ticket_suggests_nothing(enter: Enter, hear: Hear) -> None:
    taken = await hear("quagga")
    theirs = await enter("Ravi Menon", roles=("agent",), teams=("security",))

    problem = await theirs.get(f"tickets/{taken.ticket_id}/articles", 404)

    assert problem["code"] == "ticket_not_found"


async def test_a_draft_is_never_offered(enter: Enter, hear: Hear) -> None:
    editor = await enter("Mei Tan", roles=("lead", "admin"))
    made = await begun(editor, "Okapi ledger")
    await editor.put(f"articles/{made['id']}/en/draft", **words(title="Okapi ledger"))
    taken = await hear("where is the okapi ledger")
    await asyncio.sleep(0.3)

    answer = await editor.get(f"tickets/{taken.ticket_id}/articles?q=okapi ledger")

    assert made["id"] not in {each["id"] for each in answer["articles"]}


async def test_a_reply_with_a_link_takes_the_ticket_off_the_editors_list(
    house: House, enter: Enter, hear: Hear
) -> None:
    editor = await enter("Mei Tan", roles=("lead", "admin"))
    made = await _published(editor, f"Bongo fees {uuid4().hex[:4]}", "Two bongo.\n")
    tickets = []
    for text in ("bongo fees please", "nothing written about this"):
        taken = await hear(text)
        link = "Two USDT."
        if "bongo" in text:
            link = (await _found(editor, f"tickets/{taken.ticket_id}/articles", made))["url"]
        await editor.reply(taken, link, seen=1)
        row = (await editor.get(f"tickets/{taken.ticket_id}"))["ticket"]["row"]
        await editor.put(
            f"tickets/{taken.ticket_id}/status",
            status="solved", version=row["version"], seen={str(taken.conversation_id): 1},
        )  # fmt: skip
        tickets.append(str(taken.ticket_id))

    await house.later(Runner(house.edge, lanes=LANES).run_due())

    listed = {row["id"] for row in (await editor.get("tickets?view=uncited"))["rows"]}
    assert listed & set(tickets) == {tickets[1]}
