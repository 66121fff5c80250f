"""Signing in over HTTP, as a browser does: cookies, refusals, and what another site cannot do."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.builders.door import Door

PASSWORD = "lantern over the river"
ME = "/api/console/me"


def code_of(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return answer.status_code, answer.json()["code"]


def sign_in(browser: Any, email: str, password: str = PASSWORD) -> Any:
    return browser.post("/api/console/sign-in", json={"email": email, "password": password})


def test_a_stranger_learns_nothing(door: Door) -> None:
    browser = door.browser()
    assert code_of(browser.get(ME)) == (401, "sign_in_needed")
    for email in ("ada@desk.example", "nobody@desk.example"):
        refused = sign_in(browser, email, "guess guess guess")
        assert code_of(refused) == (401, "wrong_credentials")
        assert refused.json()["params"] == {}
        assert "set-cookie" not in refused.headers


def test_refusals_are_said_in_the_reader_s_language(door: Door) -> None:
    browser = door.browser()
    browser.headers["accept-language"] = "zh-TW,zh;q=0.9"
    assert sign_in(browser, "nobody@desk.example").json()["title"].startswith("電子郵件和密碼")


def test_the_way_in_and_out(door: Door, join: Callable[..., Any]) -> None:
    mei = join("agent")
    browser = door.browser()

    first = sign_in(browser, mei.email.upper())
    assert first.json() == {"next": "totp", "ways": ["totp", "recovery"]}
    assert code_of(browser.get(ME)) == (401, "sign_in_needed")  # half in is not in
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    half_token = browser.cookies["fanlight_session"]

    wrong = browser.post("/api/console/sign-in/totp", json={"code": "000000"})
    assert code_of(wrong) == (422, "code_refused")
    code = {"code": mei.app.at(time.time() + 30)}
    assert browser.post("/api/console/sign-in/totp", json=code).json()["next"] == "done"
    assert browser.cookies["fanlight_session"] != half_token

    me = browser.json(ME)
    assert (me["email"], me["roles"], me["totp_on"]) == (mei.email, ["agent"], True)
    assert "ticket.reply" in me["permissions"]
    assert me["recovery_codes_left"] == 10

    again = door.browser()
    sign_in(again, mei.email)
    assert code_of(again.post("/api/console/sign-in/totp", json=code)) == (422, "code_refused")

    token = browser.cookies["fanlight_session"]
    assert browser.post("/api/console/sign-out").status_code == 204
    assert code_of(browser.get(ME)) == (401, "sign_in_needed")
    browser.cookies.set("fanlight_session", token)  # a copy of the cookie is worth nothing
    assert code_of(browser.get(ME)) == (401, "sign_in_needed")


def test_a_cookie_over_https_is_marked_so(door: Door, join: Callable[..., Any]) -> None:
    mei = join("agent")
    browser = door.browser()
    assert "Secure" not in sign_in(browser, mei.email).headers["set-cookie"]
    browser.headers["x-forwarded-proto"] = "https"  # uvicorn trusts a proxy on this machine
    assert "Secure" in sign_in(browser, mei.email).headers["set-cookie"]


def test_wrong_tries_count_over_requests_and_lock_the_address(
    door: Door, join: Callable[..., Any]
) -> None:
    mei = join("agent")
    for _ in range(10):
        assert code_of(sign_in(door.browser(), mei.email, "guess guess"))[0] == 401
    locked = sign_in(door.browser(), mei.email)
    assert code_of(locked) == (429, "too_many_tries")
    wait = locked.json()["params"]["retry_after_s"]
    assert 0 < wait <= 1800
    assert locked.headers["retry-after"] == str(wait)


def test_wrong_codes_count_over_half_sessions(door: Door, join: Callable[..., Any]) -> None:
    mei = join("agent")
    for _ in range(5):
        browser = door.browser()
        sign_in(browser, mei.email)
        wrong = browser.post("/api/console/sign-in/totp", json={"code": "000000"})
        assert code_of(wrong)[0] == 422
    right = {"code": mei.app.at(time.time() + 30)}
    assert code_of(browser.post("/api/console/sign-in/totp", json=right))[0] == 429


def test_a_recovery_code_lets_one_in_once(door: Door, join: Callable[..., Any]) -> None:
    mei = join("agent")
    codes = mei.browser.post("/api/console/me/recovery-codes").json()["recovery_codes"]
    assert len(set(codes)) == 10
    for expected in (200, 422):
        browser = door.browser()
        sign_in(browser, mei.email)
        answer = browser.post("/api/console/sign-in/recovery", json={"code": codes[0]})
        assert answer.status_code == expected
    assert mei.browser.json(ME)["recovery_codes_left"] == 9


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({}, True),
        ({"x-fanlight": ""}, False),
        ({"x-fanlight": "2"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://localhost:1"}, False),
    ],
)
def test_another_site_cannot_ask_for_a_change(
    door: Door, join: Callable[..., Any], headers: dict[str, str], is_ours: bool
) -> None:
    mei = join("agent")
    answers = [
        mei.browser.patch(ME, json={"theme": "dark"}, headers=headers),
        mei.browser.put("/api/console/me/presence", json={"state": "away"}, headers=headers),
        mei.browser.post("/api/console/sign-out", headers=headers),
    ]
    for answer in answers:
        if is_ours:
            assert answer.status_code in {200, 204}
        else:
            assert code_of(answer) == (403, "not_from_our_page")
    if not is_ours:
        me = mei.browser.json(ME)
        assert (me["theme"], me["presence"]) == ("system", "off")


def test_a_browser_that_names_no_origin_is_asked_for_its_site(
    door: Door, join: Callable[..., Any]
) -> None:
    mei = join("agent")
    del mei.browser.headers["origin"]
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
        answer = mei.browser.patch(ME, json={"theme": "dark"}, headers={"sec-fetch-site": site})
        assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"email": 7, "password": []}', b'{"email": "a@b.example"}', b"\x00\xff"],
)
def test_what_is_no_form_is_refused_clearly(door: Door, body: bytes) -> None:
    answer = door.browser().post(
        "/api/console/sign-in", content=body, headers={"content-type": "application/json"}
    )
    assert code_of(answer) == (400, "malformed")


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "%00", "é".encode().hex()])
def test_a_cookie_of_nonsense_is_nobody(door: Door, token: str) -> None:
    browser = door.browser()
    answer = browser.get(ME, headers={"cookie": f"fanlight_session={token}"})
    assert code_of(answer) == (401, "sign_in_needed")


def test_the_set_up_link_is_closed_once_somebody_is_here(door: Door, admin: Any) -> None:
    late = door.browser().post(
        "/api/console/set-up",
        json={
            "token": "guess",
            "name": "Eve",
            "email": "eve@desk.example",
            "password": PASSWORD,
        },
    )
    assert code_of(late) == (410, "link_ended")
    assert "eve@desk.example" not in {each["email"] for each in admin.json("/api/console/agents")}


def test_a_half_session_sets_up_nothing_when_a_factor_exists(
    door: Door, join: Callable[..., Any], sessions_of: Callable[[str], Any]
) -> None:
    mei = join("agent")
    thief = door.browser()  # knows the password, has no telephone
    sign_in(thief, mei.email)
    for path in ("totp", "passkeys/options", "recovery-codes", "step-up"):
        assert thief.post(f"{ME}/{path}", json={}).status_code == 401
    assert sessions_of(mei.email) == [("full", "link+totp"), ("half", "password")]


def test_passkeys_are_asked_for_our_name_and_nonsense_is_refused(
    door: Door, join: Callable[..., Any]
) -> None:
    mei = join("agent")
    asked = mei.browser.post(f"{ME}/passkeys/options").json()
    assert asked["rp"]["id"] == "localhost"
    assert asked["user"]["name"] == mei.email
    refused = mei.browser.post(f"{ME}/passkeys", json={"credential": {"id": "x"}, "name": "Key"})
    assert code_of(refused) == (422, "passkey_refused")
    browser = door.browser()
    assert browser.post("/api/console/sign-in/passkey/options").json()["allowCredentials"] == []
    refused = browser.post("/api/console/sign-in/passkey", json={"credential": {}})
    assert code_of(refused) == (422, "passkey_refused")


@pytest.mark.slow
def test_many_wrong_passwords_at_once_hold_nobody_up(door: Door) -> None:
    """Hashing takes long; nothing of the database is held meanwhile."""
    browsers = [door.browser() for _ in range(40)]
    with ThreadPoolExecutor(41) as threads:
        tries = [
            threads.submit(sign_in, browser, f"nobody{n}@desk.example", "guess guess")
            for n, browser in enumerate(browsers)
        ]
        seen = threads.submit(httpx2.get, f"{door.url}/readyz", timeout=20).result()
        codes = {each.result().status_code for each in tries}
    assert codes <= {401, 429}
    assert seen.status_code == 200


def test_an_origin_that_is_no_address_is_refused(door: Door) -> None:
    answer = httpx2.post(
        f"{door.url}/api/console/sign-in",
        json={"email": "a@b.example", "password": "x"},
        headers={"origin": "http://[bad"},
    )
    assert answer.status_code == 403
