"""Opens every screen of every face in a browser and writes down what is wrong with it.

    python scripts/sweep.py [--desk URL] [--only WORD] [--lang TAG] [--width PX] [--pictures FOLDER]
                            [--ways]

Both themes always; without more it is 360, 768 and 1440 px in every language, which takes about
an hour. Without an address it starts a demo of its own. Looked for: complaints of the browser,
requests that fail, axe, what is wider than the screen, text cut off, things that move while the
page settles, targets too small for a finger, keys and holes where words should stand.
"""

import argparse
import re
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    sync_playwright,
)
from staging import chromium, desk_at, exchange_of, play, sign_in
from sweeping import checks, console, dialogs, helpsite, widget
from sweeping.screen import Screen, Stage, face
from sweeping.ways import ways

from fanlight.kernel.i18n import languages

SCREENS = [
    *helpsite.SCREENS,
    *helpsite.EXCHANGE,
    *widget.SCREENS,
    *console.SCREENS,
    *dialogs.SCREENS,
]
LANGUAGES = languages()
LOCALES = {"en": "en-GB", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}  # as browsers ask
WIDTHS = (360, 768, 1440)
THEMES = ("light", "dark")
HEIGHTS = {360: 780, 768: 1024, 1440: 900}
# The browser says the first of every answer from 400 up; the answers themselves are looked at. The
# second is about our own scripts, in a frame that lets none in.
ECHOES = ("Failed to load resource", "Blocked script execution in")


class Ear:
    """What the browser and the wire complain about while one screen is open."""

    def __init__(self, page: Page, screen: Screen) -> None:
        self.heard: list[str] = []
        self._screen = screen
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(e in message.text for e in ECHOES):
            self.heard.append(f"browser: {message.text[:200]}")

    def _failed(self, request: Request) -> None:
        # Left behind by going on to another page, as any browser does.
        if request.failure != "net::ERR_ABORTED" and not self._known(request.url):
            self.heard.append(f"wire: {request.failure} {request.url}")

    def _answered(self, answer: Response) -> None:
        is_page = answer.request.is_navigation_request() and answer.frame.parent_frame is None
        if answer.status < 400 or self._known(answer.url):
            return
        if is_page and (answer.status == self._screen.status or self._screen.act is not None):
            return  # a form that is refused says so with its status
        self.heard.append(f"wire: {answer.status} {answer.url}")

    def _known(self, url: str) -> bool:
        return any(each in url for each in self._screen.refused)


class Sweep:
    """One language: contexts are kept for whoever looks, so that nobody signs in twice."""

    def __init__(
        self, browser: Browser, stage: Stage, pictures: Path | None, *, has_ways: bool
    ) -> None:
        self._browser, self._stage, self._pictures = browser, stage, pictures
        self._has_ways = has_ways
        self._contexts: dict[str, BrowserContext] = {}

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()

    def one(self, screen: Screen, widths: list[int]) -> Iterator[str]:
        """What is wrong with a screen, at each width and in both themes."""
        page = self._context(screen.who).new_page()
        page.set_default_timeout(20_000)
        try:
            yield from self._looked(page, screen, widths)
        except (Error, AssertionError) as error:
            yield f"not brought about: {str(error).splitlines()[0]}"
        finally:
            page.unroute_all(behavior="ignoreErrors")
            page.close()

    def _looked(self, page: Page, screen: Screen, widths: list[int]) -> Iterator[str]:
        self._resize(page, widths[0])
        ear = Ear(page, screen)
        page.emulate_media(color_scheme="light", media=screen.media)
        if screen.before:
            screen.before(page, self._stage)
        answer = page.goto(self._address(screen))
        if answer is not None and answer.status != screen.status:
            yield f"answer: {answer.status}, not {screen.status}"
        page.locator(screen.ready).first.wait_for()
        page.wait_for_timeout(500)
        yield from checks.shift(page)
        if screen.act:
            screen.act(page, self._stage)
        # What was brought about stays; a window is made wider, as a person does.
        for width in widths:
            self._resize(page, width)
            yield from self._measured(page, screen, width)
        if self._has_ways and screen.media == "screen":
            keep = partial(self._keep, page, screen, 0)
            yield from ways(page, face(page, screen.family), keep)
        yield from ear.heard

    def _measured(self, page: Page, screen: Screen, width: int) -> Iterator[str]:
        inside = face(page, screen.family)
        for theme in THEMES if screen.media == "screen" else ("light",):
            page.emulate_media(color_scheme=theme, media=screen.media)  # type: ignore[arg-type]
            page.wait_for_timeout(250)
            self._keep(page, screen, width, theme)
            yield from (f"{width} {theme} {each}" for each in checks.axe(inside))
            if theme == "light":
                yield from (f"{width} {each}" for each in checks.look(inside, screen.family, width))

    def _resize(self, page: Page, width: int) -> None:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def _address(self, screen: Screen) -> str:
        at = self._stage.exchange if screen.family in {"widget", "exchange"} else self._stage.desk
        return at + screen.path.format(lang=self._stage.language, **self._stage.known)

    def _keep(self, page: Page, screen: Screen, width: int, theme: str) -> None:
        if self._pictures is None:
            return
        name = ".".join(
            (screen.name, *([str(width)] if width else []), theme, self._stage.language, "png")
        )
        page.screenshot(
            path=self._pictures / name, full_page=bool(width) and screen.family == "help"
        )

    def _context(self, who: str) -> BrowserContext:
        if who not in self._contexts:
            context = self._browser.new_context(
                locale=LOCALES.get(self._stage.language, self._stage.language),
                timezone_id="Asia/Singapore",
                has_touch=False,
            )
            for script in checks.INJECTED:
                context.add_init_script(path=script)
            self._enter(context, who)
            self._contexts[who] = context
        return self._contexts[who]

    def _enter(self, context: BrowserContext, who: str) -> None:
        if who == "customer":
            play(context, self._stage.desk, self._stage.language)
            page = context.new_page()
            page.goto(f"{self._stage.exchange}/")
            page.goto(
                f"{self._stage.exchange}/help?lang={self._stage.language}",
                referer=f"{self._stage.exchange}/",
            )
            page.close()
        elif who:
            sign_in(context, self._stage.desk, who)
            context.request.patch(
                f"{self._stage.desk}/api/console/me",
                data={"language": self._stage.language},
                headers={"X-Fanlight": "1", "Origin": self._stage.desk},
                fail_on_status_code=True,
            )


def known(browser: Browser, desk: str) -> dict[str, Any]:
    """A ticket, an article and an announcement to open: the console knows them by id alone."""
    context = browser.new_context()
    sign_in(context, desk, "vera")
    ask = f"{desk}/api/console"
    # Few: who opens many in an hour is asked why.
    rows = context.request.get(f"{ask}/tickets?view=all&limit=8").json()["rows"]
    heads = {row["id"]: context.request.get(f"{ask}/tickets/{row['id']}").json() for row in rows}
    ticket = max(rows, key=lambda row: len(heads[row["id"]]["conversations"]))["id"]
    articles = context.request.get(f"{ask}/articles?limit=1").json()
    told = context.request.get(f"{ask}/announcements").json()
    context.close()
    first = (articles.get("lines") or articles.get("rows"))[0]
    news = (told if isinstance(told, list) else told.get("lines") or told.get("rows"))[0]
    return {"ticket": ticket, "article": first["id"], "announcement": news["id"]}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--desk", help="address of a demo that runs already")
    parser.add_argument("--only", default="", help="screens whose name fits this expression")
    parser.add_argument("--lang", action="append", choices=LANGUAGES)
    parser.add_argument("--width", action="append", type=int, choices=WIDTHS)
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of each")
    parser.add_argument(
        "--ways", action="store_true", help="by keyboard, magnified, unmoving, in few colours, too"
    )
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    chosen = [each for each in SCREENS if re.search(given.only, each.name)]
    seen, wrong, began = 0, 0, time.monotonic()
    with sync_playwright() as playwright, desk_at(given.desk) as desk:
        browser = chromium(playwright)
        there = known(browser, desk)
        for language in given.lang or LANGUAGES:
            stage = Stage(desk, exchange_of(desk), language, there)
            sweep = Sweep(browser, stage, given.pictures, has_ways=given.ways)
            for screen in chosen:
                widths = [each for each in given.width or WIDTHS if each in screen.widths]
                if not widths:
                    continue
                found = list(dict.fromkeys(sweep.one(screen, widths)))
                seen += len(widths)
                wrong += bool(found)
                for each in found:
                    sys.stdout.write(f"{screen.name} {language}: {each}\n")
                sys.stdout.flush()
            sweep.close()
        browser.close()
    took = (time.monotonic() - began) / 60
    sys.stdout.write(f"{seen} screens in both themes, {wrong} with findings, {took:.0f} minutes\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
