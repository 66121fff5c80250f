"""The passkey ceremonies in a real browser, whose authenticator is a virtual one of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.builders.browser import launched
from tests.builders.door import Door

PASSWORD = "lantern over the river"

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

pytestmark = pytest.mark.browser

# What the console does, in its smallest form: ask our server, ask the browser, answer our server.
CEREMONIES = """
window.send = async (path, body, method = 'POST') => {
  const headers = {'X-Fanlight': '1', 'Content-Type': 'application/json'};
  const answer = await fetch('/api/console' + path, {method, headers, body: JSON.stringify(body)});
  const text = await answer.text();
  return {status: answer.status, body: text ? JSON.parse(text) : null};
};
window.make = async (name) => {
  const asked = await send('/me/passkeys/options', {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.body);
  const credential = await navigator.credentials.create({publicKey});
  return send('/me/passkeys', {credential: credential.toJSON(), name});
};
window.show = async (path) => {
  const asked = await send(path + '/options', {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.body);
  const credential = await navigator.credentials.get({publicKey});
  return send(path, {credential: credential.toJSON()});
};
null
"""


@pytest.fixture
def in_browser(door: Door) -> Callable[[Callable[[Page], None]], None]:
    """Run a story in a fresh browser.

    In a thread of its own: Playwright keeps one loop a thread, and another test may have one open.
    """

    def tell(story: Callable[[Page], None]) -> None:
        with launched() as browser:
            page = browser.new_page()
            devtools = page.context.new_cdp_session(page)
            devtools.send("WebAuthn.enable")
            devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
            page.goto(f"{door.url}/healthz")
            page.evaluate(CEREMONIES)
            story(page)

    def run(story: Callable[[Page], None]) -> None:
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(tell, story).result(60)

    return run


def send(page: Page, path: str, body: dict[str, Any]) -> Any:
    return page.evaluate("([path, body]) => send(path, body)", [path, body])


def test_a_passkey_from_enrolment_to_a_sign_in_without_a_password(
    door: Door, admin: Any, in_browser: Callable[..., None]
) -> None:
    email = "kei@desk.example"
    invited = admin.post(
        "/api/console/agents", json={"email": email, "name": "Kei Mori", "roles": ["agent"]}
    )
    token = invited.json()["path"].partition("#")[2]

    def story(page: Page) -> None:
        accepted = send(page, "/accept-invite", {"token": token, "password": PASSWORD})
        assert accepted["body"]["next"] == "enrol"
        made = page.evaluate("make('Work laptop')")
        assert made["status"] == 201, made
        assert len(made["body"]["recovery_codes"]) == 10
        # Whoever has a passkey shows it: the password is what a thief knows.
        assert send(page, "/me/step-up", {"password": PASSWORD})["status"] == 422
        assert page.evaluate("show('/me/step-up/passkey')")["status"] == 204

        send(page, "/sign-out", {})
        first = send(page, "/sign-in", {"email": email, "password": PASSWORD})
        assert first["body"] == {"next": "passkey", "ways": ["passkey", "recovery"]}
        assert page.evaluate("show('/sign-in/passkey')")["body"]["next"] == "done"

        send(page, "/sign-out", {})
        assert page.evaluate("show('/sign-in/passkey')")["body"]["next"] == "done"
        me = page.evaluate("fetch('/api/console/me').then((answer) => answer.json())")
        assert (me["email"], me["passkeys"]) == (email, 1)

    in_browser(story)


def test_a_passkey_that_was_taken_away_opens_nothing(
    door: Door, join: Callable[..., Any], in_browser: Callable[..., None]
) -> None:
    mei = join("agent")
    cookie = {"name": "fanlight_session", "value": mei.browser.cookies["fanlight_session"]}

    def story(page: Page) -> None:
        page.context.add_cookies([{**cookie, "url": door.url}])
        made = page.evaluate("make('Soon gone')")
        gone = page.evaluate(
            "(id) => send('/me/passkeys/' + id, undefined, 'DELETE')",
            made["body"]["passkey"]["id"],
        )
        assert gone["status"] == 204
        send(page, "/sign-out", {})
        refused = page.evaluate("show('/sign-in/passkey')")
        assert (refused["status"], refused["body"]["code"]) == (422, "passkey_refused")

    in_browser(story)
