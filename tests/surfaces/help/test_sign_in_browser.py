"""Customers sign in and see their cases in a real browser: by a mailed link, by the exchange."""

import re
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.surfaces.help.test_browser import Open, axe, open_page
from tests.surfaces.help.test_sign_in import known, mailed
from tests.surfaces.widget.house import House

__all__ = ["open_page"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("forgiven")]
SCREENS = pytest.mark.parametrize(
    ("width", "theme"), [(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")]
)


def sound(page: Page, width: int) -> None:
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def a_letter(house: House, email: str) -> str:
    """The path of the link that was mailed."""
    with httpx2.Client(base_url=house.url) as elsewhere:
        (letter,) = mailed(house, elsewhere, email)
    found = re.search(r"/en/sign-in/link/[A-Za-z0-9_-]{43}", letter.replace("=\n", ""))
    assert found
    return found.group()


def has_written(house: House, email: str, text: str) -> None:
    with httpx2.Client(base_url=house.url) as client:
        sent = client.post(
            "/en/contact",
            data={"email": email, "text": text, "key": email},
            headers={"origin": house.url},
        )
        assert sent.status_code == 303


@SCREENS
def test_a_mailed_link_leads_to_my_cases(
    open_page: Open, house: House, width: int, theme: str
) -> None:
    email = f"noor.{width}.{theme}@mail.example"
    has_written(house, email, "The memo of my deposit was missing")
    page = open_page("/en/cases", width=width, theme=theme, bypass_csp=True)
    expect(page).to_have_url(f"{house.url}/en/sign-in?next=/en/cases")
    sound(page, width)

    field = page.get_by_role("textbox", name="Your e-mail address")
    field.fill("not an address")
    page.get_by_role("button", name="Mail me a link").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("not an address")
    sound(page, width)
    field.fill(email)
    field.press("Enter")
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    sound(page, width)

    path = a_letter(house, email)
    page.goto(house.url + path)
    expect(page.get_by_role("heading", name="Sign in as")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text(email)
    sound(page, width)
    page.get_by_role("main").get_by_role("button", name="Sign in").press("Enter")
    page.goto(f"{house.url}/en/cases")
    expect(page.get_by_text("The memo of my deposit was missing").first).to_be_visible()
    sound(page, width)

    page.goto(house.url + path)  # a second time
    expect(page.get_by_role("heading", name="does not work any more")).to_be_visible()
    page.goto(f"{house.url}/en/cases")
    expect(page.get_by_role("heading", name="My cases")).to_be_visible()  # and nothing changed


@SCREENS
def test_the_exchange_leads_to_my_cases(
    browser: Browser, house: House, width: int, theme: Any
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True
    )
    try:
        page = context.new_page()
        page.goto(house.exchange_url)
        page.locator("#who").select_option("73105528")
        page.locator("header form button").click()
        page.get_by_role("link", name="My cases").click()
        expect(page).to_have_url(f"{house.url}/en/cases")
        expect(page.get_by_text("You have written to us about nothing yet.")).to_be_visible()
        sound(page, width)
    finally:
        context.close()


@pytest.fixture
def signed_in(open_page: Open, house: House) -> Page:
    known(house, "ivo@mail.example")
    page = open_page(a_letter(house, "ivo@mail.example"))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.goto(f"{house.url}/en/cases")
    return page


def test_signing_out_ends_it_in_this_browser(signed_in: Page, house: House) -> None:
    expect(signed_in.get_by_role("heading", name="My cases")).to_be_visible()
    signed_in.evaluate("document.querySelectorAll('details.menu').forEach((e) => (e.open = true))")
    signed_in.get_by_role("button", name="Sign out", exact=True).first.click()
    expect(signed_in).to_have_url(f"{house.url}/en/")
    signed_in.goto(f"{house.url}/en/cases")
    expect(signed_in).to_have_url(f"{house.url}/en/sign-in?next=/en/cases")
