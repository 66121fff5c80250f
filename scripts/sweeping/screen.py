"""One screen: where it is, who sees it and what has to be done to bring it about."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from playwright.sync_api import Frame, Page

Family = Literal["help", "console", "widget", "exchange"]


class Stage(msgspec.Struct, frozen=True):
    """The desk, and what is known of it."""

    desk: str
    exchange: str
    language: str
    known: dict[str, Any]


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A page or a state of one."""

    name: str
    family: Family
    path: str
    # Done after the page has come, before anybody looks: what opens, what is typed.
    act: Callable[[Page, Stage], None] | None = None
    # Done before the page is asked for: answers that are held back or refused.
    before: Callable[[Page, Stage], None] | None = None
    # Who: nobody, or a customer of the exchange, or an agent's sign-in name.
    who: str = ""
    ready: str = "main"
    # The answer that the page itself has to give.
    status: int = 200
    # What the page provokes and the browser writes down: addresses that may be refused.
    refused: tuple[str, ...] = ()
    media: Literal["screen", "print"] = "screen"
    # Widths at which the state can be brought about at all.
    widths: tuple[int, ...] = (360, 768, 1440)


def face(page: Page, family: Family) -> Page | Frame:
    """What is looked at: the widget stands in a frame of another site."""
    if family != "widget":
        return page
    return next((each for each in page.frames if "/widget/app/" in each.url), page)
