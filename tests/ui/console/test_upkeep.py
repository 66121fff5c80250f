"""What editors look after, in a real browser: what is due, what is broken, what is wanted."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.sync_api import expect

from fanlight.features.knowledge.models import Article
from tests.surfaces.widget.house import House
from tests.ui.console import scene, upkeep
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser
LONG_AGO = date(2026, 1, 5)
PAGES = ["due", "wishes", "flaws", "flaws?show=outside"]


def test_what_is_due_is_still_right_by_one_act(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    title, other = f"Overdue {uuid4().hex[:6]}", f"Of nobody {uuid4().hex[:6]}"
    house.run(upkeep.due(house, mei, title, LONG_AGO, owner=mei))
    house.run(upkeep.due(house, mei, other, LONG_AGO, owner=None))
    page = open_page("/console/articles/due", mei)
    row = page.get_by_role("listitem").filter(has_text=title)
    expect(row).to_contain_text("Mei Tan")
    expect(row.locator(".pill.warning")).to_contain_text("days late")
    expect(page.get_by_role("listitem").filter(has_text=other)).to_contain_text("Nobody looks")

    page.get_by_role("button", name="Mine", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text=other)).to_have_count(0)
    row.get_by_role("button", name=f"Still right: {title}", exact=True).press("Enter")
    expect(row.locator(".pill.success")).to_contain_text("Looked at")
    page.reload()
    expect(row.locator("time")).to_have_attribute("datetime", re.compile("202[67]"))
    expect(row.locator(".pill.warning")).to_have_count(0)

    row.get_by_role("button", name=re.compile("choose the next day")).click()
    dialog = page.get_by_role("dialog", name="Still right")
    soon = (date.today() + timedelta(days=9)).isoformat()  # noqa: DTZ011 - the browser's day
    dialog.get_by_label("Look again by").fill(soon)
    dialog.get_by_role("button", name="Still right").click()
    expect(dialog).to_have_count(0)
    page.reload()
    expect(row.locator("time")).to_have_attribute("datetime", soon)


def test_many_are_still_right_at_once(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    titles = [f"Late {n} {uuid4().hex[:6]}" for n in range(2)]
    for title in titles:
        house.run(upkeep.due(house, mei, title, LONG_AGO, owner=None))
    page = open_page("/console/articles/due", mei)
    for title in titles:
        page.get_by_role("checkbox", name=f"Choose {title}").check()
    page.get_by_role("button", name="2 are still right").click()
    for title in titles:
        row = page.get_by_role("listitem").filter(has_text=title)
        expect(row.locator(".pill.success")).to_be_visible()


def test_a_broken_link_leads_to_its_place_in_the_editor(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    title = f"Broken {uuid4().hex[:6]}"
    house.run(upkeep.amiss(house, mei, title))
    page = open_page("/console/articles/flaws", mei)
    group = page.locator("main .lines > li").filter(has_text=title)
    for words in ("Leads nowhere", "Part is not there", "Picture lies elsewhere"):
        expect(group).to_contain_text(words)
    page.get_by_label("What is amiss").select_option("broken")
    expect(group).not_to_contain_text("Part is not there")
    group.get_by_role("link", name=re.compile("of-long-ago")).click()
    expect(page.get_by_label("Text", exact=True)).to_be_visible()
    chosen = page.wait_for_function("getSelection().toString()").json_value()
    assert chosen == "the old page"
    expect(page.get_by_role("link", name="the old page").or_(page.locator(".problem-link"))).to_be_in_viewport()


def test_links_to_other_sites_are_found_by_site(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    title = f"Leads out {uuid4().hex[:6]}"
    house.run(upkeep.amiss(house, mei, title))
    page = open_page("/console/articles/flaws?show=outside", mei)
    page.get_by_role("button", name="explorer.example").click()
    expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()
    expect(page.get_by_text("https://explorer.example/tx").first).to_be_visible()


def test_a_search_in_vain_becomes_a_draft(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    words = f"withdrawal fee of {uuid4().hex[:6]}"
    house.run(upkeep.searched(house, words, times=3))
    page = open_page("/console/articles/wishes", mei)
    row = page.locator("main .lines > li").filter(has_text=words)
    expect(row.locator("strong")).to_have_text("3")
    expect(row.get_by_role("img", name=re.compile("By week"))).to_be_visible()
    expect(row).to_contain_text("Nothing found")
    row.get_by_role("button", name=f"Write it: {words}").press("Enter")
    expect(page.get_by_label("Title", exact=True)).to_have_value(words.capitalize())
    page.goto(f"{house.url}/console/articles/wishes?standing=taken")
    expect(row.get_by_role("link", name="Open the article")).to_be_visible()


def test_what_is_not_needed_goes_with_a_reason_and_comes_back(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    words = f"lottery numbers {uuid4().hex[:6]}"
    house.run(upkeep.searched(house, words))
    page = open_page("/console/articles/wishes", mei)
    row = page.locator("main .lines > li").filter(has_text=words)
    row.get_by_role("button", name=f"Not needed: {words}").click()
    dialog = page.get_by_role("dialog", name="Not needed")
    dialog.get_by_label("Why it is not needed").fill("   ")
    dialog.get_by_role("button", name="Take it off the list").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say why")
    dialog.get_by_label("Why it is not needed").fill("No business of ours.")
    dialog.get_by_role("button", name="Take it off the list").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Not needed", exact=True).click()
    expect(row).to_contain_text("Because: No business of ours.")
    row.get_by_role("button", name=f"Put it back: {words}").click()
    expect(row).to_have_count(0)


def test_what_readers_say_stands_beside_an_article_that_did_not_help(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    title = f"No help {uuid4().hex[:6]}"
    article_id = house.run(upkeep.published(house, mei, title))
    house.run(upkeep.unhelpful(house, article_id))
    page = open_page("/console/articles/wishes?kind=bad_feedback", mei)
    row = page.locator("main .lines > li").filter(has_text=title)
    row.get_by_role("button", name="What readers say").click()
    expect(row).to_contain_text("It is out of date")
    expect(row).to_contain_text("The fee of TRON is another one by now.")
    row.get_by_role("button", name=f"Start a revision of {title}").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value(title)
    assert str(article_id) in page.url
    panel = page.get_by_role("tabpanel", name="What readers say")
    expect(panel).to_contain_text("The fee of TRON is another one by now.")
    expect(page.get_by_role("button", name="Publish changes")).to_be_visible()


def test_the_list_is_narrowed_to_what_is_mine(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    mine, other = f"Kept by Mei {uuid4().hex[:6]}", f"Kept by nobody {uuid4().hex[:6]}"
    house.run(upkeep.due(house, mei, mine, LONG_AGO, owner=mei))
    house.run(upkeep.published(house, mei, other))
    page = open_page("/console/articles", mei)
    expect(page.get_by_role("link", name=other, exact=True)).to_be_visible()
    page.get_by_label("Whose").select_option("owner")
    expect(page.get_by_role("link", name=other, exact=True)).to_have_count(0)
    expect(page.locator(".article").filter(has_text=mine)).to_contain_text("Mei Tan looks after it")
    page.get_by_label("Not there in").select_option("en")
    expect(page.get_by_role("heading", name="Nothing fits this")).to_be_visible()
    page.get_by_role("button", name="Show all articles").click()
    page.get_by_label("Order", exact=True).select_option("changed_at")
    expect(page.get_by_role("link", name="Withdrawal fees", exact=True)).to_be_visible()


def test_an_article_gets_an_owner_and_a_day(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    article_id = house.run(upkeep.published(house, mei, f"Without an owner {uuid4().hex[:6]}"))
    page = open_page(f"/console/articles/{article_id}/en", mei)
    page.get_by_role("tab", name="Upkeep").click()
    panel = page.get_by_role("tabpanel", name="Upkeep")
    panel.get_by_label("Looks after it").select_option(label="Mei Tan")
    panel.get_by_label("Review by").fill("2026-01-05")
    panel.get_by_role("button", name="Save").click()
    expect(panel.locator(".pill")).to_have_text("Review due")
    page.reload()
    page.get_by_role("tab", name="Upkeep").click()
    expect(panel.get_by_label("Looks after it")).to_have_value(str(mei.agent.id))
    panel.get_by_role("button", name="Still right").click()
    expect(panel.locator(".pill")).to_have_count(0)
    expect(panel.get_by_label("Review by")).to_have_value(re.compile("2027"))
    assert axe(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_are_clean(
    open_page: OpenPage, house: House, mei: Staff, article: Article, width: int, theme: Any
) -> None:
    house.run(upkeep.due(house, mei, f"Overdue {uuid4().hex[:6]}", LONG_AGO, owner=mei))
    house.run(upkeep.amiss(house, mei, f"Broken {uuid4().hex[:6]}"))
    house.run(upkeep.searched(house, f"how to {uuid4().hex[:6]}", times=4))
    page = open_page("/console/articles", mei, width=width, height=900, theme=theme)
    for path in PAGES:
        page.goto(f"{house.url}/console/articles/{path}")
        expect(page.locator("main .lines > li").first).to_be_visible()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.evaluate("(it => it.scrollWidth - it.clientWidth)(main)") <= 0


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_every_sentence_is_there_in_chinese(
    open_page: OpenPage, house: House, mei: Staff, article: Article, language: str
) -> None:
    who = house.run(scene.hire(house, "Lin Che", roles=("lead", "admin"), language=language))
    page = open_page("/console/articles", who)
    for path in PAGES:
        page.goto(f"{house.url}/console/articles/{path}")
        expect(page.locator("main .filters").first).to_be_visible()
        assert not re.findall(r"\b(?:console|shared)\.[a-z_.]+", page.locator("body").inner_text())


def test_the_pages_are_not_shown_to_others(
    open_page: OpenPage, house: House, article: Article
) -> None:
    rosa = house.run(scene.hire(house, "Rosa Blum", roles=("agent",)))
    for path in PAGES:
        page = open_page(f"/console/articles/{path}", rosa)
        expect(page.get_by_role("heading", name="This room is for editors")).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_names_that_pages_ask_for_in_vain_stand_below(
    open_page: OpenPage, house: House, mei: Staff, article: Article, width: int, theme: str
) -> None:
    name = f"staking.n{uuid4().hex[:6]}"
    for _ in range(3):
        assert httpx2.get(f"{house.url}/en/go/{name}").status_code == 404
    page = open_page("/console/articles/wishes", mei, width=width, theme=theme)
    line = page.get_by_role("region", name="Names without an article").get_by_role("listitem")
    expect(line.filter(has_text=name)).to_contain_text("Asked for 3 times")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
