"""Other ways of using a screen: by keyboard, magnified, unmoving, in forced or few colours."""

from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Frame, Page

STOPS = 45
# 1280 px magnified to 400 % leave this.
MAGNIFIED = {"width": 320, "height": 256}
PLAIN = {"width": 1440, "height": 900}
BLIND = ("protanopia", "deuteranopia", "tritanopia", "achromatopsia")

Keep = Callable[[str], None]


def ways(page: Page, face: Page | Frame, keep: Keep) -> Iterator[str]:
    """What somebody meets who uses it in another way; pictures of what only an eye can judge."""
    page.set_viewport_size(PLAIN)  # type: ignore[arg-type]
    yield from _by_keyboard(page, face)
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_timeout(300)
    yield from (f"moves: {each}" for each in face.evaluate("fanlightSweep.moving()"))
    page.emulate_media(reduced_motion="no-preference", forced_colors="active")
    page.wait_for_timeout(150)
    keep("forced")
    page.emulate_media(forced_colors="none")
    _few_colours(page, keep)
    page.set_viewport_size(MAGNIFIED)  # type: ignore[arg-type]
    page.wait_for_timeout(250)
    keep("magnified")
    yield from (f"at 400 %: {each}" for each in face.evaluate("fanlightSweep.wide()"))


def _by_keyboard(page: Page, face: Page | Frame) -> Iterator[str]:
    stops = 0
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        page.wait_for_timeout(30)
        said: str | None = face.evaluate("fanlightSweep.unseen()")
        if said is None:
            break
        stops += 1
        if said:
            yield f"keyboard: {said}"
    if stops < 2:
        yield f"keyboard: {stops} stops"


def _few_colours(page: Page, keep: Keep) -> None:
    session: Any = page.context.new_cdp_session(page)
    for kind in BLIND:
        session.send("Emulation.setEmulatedVisionDeficiency", {"type": kind})
        page.wait_for_timeout(100)
        keep(kind)
    session.send("Emulation.setEmulatedVisionDeficiency", {"type": "none"})
    session.detach()
