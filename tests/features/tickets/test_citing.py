"""Articles that answers lead to are remembered, under whatever address they had."""

from uuid import UUID

import pytest

from fanlight.features.knowledge import placing
from fanlight.features.knowledge import service as knowledge
from fanlight.features.knowledge.models import Article, Category, Placing, State, Text
from fanlight.features.knowledge.queries import place_article, save_category
from fanlight.features.tickets import citing, replies, service, views
from fanlight.features.tickets.events import AgentAnswered
from fanlight.features.tickets.models import Status
from fanlight.features.tickets.queries import get_ticket
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Actor, Work
from tests.builders.tickets import hears, stored_agent

HELP = "http://localhost:8000"  # of the settings as they come
CITED = "SELECT count(*)::int FROM kb_citations WHERE article_id = %(id)s"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"See {HELP}/en/a/fees/list.", [("en", "fees", "list")]),
        (f"请看{HELP}/zh-Hans/a/fees/list#step-2，谢谢", [("zh-Hans", "fees", "list")]),
        (f"{HELP}/en/a/fees/list {HELP}/en/a/fees/list?x=1", [("en", "fees", "list")]),
        ("https://elsewhere.example/en/a/fees/list", []),
        (f"{HELP}/en/c/fees and {HELP}/en/a/fees", []),
    ],
)
def test_addresses_are_read_out_of_an_answer(text: str, found: list[tuple[str, str, str]]) -> None:
    assert citing.addresses_in(text, HELP) == found


async def _article(work: Work, slug: str) -> Article:
    await save_category(work, Category(key="fees", position=1, icon="coins", names={}))
    return await place_article(
        work, Placing(path=f"fees/{slug}", category="fees", slug=slug, position=1)
    )


async def _answered(work: Work, text: str) -> tuple[Work, UUID]:
    """A ticket that an agent answered and solved; its reactions have run, and run again."""
    taken = await hears(work)
    assert taken.ticket_id is not None
    assert taken.conversation_id is not None
    mei = work.acting_as(await stored_agent(work, "support"))
    await replies.reply(
        mei,
        taken.ticket_id,
        conversation_id=taken.conversation_id,
        text=text,
        seen={taken.conversation_id: 1},
        client_key="k" * 9,
    )
    told = [event for event in mei.outbox if isinstance(event, AgentAnswered)]
    for event in (*told, *told):
        await citing.note_citations(work, event)
    ticket = await get_ticket(mei, taken.ticket_id)
    await service.turn(
        mei, ticket.id, status=Status.SOLVED, version=ticket.version,
        seen={taken.conversation_id: 1},
    )  # fmt: skip
    return mei, ticket.id


async def test_an_answer_that_leads_to_an_article_is_remembered_once(work: Work) -> None:
    article = (await _article(work, "list")).id
    mei, ticket = await _answered(work, f"All fees: {HELP}/en/a/fees/list and {HELP}/en/a/no/such")

    assert await work.one(int, CITED, id=article) == 1
    assert ticket not in {row.id for row in (await views.page(mei, "uncited")).rows}


async def test_an_answer_without_an_article_is_listed_for_editors(work: Work) -> None:
    mei, ticket = await _answered(work, "Two USDT.")
    stranger = work.acting_as(await stored_agent(work, "security", name="Ravi"))

    assert [row.id for row in (await views.page(mei, "uncited")).rows] == [ticket]
    assert (await views.page(stranger, "uncited")).rows == []


async def test_an_address_that_an_article_has_left_still_counts(work: Work) -> None:
    editor = work.acting_as(
        Actor(kind="agent", id=new_id(), permissions=frozenset({"article.edit", "article.publish"}))
    )
    article = await _article(work, "new")
    await knowledge.save(
        editor,
        Placing(path=article.path, category="fees", slug="new", position=1),
        "en",
        Text(title="Fees", source="Two.\n"),
        state=State.PUBLISHED,
    )
    await placing.move(editor, article.id, category="fees", slug="newer", is_risk=False)
    await _answered(work, f"{HELP}/en/a/fees/new")

    assert await work.one(int, CITED, id=article.id) == 1
