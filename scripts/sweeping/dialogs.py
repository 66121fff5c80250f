"""What opens over the console's rooms, each by its own button, and the doors before them."""

import json
from functools import partial
from typing import Any

from playwright.sync_api import Page, Route

from sweeping.checks import ROOT
from sweeping.console import TICKET, WIDE, Act, console, refuse
from sweeping.screen import Stage

OPEN = "dialog[open]"
ARTICLE = "articles/{article}/{lang}"
MORE = "header [aria-haspopup=dialog]"


def steps(*ways: str | tuple[str, int], waits: str = OPEN) -> Act:
    """Press one thing after the other; a number chooses among several."""

    def act(page: Page, _stage: Stage) -> None:
        for way in ways:
            what, place = (way, 0) if isinstance(way, str) else way
            page.locator(what).locator("visible=true").nth(place).click()
            page.wait_for_timeout(250)
        page.locator(waits).first.wait_for()
        page.wait_for_timeout(400)

    return act


def beside(what: str, place: int = 0) -> Act:
    """In the customer's pane, which a narrow screen opens first."""

    def act(page: Page, stage: Stage) -> None:
        pane = page.locator("header .who").locator("visible=true")
        if pane.count():
            pane.click()
        steps((f".who-pane {what}", place))(page, stage)

    return act


def placed(page: Page, stage: Stage) -> None:
    """Where the article stands, found by its word in the article's menu."""
    steps(MORE)(page, stage)
    words = ROOT / "src" / "fanlight" / "locales" / stage.language / "ui.console.json"
    page.locator(f"{OPEN} input").fill(json.loads(words.read_text())["console.articles.place"])
    page.keyboard.press("Enter")
    page.locator(f"{OPEN} form").wait_for()
    page.wait_for_timeout(400)


def _told(said: Any, route: Route) -> None:
    route.fulfill(json=said)


def answers(**told: Any) -> Act:
    """Calls of the door, answered as the desk would: nobody of the demo has such a proof."""

    def before(page: Page, _stage: Stage) -> None:
        for name, said in told.items():
            page.route(f"**/api/console/{name.replace('_', '-')}", partial(_told, said))

    return before


def signed(page: Page, _stage: Stage) -> None:
    page.locator("input[type=email]").fill("vera@meridian.example")
    page.locator("input[type=password]").fill("lantern-and-ledger")
    page.locator("button[type=submit]").click()
    page.locator("input[type=password]").wait_for(state="detached")
    page.wait_for_timeout(400)


def other_way(place: int) -> Act:
    def act(page: Page, stage: Stage) -> None:
        signed(page, stage)
        page.locator(".others button").nth(place).click()
        page.wait_for_timeout(300)

    return act


def welcomed(page: Page, _stage: Stage) -> None:
    page.locator("input[name=name]").fill("Vera Lind")
    if page.locator("input[type=email]").count():
        page.locator("input[type=email]").fill("vera@meridian.example")
    page.locator("input[type=password]").fill("lantern-and-ledger")
    page.locator("button[type=submit]").click()
    page.locator("input[type=password]").wait_for(state="detached")
    page.wait_for_timeout(400)


SECOND = {"next": "totp", "ways": ["totp", "passkey", "recovery"]}
ENROL = {"next": "enrol", "ways": []}
DOORS = [
    console("sign-in-code", "sign-in", "form", who="", before=answers(sign_in=SECOND), act=signed),
    console(
        "sign-in-passkey",
        "sign-in",
        "form",
        who="",
        before=answers(sign_in={**SECOND, "next": "passkey"}),
        act=signed,
    ),
    console(
        "sign-in-recovery",
        "sign-in",
        "form",
        who="",
        before=answers(sign_in=SECOND),
        act=other_way(1),
    ),
    console("sign-in-enrol", "sign-in", "form", who="", before=answers(sign_in=ENROL), act=signed),
    console(
        "sign-in-refused",
        "sign-in",
        "form",
        who="",
        act=lambda page, _stage: (
            page.locator("input[type=email]").fill("nobody@meridian.example"),
            page.locator("input[type=password]").fill("not the password"),
            page.locator("button[type=submit]").click(),
            page.locator(".error").wait_for(),
        ),
        refused=("/sign-in",),
    ),
    console("set-up", "set-up#token=x", "form", who=""),
    console("set-up-ended", "set-up", "main a.btn", who=""),
    console(
        "set-up-enrol", "set-up#token=x", "form", who="", before=answers(set_up=ENROL), act=welcomed
    ),
    console("invite", "invite#token=x", "form", who=""),
    console("invite-ended", "invite", "main a.btn", who=""),
    console("refused", "people", ".empty", who="mei", refused=("/api/console/",)),
    console(
        "failed",
        "people",
        "[role=alert]",
        before=refuse("**/api/console/agents*"),
        refused=("/agents",),
    ),
]
OVER_TICKET = [
    console("priority", TICKET, ".entry", act=steps((".facts button", 0))),
    console("team", TICKET, ".entry", act=steps((".facts button", 1))),
    console("reveal", TICKET, ".entry", act=beside(".reveal")),
    console("freeze-ask", TICKET, ".entry", act=beside(".ask .btn")),
    console("customer", TICKET, ".entry", act=steps("header .who", waits=".who-pane.over"),
            widths=(360, 768)),
    console("away", "inbox/all", ".irow", act=steps(".rail-btn[aria-haspopup=dialog]:not(.more)"),
            widths=WIDE),
]  # fmt: skip
OVER_ARTICLE = [
    console("article-menu", ARTICLE, ".rich-text", act=steps(MORE)),
    console("article-place", ARTICLE, ".rich-text", act=placed),
    *(
        console(
            f"article-{name}",
            ARTICLE,
            ".rich-text",
            act=steps((".segments [aria-pressed=false]", 0), ("[role=tab]", place), waits=".panel")
            if width == 360
            else steps(("[role=tab]", place), waits=".panel"),
            widths=(width,) if width == 360 else WIDE,
        )
        for width in (360, 1440)
        for place, name in enumerate(("preview", "source", "versions", "upkeep"))
    ),
    console("article-blocks", ARTICLE, ".rich-text", act=steps((".tools button", 0))),
    console("article-link", ARTICLE, ".rich-text", act=steps((".tools button", 5))),
    console("article-anchor", ARTICLE, ".rich-text",
            act=steps(".rich-text [data-anchor]", (".tools button:has(+ .part)", 2))),
    console("article-keys", ARTICLE, ".rich-text", act=steps(".tools button:last-of-type")),
    console("article-markdown", ARTICLE, ".rich-text",
            act=steps((".words .segments button", 1), waits="textarea[spellcheck]")),
]  # fmt: skip
CHANGE = ".lines .btn.small:not(.icon)"
PRIMARY = "main .btn.primary"
OVER_ROOMS = [
    console("drill", "emergency", act=steps("main .btn:not(.small)")),
    console("wishes-drop", "articles/wishes", ".lines", act=steps("main .acts .btn.plain")),
    console("shelf-new", "articles/shelves", ".lines", act=steps(PRIMARY)),
    console("shelf", "articles/shelves", ".lines", act=steps(CHANGE)),
    console("shelf-remove", "articles/shelves", ".lines", act=steps(CHANGE, f"{OPEN} .apart")),
    console("term-new", "articles/glossary", "main li", act=steps(PRIMARY)),
    console("term", "articles/glossary", "main li", act=steps("main .btn.small:not(.icon)")),
    console("synonyms-new", "articles/synonyms", "main li", act=steps(PRIMARY)),
    console("synonyms", "articles/synonyms", "main li", act=steps("main .btn.small:not(.icon)")),
    console("legal-new", "articles/legal?key=", "main form"),
    console("figures-new", "articles/figures", "main table", act=steps(PRIMARY)),
    console("figures-shape", "articles/figures?name=withdrawal-fees", "main table",
            act=steps("main h1 ~ .btn, main .btn:not(.small):not(.primary)")),
    console("path-team", "articles/paths", "main li", act=steps("main section .btn:not(.small)")),
    console("redirect-new", "articles/addresses", act=steps(PRIMARY)),
    console("questions-choose", "articles/questions?at=@home", "main form",
            act=steps("main [aria-haspopup=dialog]")),
    console("announcement-new", "announcements", "main h1", act=steps(PRIMARY)),
    console("announcement-withdraw", "announcements/{announcement}", act=steps("main .btn.quiet")),
    console("person", "people", "tbody tr", act=steps("tbody .btn.small")),
    console("source-new", "official", "main h1", act=steps(PRIMARY)),
    console("source", "official", "main .btn.small",
            act=steps("main li .row .btn.small:not(.quiet):not(.push)")),
    console("source-retire", "official", "main .btn.small", act=steps("main .btn.small.quiet")),
    console("campaign", "scams", "tbody tr",
            act=steps("tbody a", waits="main .btn, main dl")),
    console("export", "oversight?show=exports", act=steps(PRIMARY)),
    console("rules", "guide", act=steps("main .between .btn.small", waits="main textarea")),
    console("totp", "settings/security", "h1", act=steps("main section .btn:not(.wide)"),
            refused=("/me/totp", "/step-up")),
    console("import", "articles/transfers", "main form"),
]  # fmt: skip
SCREENS = [*DOORS, *OVER_TICKET, *OVER_ARTICLE, *OVER_ROOMS]
