"""Moving articles in and out in a real browser: looked at, imported, exported, refused."""

import io
import re
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.knowledge import carrying
from fanlight.features.knowledge.models import Article
from fanlight.features.knowledge.queries import transfers as kept
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser


def folder(slug: str) -> dict[str, Any]:
    """A .zip of two articles, one of which nobody can read."""
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        archive.writestr(f"en/fees/{slug}.md", f"---\ntitle: {slug}\n---\n\nWords of it.\n")
        archive.writestr("en/fees/broken.md", "---\ntitle: [\n---\n\nNever taken.\n")
    return {"name": f"{slug}.zip", "mimeType": "application/zip", "buffer": room.getvalue()}


async def work_off(house: House) -> None:
    """As the worker does it."""
    async with house.edge.work() as work:
        found = [each for each in await kept.latest(work, 30) if each.state in kept.RUNNING]
    for each in found:
        await carrying.carry(house.edge.shelf, each.id)


def look(page: Page, slug: str) -> None:
    page.get_by_label("File", exact=True).set_input_files([folder(slug)])
    page.get_by_role("button", name="Look at it").click()
    row = page.locator("main .lines > li").filter(has_text=slug)
    expect(row).to_contain_text("Being looked at")


def test_a_zip_is_looked_at_and_then_imported(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    slug = f"moved-{uuid4().hex[:6]}"
    page = open_page("/console/articles/transfers", mei)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("alert")).to_have_text("Choose a file first.")
    page.get_by_label("Show what is new to readers at once").check()
    look(page, slug)
    row = page.locator("main .lines > li").filter(has_text=slug)
    house.run(work_off(house))
    expect(row).to_contain_text("Looked at, nothing changed yet")
    expect(row).to_contain_text("1 file, text or value is not taken")
    expect(row).to_contain_text("en/fees/broken.md")
    assert axe(page) == []
    assert page.request.get(f"{house.url}/en/a/fees/{slug}").status == 404

    row.get_by_role("button", name="Import and publish").press("Enter")
    expect(row.get_by_role("progressbar")).to_be_visible()
    house.run(work_off(house))
    expect(row.locator(".pill.success")).to_have_text("Imported")
    assert page.request.get(f"{house.url}/en/a/fees/{slug}").status == 200


def test_other_choices_are_looked_at_with_the_same_file(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    slug = f"chosen-{uuid4().hex[:6]}"
    page = open_page("/console/articles/transfers", mei)
    look(page, slug)
    row = page.locator("main .lines > li").filter(has_text=slug)
    house.run(work_off(house))
    expect(row).to_contain_text("Looked at, nothing changed yet")
    row.get_by_role("button", name="Choose differently").click()
    row.get_by_label("What it is").select_option("zendesk")
    row.get_by_role("button", name="Look again").click()
    expect(row).to_contain_text("Being looked at")
    house.run(work_off(house))
    expect(row.locator(".pill")).to_have_text("Not taken")
    row.get_by_role("button", name=f"Forget it: {slug}.zip").click()
    expect(row).to_have_count(0)


def test_a_running_import_can_be_stopped_and_holds_others_up(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    slug = f"stopped-{uuid4().hex[:6]}"
    page = open_page("/console/articles/transfers", mei)
    look(page, slug)
    page.get_by_label("File", exact=True).set_input_files([folder("second")])
    page.get_by_role("button", name="Look at it").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Another import is running")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("main .lines > li").filter(has_text=slug)).to_have_count(0)
    house.run(work_off(house))


def test_everything_is_exported_and_downloaded(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    page = open_page("/console/articles/transfers", mei)
    page.get_by_role("button", name="Export").click()
    row = page.locator("main .lines > li").first
    expect(row).to_contain_text("Exporting")
    house.run(work_off(house))
    with page.expect_download() as told:
        row.get_by_role("link", name="Download").click()
    names = zipfile.ZipFile(told.value.path()).namelist()
    assert "en/fees/withdrawal-fees.md" in names


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_is_clean(
    open_page: OpenPage, house: House, mei: Staff, article: Article, width: int, theme: Any
) -> None:
    page = open_page("/console/articles/transfers", mei, width=width, height=900, theme=theme)
    look(page, f"clean-{uuid4().hex[:6]}")
    assert axe(page) == []
    house.run(work_off(house))
    expect(page.locator("main .figures")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("(it => it.scrollWidth - it.clientWidth)(main)") <= 0


def test_the_page_is_for_those_who_publish(
    open_page: OpenPage, house: House, article: Article
) -> None:
    rosa = house.run(scene.hire(house, "Rosa Blum", roles=("agent",)))
    page = open_page("/console/articles/transfers", rosa)
    expect(page.get_by_role("heading", name="This room is for editors")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_every_sentence_is_there_in_chinese(
    open_page: OpenPage, house: House, article: Article, language: str
) -> None:
    who = house.run(scene.hire(house, "Lin Che", roles=("editor",), language=language))
    page = open_page("/console/articles/transfers", who)
    expect(page.locator("main form")).to_have_count(2)
    assert not re.findall(r"\b(?:console|shared)\.[a-z_.]+", page.locator("body").inner_text())
