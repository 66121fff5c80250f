"""The widget as a customer has it: on the exchange's page, in a frame from another site."""

import msgspec
from playwright.sync_api import FrameLocator, Page

from tests.conftest import ROOT

AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
ARTICLES = ROOT / "content" / "articles"
SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"


class Widget(msgspec.Struct, frozen=True):
    """The exchange's page and the chat in it."""

    page: Page
    frame: FrameLocator

    def open(self) -> "Widget":
        self.page.get_by_role("button", name="Ask support").click()
        self.frame.get_by_role("searchbox").wait_for()
        return self

    def begin(self, text: str) -> None:
        self.frame.get_by_role("button", name="Write to us").click()
        self.frame.get_by_label("Your message").fill(text)
        self.frame.get_by_role("button", name="Send").click()
        self.frame.get_by_role("log").get_by_text(text, exact=True).wait_for()

    def say(self, text: str) -> None:
        field = self.frame.locator(".composer textarea")
        field.fill(text)
        field.press("Enter")

    def bubbles(self) -> list[str]:
        """What stands in the talk, from the top."""
        return self.frame.get_by_role("log").locator(".bubble").all_inner_texts()

    def axe(self) -> list[str]:
        """What axe finds wrong inside the frame, in one line each."""
        inside = next(each for each in self.page.frames if "/widget/app/" in each.url)
        inside.evaluate(AXE.read_text())
        found = inside.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {node['target'][0]} {node['failureSummary'].splitlines()[-1].strip()}"
            for each in found["violations"]
            for node in each["nodes"]
        ]
