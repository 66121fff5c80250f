"""The console: every room, what opens over it, and how it is empty, waiting and failed."""

from collections.abc import Callable

from playwright.sync_api import Page, Route

from sweeping.screen import Screen, Stage

Act = Callable[[Page, Stage], None]
WIDE, NARROW = (768, 1440), (360,)


def press(*keys: str) -> Act:
    def act(page: Page, _stage: Stage) -> None:
        page.locator("article.entry").first.wait_for()
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_timeout(400)

    return act


def click(what: str, *, waits: str = "") -> Act:
    def act(page: Page, _stage: Stage) -> None:
        page.locator(what).locator("visible=true").first.click()
        page.locator(waits or "dialog[open], [role=dialog], main").first.wait_for()
        page.wait_for_timeout(400)

    return act


def hold(pattern: str) -> Act:
    """Nothing answers: what is shown is what one waits before."""

    def act(page: Page, _stage: Stage) -> None:
        page.add_init_script(f"""
            const ask = fetch;
            fetch = (what, ...more) =>
              /{pattern}/.test(what?.url ?? what) ? new Promise(() => 0) : ask(what, ...more);
        """)

    return act


def refuse(pattern: str) -> Act:
    def fail(route: Route) -> None:
        route.fulfill(status=503, json={"type": "about:blank", "title": "", "status": 503})

    def act(page: Page, _stage: Stage) -> None:
        page.route(pattern, fail)

    return act


def empty(pattern: str, answer: object) -> Act:
    def act(page: Page, _stage: Stage) -> None:
        page.route(pattern, lambda route: route.fulfill(json=answer))

    return act


def console(name: str, path: str, ready: str = "main", **more: object) -> Screen:
    given = {"who": "vera", "ready": ready, **more}
    return Screen(name=f"console-{name}", family="console", path=f"/console/{path}", **given)  # type: ignore[arg-type]


TICKET = "inbox/all/{ticket}"
LIST = "**/api/console/tickets?*"
DESK = [
    console("sign-in", "sign-in", "form", who=""),
    console("missing", "nowhere", ".empty"),
    console("list", "inbox/all", ".irow"),
    console("list-mine", "inbox/mine", ".inbox", who="mei"),
    console("list-empty", "inbox/team:none", ".empty"),
    console("list-waiting", "inbox/all", ".skeleton", before=hold(r"console\/tickets\?")),
    console(
        "list-failed",
        "inbox/all",
        "[role=alert].empty",
        before=refuse(LIST),
        refused=("/tickets?",),
    ),
    console("search", "inbox/search?q=deposit", ".irow"),
    console("ticket", TICKET, ".entry"),
    console("ticket-waiting", TICKET, ".skeleton", before=hold(r"console\/tickets\/")),
    console("note", TICKET, ".entry", act=press("n")),
    console("palette", TICKET, ".entry", act=press("Control+k")),
    console("keys", TICKET, ".entry", act=press("?")),
    console("assign", TICKET, ".entry", act=press("a")),
    console("status", TICKET, ".entry", act=press("s")),
    console("tags", TICKET, ".entry", act=press("t")),
    console("cite", TICKET, ".entry", act=press("h")),
    console("check", TICKET, ".entry", act=press("d")),
    console("more", "inbox/all", ".irow", act=click(".rail-btn.more"), widths=NARROW),
]
ROOMS = [
    console("emergency", "emergency"),
    console("articles", "articles", "main h1"),
    console("articles-new", "articles", "main h1", act=click(".btn.primary")),
    console("article", "articles/{article}/{lang}", "main"),
    console("articles-due", "articles/due"),
    console("articles-wishes", "articles/wishes"),
    console("articles-flaws", "articles/flaws"),
    console("articles-transfers", "articles/transfers"),
    console("articles-shelves", "articles/shelves"),
    console("articles-glossary", "articles/glossary"),
    console("articles-synonyms", "articles/synonyms"),
    console("articles-legal", "articles/legal"),
    console("articles-figures", "articles/figures"),
    console("articles-figures-one", "articles/figures?name=withdrawal-fees"),
    console("articles-paths", "articles/paths"),
    console("articles-path", "articles/paths?key=start"),
    console("articles-questions", "articles/questions"),
    console("articles-addresses", "articles/addresses"),
    console("announcements", "announcements"),
    console("announcement", "announcements/{announcement}"),
    console("people", "people", "tbody tr"),
    console("people-new", "people", "tbody tr", act=click("main .btn.primary")),
    console("guide", "guide"),
    console("scams", "scams"),
    console("official", "official"),
    console("audit", "audit", "tbody tr"),
    console("oversight", "oversight"),
    console("deliveries", "deliveries"),
    console("deliveries-work", "deliveries?show=work"),
    console("me", "settings/me", "h1"),
    console("security", "settings/security", "h1"),
    console("sessions", "settings/sessions", "tbody tr"),
    console("figures", "settings/figures", "h1"),
]
SCREENS = DESK + ROOMS
