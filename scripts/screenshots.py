"""Takes the pictures of the README from a running demo, in both themes, into docs/pictures.

    python scripts/screenshots.py [--desk URL]     without an address it starts a demo of its own

Needs Chromium, and fonts with Chinese (Debian: chromium, fonts-noto-cjk).
"""

import argparse
import io
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from staging import chromium, desk_at, exchange_of, play, sign_in

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1440, 900
COLOURS = 128
MOST_BYTES = 170_000  # the mark across the console costs a third

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ASKED = "I sent 1,000 USDT by TRON at 09:12. The network shows it as done, my balance does not."
ANSWERED = (
    "Your deposit is here and safe. TRON asks us for 20 confirmations; it has 14.",
    "It is credited by itself in about a minute. I stay here until it is.",
)

Shot = Callable[[Page, str], None]


def console(page: Page, desk: str) -> None:
    """An agent's inbox with a ticket open."""
    sign_in(page.context, desk, "vera")
    page.goto(f"{desk}/console/inbox/all/{_rich_ticket(page, desk)}")
    page.locator("article.entry").nth(2).wait_for()


def _rich_ticket(page: Page, desk: str) -> str:
    """One that an English reader follows, in time, over as many conversations as there are."""
    rows = page.request.get(f"{desk}/api/console/tickets?view=all&limit=60").json()["rows"]
    now = datetime.now(UTC).isoformat()

    def worth(row: dict[str, str]) -> tuple[bool, bool, int]:
        head = page.request.get(f"{desk}/api/console/tickets/{row['id']}").json()
        is_late = bool(row["due_at"]) and row["due_at"] < now
        return row["language"] == "en", not is_late, len(head["conversations"])

    return str(max(rows, key=worth)["id"])


def help_home(page: Page, desk: str) -> None:
    """The help center's first page."""
    page.goto(f"{desk}/en/")


def widget(page: Page, desk: str) -> None:
    """A signed-in customer on the exchange's own site, in a chat that somebody has answered."""
    play(page.context, desk, "en")
    page.goto(exchange_of(desk))
    page.locator("[data-help-open]").first.click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Write to us").click()
    frame.get_by_label("Your message").fill(ASKED)
    frame.get_by_role("button", name="Send").click()
    log = frame.get_by_role("log")
    log.get_by_text(ASKED).wait_for()
    _answer(page, desk)
    log.get_by_text(ANSWERED[-1]).wait_for()


def _answer(page: Page, desk: str) -> None:
    """Take the newest chat and answer it, as an agent does."""
    if (browser := page.context.browser) is None:
        raise SystemExit("the browser has gone")
    context = browser.new_context()
    api = context.request
    sign_in(context, desk, "mei")
    console = f"{desk}/api/console"
    ours = {"X-Fanlight": "1", "Origin": desk}
    row = api.get(f"{console}/tickets?view=channel:chat.web&limit=1").json()["rows"][0]
    me = api.get(f"{console}/me").json()["id"]
    ticket = f"{console}/tickets/{row['id']}"
    taken = {"agent_id": me, "version": row["version"]}
    api.put(f"{ticket}/assignee", data=taken, headers=ours, fail_on_status_code=True)
    talk = api.get(ticket).json()["conversations"][0]
    for text in ANSWERED:
        said = {
            "conversation_id": talk["id"],
            "text": text,
            "client_key": uuid4().hex,
            "seen": {talk["id"]: talk["last_seq"]},
        }
        api.post(f"{ticket}/replies", data=said, headers=ours, fail_on_status_code=True)
    context.close()


SHOTS: dict[str, Shot] = {"console": console, "help": help_home, "widget": widget}


def take(browser: Browser, desk: str, name: str) -> Iterator[Path]:
    """One picture in both themes."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        locale="en-GB",
        timezone_id="Asia/Singapore",
        reduced_motion="reduce",
    )
    page = context.new_page()
    SHOTS[name](page, desk)
    page.wait_for_timeout(1500)  # pictures in the talk, and who else is looking
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(300)
        file = PICTURES / f"{name}.{theme}.png"
        file.write_bytes(small(page.screenshot()))
        yield file
    context.close()


def small(picture: bytes) -> bytes:
    """The same picture with a palette of its own."""
    with Image.open(io.BytesIO(picture)) as image:
        plain = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desk", help="address of a demo that runs already")
    given = parser.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, desk_at(given.desk) as desk:
        browser = chromium(playwright)
        for name in SHOTS:
            for file in take(browser, desk, name):
                size = file.stat().st_size
                sys.stdout.write(f"{file.relative_to(ROOT)}: {size / 1000:.0f} kB\n")
                if size > MOST_BYTES:
                    sys.stdout.write(f"  more than {MOST_BYTES / 1000:.0f} kB\n")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
