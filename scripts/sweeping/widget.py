"""The widget on the demo exchange's page: each view, and what a talk can be in."""

import re
from typing import cast

from playwright.sync_api import Frame, Page, Route

from sweeping.helpsite import said
from sweeping.screen import Screen, Stage, face

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
UNKNOWN = "xqzzvw"


def opened(page: Page, _stage: Stage) -> Frame:
    page.locator("[data-help-open]").first.click()
    page.frame_locator("iframe").locator("h1, h2, .failed").first.wait_for()
    page.wait_for_timeout(700)
    return cast("Frame", face(page, "widget"))


def _home(page: Page, stage: Stage) -> None:
    opened(page, stage)


def _searched(page: Page, stage: Stage) -> Frame:
    inside = opened(page, stage)
    inside.locator("#q").fill({"en": "deposit not credited"}.get(stage.language, "充值没到账"))
    inside.locator(".found .hits li, .found li button").first.wait_for()
    page.wait_for_timeout(600)
    return inside


def _hits(page: Page, stage: Stage) -> None:
    _searched(page, stage)


def _nothing(page: Page, stage: Stage) -> None:
    opened(page, stage).locator("#q").fill(UNKNOWN)
    page.wait_for_timeout(900)


def _article(page: Page, stage: Stage) -> None:
    _searched(page, stage).locator(".found li button").first.click()
    page.wait_for_timeout(900)


def _write(page: Page, stage: Stage) -> Frame:
    inside = opened(page, stage)
    inside.locator("footer .btn").last.click()
    inside.locator("#text").wait_for()
    return inside


def _start(page: Page, stage: Stage) -> None:
    _write(page, stage).locator("#text").fill(said(stage))
    page.wait_for_timeout(1200)


def _start_refused(page: Page, stage: Stage) -> None:
    inside = _write(page, stage)
    inside.locator("#text").fill("")
    inside.locator("footer .btn.primary").click()


def _secret(page: Page, stage: Stage) -> None:
    inside = _write(page, stage)
    inside.locator("#text").fill(SEED)
    inside.locator("footer .btn.primary").click()
    inside.locator("dialog[open]").wait_for()


def _talk(page: Page, stage: Stage) -> Frame:
    """The talk that there is, or a first one; the line before the first answer stands under it."""
    inside = opened(page, stage)
    if inside.locator(".options.talk").count():
        inside.locator(".options.talk button").click()
    else:
        inside.locator("footer .btn").last.click()
        inside.locator("#text").fill(said(stage))
        inside.locator("footer .btn.primary").click()
    inside.get_by_role("log").locator(".bubble").first.wait_for()
    page.wait_for_timeout(1200)
    return inside


def _chat(page: Page, stage: Stage) -> None:
    _talk(page, stage)


def _email(page: Page, stage: Stage) -> None:
    field = _talk(page, stage).locator("main input[type=email]")
    field.fill("nowhere")
    field.press("Enter")
    page.wait_for_timeout(400)


def _file_refused(page: Page, stage: Stage) -> None:
    inside = _talk(page, stage)
    program = {"name": "wallet.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ" * 99}
    inside.locator("input[type=file]").set_input_files(program)  # type: ignore[arg-type]
    page.wait_for_timeout(1500)


def _secret_again(page: Page, stage: Stage) -> None:
    inside = _talk(page, stage)
    inside.locator("footer textarea").fill(SEED)
    inside.locator("footer textarea").press("Enter")
    inside.locator("dialog[open]").wait_for()


def _cut(page: Page, stage: Stage) -> None:
    inside = _talk(page, stage)
    inside.locator("footer textarea").fill(said(stage))
    inside.locator("footer textarea").press("Enter")
    inside.locator(".cut").wait_for()
    page.wait_for_timeout(400)


def _without_line(page: Page, _stage: Stage) -> None:
    page.route_web_socket("**/api/widget/live", lambda socket: socket.close())


def _waits(page: Page, _stage: Stage) -> None:
    """A rush: the demo's own line is too short to be told in minutes."""
    line = {"ahead": 5, "wait_minutes": [4, 7], "at": "2026-11-30T06:32:10Z"}
    page.route("**/api/widget/chats/*/line", lambda route: route.fulfill(json={"line": line}))


def _ended(page: Page, _stage: Stage) -> None:
    def change(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        held = told.get("conversation", told)
        if held is not None:
            held["status"] = "solved"
        route.fulfill(response=answer, json=told)

    page.route(re.compile(r"/api/widget/(session$|chats/[^/]+/messages)"), change)


def _guide(page: Page, stage: Stage) -> Frame:
    inside = opened(page, stage)
    inside.locator("footer .btn").nth(-2).click()
    inside.locator("textarea").wait_for()
    return inside


def _asked(page: Page, stage: Stage) -> None:
    _guide(page, stage)


def _advised(page: Page, stage: Stage) -> None:
    inside = _guide(page, stage)
    inside.locator("textarea").fill(said(stage))
    inside.locator(".btn.primary").click()
    inside.locator(".offers > li").first.wait_for()
    page.wait_for_timeout(500)


def _freeze(page: Page, stage: Stage) -> None:
    opened(page, stage).locator(".options.lane button").click()
    page.wait_for_timeout(700)


def _unanswered(page: Page, _stage: Stage) -> None:
    page.route("**/api/widget/session", lambda route: route.abort())


def _off_duty(page: Page, _stage: Stage) -> None:
    def change(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "is_staffed": False})

    page.route("**/api/widget/session", change)


def _widget(name: str, **more: object) -> Screen:
    return Screen(name=f"widget-{name}", family="widget", path="/", **more)  # type: ignore[arg-type]


SCREENS = [
    _widget("home", act=_home),
    _widget("hits", act=_hits),
    _widget("nothing", act=_nothing),
    _widget("article", act=_article),
    _widget("start", act=_start),
    _widget("start-refused", act=_start_refused),
    _widget("secret", act=_secret),
    _widget("guide", act=_asked),
    _widget("guide-advice", act=_advised),
    _widget("freeze", act=_freeze),
    _widget("failed", before=_unanswered, act=_home, refused=("/api/widget/session",)),
    _widget("off-duty", before=_off_duty, act=_start),
    _widget("home-signed", who="customer", act=_home),
    _widget("chat", who="customer", act=_chat),
    _widget("chat-ended", who="customer", before=_ended, act=_chat),
    _widget("queue", before=_waits, act=_chat),
    _widget("email-refused", act=_email),
    _widget("file-refused", act=_file_refused, refused=("/api/widget/files",)),
    _widget("chat-secret", act=_secret_again),
    _widget("cut", before=_without_line, act=_cut, refused=("/api/widget/live",)),
    _widget("guide-signed", who="customer", act=_advised),
]
