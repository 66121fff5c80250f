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


def _console(name: str, path: str, ready: str = "main", **more: object) -> Screen:
    given = {"who": "vera", "ready": ready, **more}
    return Screen(name=f"console-{name}", family="console", path=f"/console/{path}", **given)  # type: ignore[arg-type]


TICKET = "inbox/all/{ticket}"
LIST = "**/api/console/tickets?*"
DESK = [
    _console("sign-in", "sign-in", "form", who=""),
    _console("missing", "nowhere", ".empty"),
    _console("list", "inbox/all", ".irow"),
    _console("list-mine", "inbox/mine", ".inbox", who="mei"),
    _console("list-empty", "inbox/team:none", ".empty"),
    _console("list-waiting", "inbox/all", ".skeleton", before=hold(r"console\/tickets\?")),
    _console(
        "list-failed",
        "inbox/all",
        "[role=alert].empty",
        before=refuse(LIST),
        refused=("/tickets?",),
    ),
    _console("search", "inbox/search?q=deposit", ".irow"),
    _console("ticket", TICKET, ".entry"),
    _console("ticket-waiting", TICKET, ".skeleton", before=hold(r"console\/tickets\/")),
    _console("note", TICKET, ".entry", act=press("n")),
    _console("palette", TICKET, ".entry", act=press("Control+k")),
    _console("keys", TICKET, ".entry", act=press("?")),
    _console("assign", TICKET, ".entry", act=press("a")),
    _console("status", TICKET, ".entry", act=press("s")),
    _console("tags", TICKET, ".entry", act=press("t")),
    _console("cite", TICKET, ".entry", act=press("h")),
    _console("check", TICKET, ".entry", act=press("d")),
    _console("more", "inbox/all", ".irow", act=click(".rail-btn.more"), widths=NARROW),
]
ROOMS = [
    _console("emergency", "emergency"),
    _console("articles", "articles", "main h1"),
    _console("articles-new", "articles", "main h1", act=click(".btn.primary")),
    _console("article", "articles/{article}/{lang}", "main"),
    _console("articles-due", "articles/due"),
    _console("articles-wishes", "articles/wishes"),
    _console("articles-flaws", "articles/flaws"),
    _console("articles-transfers", "articles/transfers"),
    _console("articles-shelves", "articles/shelves"),
    _console("articles-glossary", "articles/glossary"),
    _console("articles-synonyms", "articles/synonyms"),
    _console("articles-legal", "articles/legal"),
    _console("articles-figures", "articles/figures"),
    _console("articles-figures-one", "articles/figures?name=withdrawal-fees"),
    _console("articles-paths", "articles/paths"),
    _console("articles-path", "articles/paths?key=start"),
    _console("articles-questions", "articles/questions"),
    _console("articles-addresses", "articles/addresses"),
    _console("announcements", "announcements"),
    _console("announcement", "announcements/{announcement}"),
    _console("people", "people", "tbody tr"),
    _console("people-new", "people", "tbody tr", act=click("main .btn.primary")),
    _console("guide", "guide"),
    _console("scams", "scams"),
    _console("official", "official"),
    _console("audit", "audit", "tbody tr"),
    _console("oversight", "oversight"),
    _console("deliveries", "deliveries"),
    _console("deliveries-work", "deliveries?show=work"),
    _console("me", "settings/me", "h1"),
    _console("security", "settings/security", "h1"),
    _console("sessions", "settings/sessions", "tbody tr"),
    _console("figures", "settings/figures", "h1"),
]
SCREENS = DESK + ROOMS
