"""What the editors' room has to do, over HTTP: wishes, flaws, stewards, what articles share."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from fanlight.features.knowledge import flaws, readers, wishes
from tests.surfaces.desk.conftest import Desk, Enter
from tests.surfaces.desk.test_articles import begun, mei, publish, words
from tests.surfaces.widget.house import House

__all__ = ["mei"]  # a fixture
LISTS = ["articles", "articles/due", "articles/stewards", "wishes", "flaws", "flaws/hosts"]
KEPT = ["shelves", "terms", "legal-texts", "figures", "synonyms", "redirects"]
KEPT += ["paths", "article-teams", "questions"]
NAMES = {"en": {"name": "Cards"}, "zh-Hans": {"name": "卡"}, "zh-Hant": {"name": "卡片"}}


@pytest.mark.parametrize("path", [*LISTS, *KEPT])
async def test_lists_are_for_editors_alone(mei: Desk, enter: Enter, path: str) -> None:
    await mei.get(path)
    agent = await enter("Ravi Menon", roles=("agent",))
    await agent.get(path, 403)


@pytest.mark.parametrize("after", ["x", "bm90", "eyJhIjoxfQ", "WyJcdTAwMDAiLDFd"])
@pytest.mark.parametrize("path", ["articles", "articles/due", "wishes", "flaws", "synonyms"])
async def test_a_made_up_place_is_refused_politely(mei: Desk, path: str, after: str) -> None:
    await mei.get(f"{path}?after={after}", 400)


async def test_a_search_in_vain_becomes_a_draft(house: House, mei: Desk) -> None:
    text = f"how to {uuid4().hex[:8]}"

    async def search() -> None:
        async with house.edge.work() as work:
            await readers.note_search(work, text, "en", door="site", results=0)
            await wishes.gather(work, None)

    await house.later(search())
    rows: list[Any] = (await mei.get("wishes?kind=no_result"))["rows"]
    (wish,) = [row for row in rows if row["text"] == text]
    assert (wish["times"], wish["weeks"][-1], len(wish["weeks"])) == (1, 1, 12)
    made = await mei.post(f"wishes/{wish['id']}/write", 200, category="fees")
    edited = await mei.get(f"articles/{made['article_id']}/en")
    assert edited["words"]["asked_as"] == [text]
    await mei.post(f"wishes/{wish['id']}/write", 409, category="fees")
    taken = (await mei.get("wishes?standing=taken"))["rows"]
    assert wish["id"] in {row["id"] for row in taken}
    await mei.post(f"wishes/{wish['id']}/dismiss", 400, reason=" ")


async def test_one_of_a_name_already_taken_becomes_a_draft_all_the_same(
    house: House, mei: Desk
) -> None:
    """Found and not opened, then not found: two wishes, and no category is chosen for either."""
    text = f"memo of {uuid4().hex[:8]}"

    async def search() -> None:
        async with house.edge.work() as work:
            await readers.note_search(work, text, "en", door="site", results=0)
            await readers.note_search(work, text, "en", door="site", results=0, is_foreign=True)
            await wishes.gather(work, None)

    await house.later(search())
    found = [row["id"] for row in (await mei.get("wishes"))["rows"] if row["text"] == text]
    made = [await mei.post(f"wishes/{each}/write", 200) for each in found]
    edited = [await mei.get(f"articles/{each['article_id']}/en") for each in made]
    assert len({each["line"]["slug"] for each in edited}) == 2


async def test_a_draft_is_sent_back_with_words(mei: Desk, enter: Enter) -> None:
    made = await begun(mei)
    path = f"articles/{made['id']}/en"
    draft = await mei.put(f"{path}/draft", **words())
    why = {"why": "Which network?", "version": draft["version"]}
    await mei.post(f"{path}/send-back", 409, **why)  # nobody has asked
    asked = await mei.put(f"{path}/stage", stage="review", version=draft["version"])
    ravi = await enter("Ravi Menon", roles=("editor",))
    why["version"] = asked["version"]
    await ravi.post(f"{path}/send-back", 400, **why | {"why": " \x00 "})
    back = await ravi.post(f"{path}/send-back", 200, **why)
    assert (back["stage"], back["sent_back"]) == ("writing", "Which network?")
    assert back["sent_back_by"] == "Ravi Menon"
    agent = await enter("Rosa Blum", roles=("agent",))
    await agent.post(f"{path}/send-back", 403, **why)
    again = await mei.put(f"{path}/stage", stage="review", version=back["version"])
    assert again["sent_back"] == ""


async def test_a_broken_link_is_listed_with_the_place_to_mend_it(house: House, mei: Desk) -> None:
    made = await begun(mei)
    path, missing = f"articles/{made['id']}/en", f"article:{uuid4().hex}"
    draft = await mei.put(f"{path}/draft", **words(source=f"[x]({missing})\n"))
    await publish(mei, path, version=draft["version"], over=0)

    async def look() -> None:
        async with house.edge.work() as work:
            await flaws.look_over_changed(work, None)

    await house.later(look())
    rows = (await mei.get("flaws?kind=broken"))["rows"]
    found = [row for row in rows if row["address"] == missing]
    assert [(row["article_id"], row["language"]) for row in found] == [(made["id"], "en")]


async def test_an_owner_is_named_and_what_is_due_is_still_true(mei: Desk) -> None:
    made = await begun(mei)
    draft = await mei.put(f"articles/{made['id']}/en/draft", **words())
    await publish(mei, f"articles/{made['id']}/en", version=draft["version"], over=0)
    ids = [made["id"]]
    people = (await mei.get("articles/stewards"))["people"]
    assert mei.id in {each["id"] for each in people}
    body = {"ids": ids, "owner_id": mei.id, "reviewer_id": None}
    await mei.post("articles/hand-over", 204, **body)
    await mei.post("articles/review", 204, ids=ids, by="2020-01-01")
    due = (await mei.get(f"articles/due?owner={mei.id}"))["rows"]
    assert [row["id"] for row in due] == ids
    told = await mei.post("articles/still-true", 200, ids=ids)
    (row,) = (await mei.get(f"articles/due?owner={mei.id}"))["rows"]
    assert (
        row["review_by"]
        == told["until"]
        > (mei.house.edge.now() + timedelta(days=170)).date().isoformat()
    )
    assert (await mei.post("articles/state", 200, ids=ids, state="archived"))["count"] == 1
    await mei.post("articles/state", 400, ids=[], state="archived")
    for sort in ("views", "failed", "changed_at"):
        await mei.get(f"articles?sort={sort}")


async def test_a_shelf_is_added_ordered_renamed_and_taken_away(mei: Desk) -> None:
    key = f"cards-{uuid4().hex[:6]}"
    await mei.post("shelves", 204, key=key, icon="credit-card", names=NAMES)
    await mei.post("shelves", 409, key=key, icon="credit-card", names=NAMES)
    await mei.post("shelves", 400, key="No Key", icon="credit-card", names=NAMES)
    keys = [row["key"] for row in await mei.get("shelves")]
    ordered = [key, *(each for each in keys if each != key)]
    await mei.put("shelves/order", 204, keys=ordered, was=keys)
    assert (await mei.get("shelves"))[0]["key"] == key
    await mei.put(f"shelves/{key}", 204, icon="coins", names=NAMES, version=1)
    await mei.put(f"shelves/{key}", 409, icon="coins", names=NAMES, version=1)
    await mei.put(f"shelves/{key}/address", 204, to=f"{key}-x", version=2)
    answer = await mei.client.get(f"/en/c/{key}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, f"/en/c/{key}-x")
    gone = await mei.client.delete(f"/api/console/shelves/{key}-x?version=3")
    assert gone.status_code == 204


async def test_what_articles_share_is_saved_and_hostile_words_are_refused(mei: Desk) -> None:
    key = f"memo-{uuid4().hex[:6]}"
    names = {"en": {"name": "Memo", "definition": "Tells whose coins they are.", "aliases": []}}
    term = await mei.put("terms", key=key, names=names)
    assert term["version"] == 1
    await mei.put("terms", 409, key=key, names=names)
    bad = {"en": {"name": "a\x00b", "definition": "x", "aliases": []}}
    answer = await mei.client.put("/api/console/terms", json={"key": f"{key}-nul", "names": bad})
    assert answer.status_code < 500, answer.text
    texts = {"en": {"title": "Risk", "source": "You can lose it all."}}
    await mei.put("legal-texts", key=key, kind="risk", texts=texts)
    assert await mei.get(f"legal-texts/{key}/uses") == []
    group = await mei.post("synonyms", 201, words=[key, "tag"], language="en")
    assert key in {row["words"][0] for row in (await mei.get(f"synonyms?q={key}"))["rows"]}
    await mei.put(f"synonyms/{group['id']}", 409, words=[key, "x y"], language="en", version=7)


async def test_an_old_address_leads_on_until_it_is_forgotten(mei: Desk) -> None:
    made = await begun(mei)
    old = f"/hc/articles/{uuid4().hex[:8]}"
    await mei.post("redirects", 204, path=old, to=f"/en/a/fees/{made['slug']}")
    (row,) = (await mei.get(f"redirects?q={old}"))["rows"]
    assert row["article_id"] == made["id"]
    await mei.post("redirects", 400, path=f"/en/a/fees/{made['slug']}", to=made["slug"])
    gone = await mei.client.delete(f"/api/console/redirects?path={old}")
    assert gone.status_code == 204
    again = await mei.client.delete(f"/api/console/redirects?path={old}")
    assert again.status_code == 404
    # One of ours leads on in every language, as if the article itself had stood there.
    mine = f"/en/a/fees/{uuid4().hex[:8]}"
    await mei.post("redirects", 204, path=mine, to=made["slug"])
    (row,) = (await mei.get(f"redirects?q={mine[3:]}"))["rows"]
    assert (row["path"], row["kind"]) == (mine[3:], "moved")


async def test_what_is_unfit_says_in_which_language(mei: Desk) -> None:
    names = {"en": {"name": "Memo", "definition": "x"}, "zh-Hans": {"name": "", "definition": "x"}}
    refused = await mei.put("terms", 400, key=f"memo-{uuid4().hex[:6]}", names=names)
    assert (refused["params"]["why"], refused["params"]["language"]) == ("name", "zh-Hans")


async def test_a_group_never_takes_the_first_word_of_another(mei: Desk) -> None:
    first, second = uuid4().hex, uuid4().hex
    await mei.post("synonyms", 201, words=[first, "tag"])
    group = await mei.post("synonyms", 201, words=[second, "tag"])
    path = f"synonyms/{group['id']}"
    refused = await mei.put(path, 409, words=[first.upper(), "tag"], version=1)
    assert refused["code"] == "synonym_exists"
    await mei.put(path, words=[second, "tag", "label"], version=1)


async def test_a_figure_is_changed_only_by_who_has_seen_it(mei: Desk) -> None:
    name, named = f"fees-{uuid4().hex[:6]}", {"en": "Fee"}
    columns = [{"key": "fee", "names": named}]
    table = {"row_keys": [{"key": "coin", "names": named}], "columns": columns}
    await mei.put("figures", name=name, titles=named, sources=named, stale_after_s=60, **table)
    was = {"row_key": ["XRP"], "column": "fee", "value": "0.2", "unit": "XRP"}
    await mei.put(f"figures/{name}/values", 204, figures=[was])
    new = was | {"value": "0.3"}
    await mei.put(f"figures/{name}/values", 204, figures=[new], was=[was])
    await mei.put(f"figures/{name}/values", 409, figures=[was], was=[was])
    await mei.put(f"figures/{name}/values", 409, figures=[], gone=[["XRP"]], was=[was])
    await mei.put(f"figures/{name}/values", 204, figures=[], gone=[["XRP"]], was=[new])
    await mei.put(f"figures/{name}/values", 409, figures=[new], was=[new])


async def test_a_path_and_a_team_are_saved_over_what_was_seen(mei: Desk) -> None:
    made, key = await begun(mei), f"way-{uuid4().hex[:6]}"
    way = {"key": key, "position": 9, "names": NAMES, "steps": [{"article": made["slug"]}]}
    saved = await mei.put("paths", **way)
    assert saved["version"] == 1
    await mei.put("paths", 409, **way)
    refused = await mei.put("paths", 400, **saved | {"steps": [{"article": "gone"}]})
    assert (refused["params"]["why"], refused["params"]["number"]) == ("article", 1)
    await mei.put("paths", **saved)
    gone = await mei.client.delete(f"/api/console/paths/{key}?version=1")
    assert gone.status_code == 409
    team = {"key": key, "names": {"en": "Wallets"}, "categories": ["fees"]}
    assert (await mei.put("article-teams", **team))["version"] == 1
    await mei.put("article-teams", 404, **team | {"version": 1, "categories": ["nowhere"]})
    gone = await mei.client.delete(f"/api/console/article-teams/{key}?version=1")
    assert gone.status_code == 204


@pytest.mark.parametrize("kind", ["shelves", "paths"])
async def test_an_order_is_saved_over_the_one_that_was_seen(mei: Desk, kind: str) -> None:
    if kind == "paths":
        made = await begun(mei)
        for key in (f"way-{uuid4().hex[:6]}", f"way-{uuid4().hex[:6]}"):
            steps = [{"article": made["slug"]}]
            await mei.put("paths", key=key, position=90, names=NAMES, steps=steps)
    was = [each["key"] for each in await mei.get(kind)]
    keys = [*was[1:], was[0]]
    await mei.put(f"{kind}/order", 204, keys=keys, was=was)
    assert [each["key"] for each in await mei.get(kind)] == keys
    refused = await mei.put(f"{kind}/order", 409, keys=was, was=was)
    assert refused["code"] == "order_moved"
    assert [each["key"] for each in await mei.get(kind)] == keys


async def test_editors_put_questions_first(mei: Desk) -> None:
    slugs = []
    for title in (f"Costs {uuid4().hex[:6]}", f"Limits {uuid4().hex[:6]}"):
        made = await begun(mei, title)
        path = f"articles/{made['id']}/en"
        draft = await mei.put(f"{path}/draft", **words(title=title))
        await publish(mei, path, version=draft["version"], over=0)
        slugs.append(f"fees/{made['slug']}")
    for place, page in (("fees", "/en/c/fees"), ("@home", "/en/")):
        kept = next((each for each in await mei.get("questions") if each["place"] == place), None)
        version = kept["version"] if kept else 0
        wanted = {"place": place, "articles": slugs, "version": version}
        saved = await mei.put("questions", **wanted)
        assert saved["version"] == version + 1
        shown = (await mei.client.get(page)).text
        first = shown.index('id="faq"') if place == "fees" else shown.index('id="asked"')
        assert 0 < shown.index(slugs[0], first) < shown.index(slugs[1], first)
        await mei.put("questions", 409, **wanted)
        await mei.put("questions", 400, **saved | {"articles": [slugs[0], slugs[0]]})
        await mei.put("questions", 400, **saved | {"articles": []})
        gone = await mei.client.delete(f"/api/console/questions/{place}?version={version}")
        assert gone.status_code == 409
        gone = await mei.client.delete(f"/api/console/questions/{place}?version={version + 1}")
        assert gone.status_code == 204
    await mei.put("questions", 404, place="nowhere", articles=slugs)
