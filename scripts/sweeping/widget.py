"""The widget on the demo exchange's page: each view, and what a talk can be in."""

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


def _chat(page: Page, stage: Stage) -> None:
    inside = opened(page, stage)
    if inside.locator(".options.talk").count():
        inside.locator(".options.talk button").click()
    else:
        inside.locator("footer .btn").last.click()
        inside.locator("#text").fill(said(stage))
        inside.locator("footer .btn.primary").click()
    inside.get_by_role("log").locator(".bubble").first.wait_for()
    page.wait_for_timeout(1200)


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
]
