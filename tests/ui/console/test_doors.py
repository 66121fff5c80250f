"""Getting in: invitations, the second proof, recovery codes, passkeys; what keeps others out."""

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

from fanlight.features.people.service.sessions import sign_out
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import PASSWORD, Staff

pytestmark = pytest.mark.browser


def invite(page: Page, name: str, email: str) -> str:
    """An administrator makes an agent; the link to hand over."""
    page.get_by_role("button", name="Invite an agent").click()
    dialog = page.get_by_role("dialog", name="Invite an agent")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Mail address").fill(email)
    dialog.get_by_label("Lead").check()
    dialog.get_by_role("button", name="Make the link").click()
    link = dialog.locator(".secret span").first
    expect(link).to_contain_text("/console/invite#")
    return link.inner_text()


def test_from_the_invitation_to_the_inbox_and_in_again(
    open_page: OpenPage, house: House, mei: Staff
) -> None:
    admin = open_page("/console/people", mei)
    link = invite(admin, "Tomás Reyes", "tomas@meridian.example")
    admin.get_by_role("button", name="Close").first.click()
    expect(admin.get_by_role("row").filter(has_text="Tomás Reyes")).to_contain_text("Invited")

    page = open_page(link.removeprefix(house.url))
    page.get_by_label("Name").fill("Tomás Reyes")
    page.get_by_label("New password").fill("password")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_be_visible()  # too easy to guess
    page.get_by_label("New password").fill("nine herons under one bridge")
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("heading", name="One more proof")).to_be_visible()
    secret = page.locator(".secret span").inner_text().replace(" ", "")
    page.get_by_label("Digit 1 of 6").press_sequentially("000000")
    expect(page.get_by_role("alert")).to_be_visible()
    for n, digit in enumerate(pyotp.TOTP(secret).now()):
        page.get_by_label(f"Digit {n + 1} of 6").press_sequentially(digit)
    expect(page.locator(".recovery li")).to_have_count(10)
    codes = page.locator(".recovery li").all_inner_texts()
    page.get_by_label("I have kept them").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()

    page.get_by_role("button", name="Tomás Reyes, Off duty").click()
    page.get_by_role("option", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Mail address").fill("tomas@meridian.example")
    page.get_by_label("Password").fill("nine herons under two bridges")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill("nine herons under one bridge")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(codes[0].lower())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()

    # The link has done its work: it opens nothing a second time.
    again = open_page(link.removeprefix(house.url))
    again.get_by_label("New password").fill("nine herons under three bridges")
    again.get_by_label("Name").fill("Somebody Else")
    again.get_by_role("button", name="Go on").click()
    expect(again.get_by_role("heading", name="This link has ended")).to_be_visible()


def with_authenticator(page: Page) -> None:
    """The device can make passkeys, and its owner always says yes."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    client.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_the_second_proof_may_be_a_passkey_from_the_start(
    open_page: OpenPage, house: House
) -> None:
    eva = house.run(scene.hire(house, "Eva Stein"))
    page = open_page("/console/sign-in")
    with_authenticator(page)
    page.get_by_label("Mail address").fill(eva.agent.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("I have kept them").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()


def test_a_passkey_opens_the_door(open_page: OpenPage, house: House) -> None:
    ana = house.run(scene.hire(house, "Ana Silva"))
    page = open_page("/console/settings/security", ana)
    with_authenticator(page)
    page.get_by_role("button", name="Add a passkey").click()
    kept = page.get_by_role("dialog", name="New recovery codes")
    kept.get_by_label("I have kept them").check()
    kept.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("row").filter(has_text="Passkey on Linux")).to_be_visible()

    page.get_by_role("button", name="Ana Silva").click()
    page.get_by_role("option", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()


def test_sessions_are_listed_and_can_be_ended(open_page: OpenPage, house: House) -> None:
    kim = house.run(scene.hire(house, "Kim Sato"))
    page = open_page("/console/settings/sessions", kim)
    phone = open_page("/console/sign-in")
    phone.get_by_label("Mail address").fill(kim.agent.email)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in", exact=True).click()
    expect(phone.get_by_role("heading", name="One more proof")).to_be_visible()
    secret = phone.locator(".secret span").inner_text().replace(" ", "")
    phone.get_by_label("Digit 1 of 6").evaluate(
        """(it, code) => {
            const data = new DataTransfer();
            data.setData("text", code);
            it.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }""",
        pyotp.TOTP(secret).now(),
    )
    phone.get_by_label("I have kept them").check()
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_role("heading", name="Mine")).to_be_visible()

    page.reload()
    rows = page.get_by_role("row")
    expect(rows).to_have_count(3)  # the head, this one, the telephone
    expect(rows.filter(has_text="this one")).to_have_count(1)
    page.get_by_role("button", name="End", exact=True).click()
    expect(rows).to_have_count(2)
    # Its socket is closed at once, and leads to the door without a press.
    expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_old_proof_is_asked_for_again(open_page: OpenPage, house: House) -> None:
    uma = house.run(scene.hire(house, "Uma Rao"))

    async def age() -> None:
        async with house.edge.work() as work:
            await work.run(
                "UPDATE agent_sessions SET stepped_up_at = now() - interval '1 hour' "
                "WHERE agent_id = %(id)s",
                id=uma.agent.id,
            )

    house.run(age())
    page = open_page("/console/settings/security", uma, has_old_proof=True)
    page.get_by_role("button", name="Set up an authenticator app").click()
    dialog = page.get_by_role("dialog", name="Is it still you?")
    dialog.get_by_label("Password").fill("not the password at all")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("img", name="QR code for the authenticator app")).to_be_visible()


def test_settings_are_worn_at_once_and_kept(open_page: OpenPage, house: House) -> None:
    noor = house.run(scene.hire(house, "Noor Haddad"))
    page = open_page("/console/settings/me", noor)
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Comfortable").click()
    expect(page.locator("body")).not_to_have_attribute("data-density", "compact")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", name="设置")).to_be_visible()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Noor Haddad").click()
    page.get_by_role("option", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.reload()  # the door remembers how it was left
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_presence_is_one_key_away(open_page: OpenPage, house: House) -> None:
    lea = house.run(scene.hire(house, "Lea Brandt"))
    page = open_page("/console/inbox/all", lea)
    page.get_by_role("button", name="Lea Brandt, Off duty").click()
    page.keyboard.type("On duty")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Lea Brandt, On duty")).to_be_visible()


def test_nobody_gets_further_than_the_door(open_page: OpenPage, house: House) -> None:
    page = open_page("/console/people")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert re.search(r"to=%2Fconsole%2Fpeople$", page.url)
    plain = house.run(scene.hire(house, "Pia Novak", roles=("agent",)))
    inside = open_page("/console/inbox/mine", plain)
    expect(inside.get_by_role("link", name="Inbox")).to_be_visible()
    expect(inside.get_by_role("link", name="People")).to_have_count(0)

    async def leave() -> None:
        async with house.edge.work() as work:
            await sign_out(work, plain.token)

    house.run(leave())
