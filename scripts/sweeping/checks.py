"""What is asked of a screen: axe, and what `checks.js` looks for; each answer is one line."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

from sweeping.screen import Family

ROOT = Path(__file__).resolve().parents[2]
# Both have to be there before the page is: its policy lets no script in later.
INJECTED = (
    ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js",
    Path(__file__).with_name("checks.js"),
)
MOST_SHIFT = 0.01
PHONE = 500  # px; wider is not held in a hand
# In px: a finger's for customers, a mouse's in the console.
TARGETS: dict[Family, int] = {"help": 44, "widget": 44, "exchange": 24, "console": 24}

_AXE = "axe.run(document, {resultTypes: ['violations'], iframes: false})"


def shift(face: Page | Frame) -> list[str]:
    """How far things moved while the page settled."""
    moved: float = face.evaluate("fanlightSweep.shift()")
    return [f"shift: {moved:.3f}"] if moved > MOST_SHIFT else []


def look(face: Page | Frame, family: Family, width: int) -> list[str]:
    """Everything that is wrong with what is shown now."""
    least = TARGETS[family] if width < PHONE else 0
    found: list[str] = face.evaluate("(least) => fanlightSweep.look(least)", least)
    return found


def axe(face: Page | Frame) -> list[str]:
    """What axe finds wrong."""
    said: dict[str, Any] = face.evaluate(_AXE)
    return [
        f"axe: {each['id']}: {node['target'][0]} {node['failureSummary'].splitlines()[-1].strip()}"
        for each in said["violations"]
        for node in each["nodes"][:4]
    ]
