"""Live figures in a real browser: tables shaped, figures changed, old ones and wrong ones told."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from fanlight.features.knowledge.models import Article
from tests.surfaces.widget.house import House
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser


@pytest.fixture
def fees(open_page: OpenPage, mei: Staff, furnished: Article) -> Page:
    return fees_of(open_page("/console/articles/figures", mei))


def fees_of(page: Page) -> Page:
    page.get_by_role("link", name="Change figures of Withdrawal fees").click()
    expect(page.get_by_role("heading", name="Withdrawal fees", level=1)).to_be_visible()
    return page


def fill_table(dialog: Locator, title: str) -> None:
    english = dialog.get_by_role("group", name="English", exact=True)
    english.get_by_label("Title").fill(title)
    english.get_by_label("Who says so").fill("Meridian")
    dialog.get_by_role("group", name="What tells rows apart").get_by_label("English").fill("Level")
    columns = dialog.get_by_role("group", name="Figures of each row")
    columns.get_by_label("English").fill("Maker")
    columns.get_by_role("button", name="Add a column").click()
    columns.get_by_label("English").nth(1).fill("Maker")


def test_a_table_is_made_and_filled(open_page: OpenPage, mei: Staff, furnished: Article) -> None:
    page = open_page("/console/articles/figures", mei)
    title = f"Trading fees {uuid4().hex[:6]}"
    page.get_by_role("button", name="New table").click()
    dialog = page.get_by_role("dialog", name="New table")
    fill_table(dialog, title)
    dialog.get_by_role("button", name="Add the table").click()
    expect(dialog.get_by_role("alert")).to_contain_text("a key of its own")
    dialog.get_by_role("group", name="Figures of each row").get_by_label("English").nth(1).fill(
        "Taker"
    )
    dialog.get_by_role("button", name="Add the table").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()

    page.get_by_role("button", name="Add a row").click()
    page.keyboard.type("VIP 1")
    page.keyboard.press("Tab")
    page.keyboard.type("0,O8")
    page.get_by_role("button", name="Save").click()
    wrong = page.get_by_label("Maker of VIP 1", exact=True)
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Use digits and a point")
    wrong.fill("0.08")
    page.get_by_label("Unit: Maker of VIP 1").fill("%")
    page.get_by_role("button", name=re.compile("Save")).click()
    table = page.get_by_role("region", name=title)
    expect(table.get_by_role("row", name="VIP 1")).to_contain_text("0.08 %")
    expect(table.get_by_role("row", name="VIP 1")).to_contain_text("not known")
    expect(table).to_contain_text("As of")

    table.get_by_role("button", name="Columns and title").click()
    dialog = page.get_by_role("dialog", name=f"Columns and title of {title}")
    columns = dialog.get_by_role("group", name="Figures of each row")
    columns.get_by_role("button", name="Take the column Taker out").click()
    expect(dialog.get_by_role("alert")).to_contain_text("its figures go")
    dialog.get_by_role("button", name="Save").click()
    expect(table.get_by_role("columnheader", name="Taker")).to_have_count(0)
    table.get_by_role("button", name="Columns and title").click()
    dialog.get_by_role("button", name="Take the table away").click()
    dialog.get_by_role("button", name="Take the table away").click()
    expect(table).to_have_count(0)


def test_only_what_changed_is_as_of_now(fees: Page, house: House, mei: Staff) -> None:
    async def age() -> None:
        async with house.edge.work() as work:
            await work.run("UPDATE kb_figures SET as_of = as_of - interval '3 days'")

    house.run(age())
    fees.reload()
    fees.get_by_label("Fee of XRP", exact=True).fill("0.25")
    fees.get_by_role("button", name="Save 1 change").click()
    table = fees.get_by_role("region", name="Withdrawal fees")
    expect(table.get_by_role("row", name="XRP")).to_contain_text("0.25 XRP")
    expect(table.locator(".pill.warning")).to_contain_text("Old: as of")
    stored = fees.request.get(f"{house.url}/api/console/figures").json()
    times = {
        each["row_key"][0] + each["column"]: each["as_of"]
        for each in next(one for one in stored if one["of"]["name"] == "withdrawal-fees")["figures"]
    }
    assert times["XRPfee"] > times["USDTfee"]
    table.get_by_role("button", name="still true now").click()
    expect(table.locator(".pill")).to_contain_text("As of")


def test_rows_are_added_moved_renamed_and_taken_out(fees: Page) -> None:
    fees.get_by_role("button", name="Add a row").click()
    fees.keyboard.type("XRP")
    fees.get_by_role("button", name=re.compile("^Save")).click()
    expect(fees.get_by_role("alert").first).to_contain_text("Another row has the same names")
    fees.get_by_label("Coin of XRP").nth(1).fill("BTC")
    fees.get_by_label("Fee of BTC", exact=True).fill("0.00006")
    fees.get_by_label("Unit: Fee of BTC").fill("BTC")
    fees.get_by_role("button", name="Move BTC up").click()
    fees.get_by_role("button", name=re.compile("^Save")).click()
    table = fees.get_by_role("region", name="Withdrawal fees")
    expect(table.get_by_role("rowheader")).to_have_text(["USDT", "BTC", "XRP"])

    fees_of(fees)
    fees.get_by_label("Coin of BTC").fill("Bitcoin")
    fees.get_by_role("button", name=re.compile("^Save")).click()
    expect(table.get_by_role("rowheader")).to_have_text(["USDT", "Bitcoin", "XRP"])
    fees_of(fees)
    fees.get_by_role("button", name="Take Bitcoin out").click()
    fees.get_by_role("button", name=re.compile("^Save")).click()
    expect(table.get_by_role("rowheader")).to_have_text(["USDT", "XRP"])


def test_a_figure_somebody_changed_meanwhile_is_not_overwritten(
    fees: Page, open_page: OpenPage, clara: Staff
) -> None:
    other = fees_of(open_page("/console/articles/figures", clara))
    for page, value in ((other, "1.50"), (fees, "1.75")):
        page.get_by_label("Fee of USDT", exact=True).fill(value)
        page.get_by_role("button", name="Save 1 change").click()
        if page is other:
            expect(other.get_by_role("heading", name="Live figures")).to_be_visible()
    warning = fees.get_by_role("alert").filter(has_text="Somebody saved this meanwhile")
    expect(warning).to_contain_text("1.50")
    warning.get_by_role("button", name="Keep mine").click()
    row = fees.get_by_role("region", name="Withdrawal fees").get_by_role("row", name="USDT")
    expect(row).to_contain_text("1.75 USDT")
