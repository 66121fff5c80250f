"""Names that the exchange's pages use: deep links, beginnings, what is asked for in vain."""

import httpx2
import pytest

from fanlight.features.knowledge import contexts
from fanlight.features.knowledge.beginnings import beginning
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Actor
from tests.surfaces.widget.house import House


def test_a_deep_link_leads_to_whatever_answers_today(visitor: httpx2.Client) -> None:
    place = "/en/a/deposits-withdrawals/withdrawal-fees-and-limits"
    assert visitor.get("/en/go/withdrawal.fee").headers["location"] == place
    chosen = visitor.get("/go/withdrawal.fee", headers={"accept-language": "zh-TW,zh;q=0.9"})
    assert chosen.headers["location"] == "/zh-Hant/go/withdrawal.fee"
    assert visitor.get("/en/go/api").headers["location"] == "/en/c/api"
    assert visitor.get("/en/go/no.such").status_code == 404
    assert visitor.get("/go/NO SUCH").status_code == 404


def test_figures_in_a_beginning_are_of_this_moment(visitor: httpx2.Client) -> None:
    said = visitor.get("/api/app/v1/zh-TW/help/withdrawal.fee").json()
    assert said["lang"] == "zh-Hant"
    tables = [block for block in said["blocks"] if block["type"] == "table"]
    assert ["USDT", "TRON", "1.00 USDT", "10 USDT"] in [
        [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in tables[0]["rows"]
    ]


def test_what_is_asked_for_in_vain_is_told_to_editors(house: House, visitor: httpx2.Client) -> None:
    for path in ("/en/go", "/zh-Hans/go", "/api/app/v1/en/help"):
        assert visitor.get(f"{path}/staking.unbonding").status_code == 404
    assert visitor.get("/api/app/v1/en/help/%3Cscript%3E").status_code == 404

    editor = Actor(kind="agent", permissions=frozenset({"article.edit"}))

    async def asked(actor: Actor) -> dict[str, int]:
        async with house.edge.work(actor) as work:
            return {each.key: each.times for each in await contexts.wanted(work)}

    found = house.run(asked(editor))
    assert found["staking.unbonding"] == 3
    assert "withdrawal.fee" not in found
    assert not any("<" in key for key in found)
    with pytest.raises(NotAllowed):
        house.run(asked(Actor(kind="agent")))
    assert visitor.get("/api/console/articles/names-wanted").status_code == 401


def test_no_flood_of_names_is_kept(house: House) -> None:
    async def flood() -> int | None:
        async with house.edge.work() as work:
            for number in range(600):
                await contexts.note_wanted(work, f"flood.n{number}")
            await contexts.note_wanted(work, "Not A Name")
            count = await work.one(int, "SELECT count(*) FROM kb_contexts_wanted")
            await work.run("DELETE FROM kb_contexts_wanted WHERE key LIKE 'flood.%%'")
            return count

    assert house.run(flood()) == 500


def test_a_draft_is_no_answer_to_a_name(house: House, visitor: httpx2.Client) -> None:
    async def state(wanted: str) -> None:
        async with house.edge.work() as work:
            await work.run(
                """UPDATE kb_translations SET state = %(state)s WHERE article_id =
                (SELECT article_id FROM kb_contexts WHERE key = 'fiat.deposit')""",
                state=wanted,
            )

    house.run(state("draft"))
    try:
        assert visitor.get("/api/app/v1/en/help/fiat.deposit").status_code == 404
        assert visitor.get("/en/go/fiat.deposit").status_code == 404
    finally:
        house.run(state("published"))
    assert visitor.get("/api/app/v1/en/help/fiat.deposit").status_code == 200


@pytest.mark.parametrize(
    ("html", "kept", "has_more"),
    [
        ("", "", False),
        ("<p>a</p>\n", "<p>a</p>", False),
        ("<p>a</p><p>" + "b" * 900 + "</p>", "<p>a</p>", True),
        ("<p>" + "b" * 900 + "</p><p>a</p>", "<p>" + "b" * 900 + "</p>", True),
        ("<p>a</p><h2>t</h2><p>" + "b" * 900 + "</p>", "<p>a</p>", True),
        (
            '<ol class="steps"><li>a</li><li>' + "b" * 900 + "</li></ol>",
            '<ol class="steps"><li>a</li></ol>',
            True,
        ),
        (
            '<section class="exact"><p>a</p><p>' + "b" * 900 + "</p></section><section>x</section>",
            '<section class="exact"><p>a</p></section>',
            True,
        ),
    ],
)
def test_a_beginning_ends_where_a_block_ends(html: str, kept: str, has_more: bool) -> None:
    assert beginning(html) == (kept, has_more)
