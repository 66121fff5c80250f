"""Who works here, seen by who manages it: teams, roles, leaving, and the log of it all."""

import contextlib
import re

import pytest
from playwright.sync_api import Error, expect

from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser


def test_a_team_is_made_and_becomes_a_view(open_page: OpenPage, house: House, mei: Staff) -> None:
    house.run(scene.hire(house, "Vera Lind"))
    page = open_page("/console/people", mei)
    page.get_by_role("button", name="New team").click()
    dialog = page.get_by_role("dialog", name="New team")
    dialog.get_by_label("Name").fill("Fiat and banks")
    dialog.get_by_label("Short key").fill("deposits")
    dialog.get_by_label("Vera Lind").check()
    dialog.get_by_role("button", name="Make the team").click()
    expect(dialog.get_by_role("alert")).to_be_visible()  # the key is another team's
    dialog.get_by_label("Short key").fill("fiat")
    dialog.get_by_role("button", name="Make the team").click()
    row = page.get_by_role("row", name=re.compile("^Fiat and banks"))
    expect(row).to_contain_text("1 person")

    page.goto(f"{house.url}/console/inbox/all")
    expect(page.get_by_role("link", name="Fiat and banks")).to_be_visible()
    page.goto(f"{house.url}/console/people")
    page.get_by_role("button", name="Change the team Fiat and banks").click()
    page.get_by_role("dialog").get_by_role("button", name="Close the team").click()
    expect(row).to_have_count(0)


def test_a_role_counts_at_once_and_leaving_does_too(
    open_page: OpenPage, house: House, mei: Staff
) -> None:
    nora = house.run(scene.hire(house, "Nora Stein", roles=("agent",)))
    inside = open_page("/console/people", nora)
    expect(inside.get_by_role("alert")).to_be_visible()

    page = open_page("/console/people", mei)
    page.get_by_role("button", name="Change Nora Stein").click()
    dialog = page.get_by_role("dialog", name="Nora Stein")
    dialog.get_by_label("Administrator").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="Nora Stein")).to_contain_text("Administrator")
    inside.reload()
    expect(inside.get_by_role("row").filter(has_text="Nora Stein")).to_be_visible()

    page.get_by_role("button", name="Change Nora Stein").click()
    page.get_by_role("dialog").get_by_role("button", name="Suspend").click()
    expect(page.get_by_role("row").filter(has_text="Nora Stein")).to_contain_text("Suspended")
    with contextlib.suppress(Error):  # the page may be at the door already
        inside.get_by_role("link", name="Inbox").click(timeout=2000)
    expect(inside.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_log_tells_who_did_it(open_page: OpenPage, house: House, mei: Staff) -> None:
    page = open_page("/console/people", mei)
    page.get_by_role("button", name="Invite an agent").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Logan Frey")
    dialog.get_by_label("Mail address").fill("logan@meridian.example")
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.locator(".secret")).to_contain_text("/console/invite#")

    auditor = house.run(scene.hire(house, "Otto Weiss", roles=("auditor",), teams=()))
    log = open_page("/console/audit", auditor)
    line = log.get_by_role("row").filter(has_text="Made a sign-in link for an agent").first
    expect(line).to_contain_text("Mei Tan")
    log.get_by_label("Who", exact=True).select_option("Otto Weiss")
    expect(log.get_by_text("Nothing like that in the log")).to_be_visible()
    log.get_by_label("Who", exact=True).select_option("Mei Tan")
    log.get_by_label("What", exact=True).select_option("Made an agent")
    expect(log.locator("tbody tr").first).to_contain_text("Made an agent")
    expect(log.locator("tbody").get_by_text("Made a sign-in link")).to_have_count(0)
    log.get_by_label("From", exact=True).fill("2020-01-01")
    log.get_by_label("To", exact=True).fill("2020-01-02")
    expect(log.get_by_text("Nothing like that in the log")).to_be_visible()
    assert axe(log) == []
    plain = house.run(scene.hire(house, "Paul Roth", roles=("agent",)))
    refused = open_page("/console/audit", plain)
    expect(refused.get_by_text("The log did not load")).to_be_visible()
