"""The help site: every page there is, signed out and in, and the states of those with states."""

from playwright.sync_api import Page

from sweeping.screen import Screen, Stage

DEPOSIT = "a/deposits-withdrawals/deposit-not-arrived"
_SAID = {
    "en": "I sent 1,000 USDT by TRON yesterday and it has still not arrived.",
    "zh-Hans": "我昨天用 TRON 转了 1,000 USDT，到现在还没到账。",
    "zh-Hant": "我昨天用 TRON 轉了 1,000 USDT，到現在還沒到帳。",
}
HASH = "0x" + "9f3c27" * 10 + "ab12"


def _submit(page: Page, form: str = "main form") -> None:
    with page.expect_navigation():
        page.locator(f"{form} button[type=submit], {form} button:not([type])").first.click()


def said(stage: Stage) -> str:
    """What a customer writes; in English where nobody has put it into the language yet."""
    return _SAID.get(stage.language, _SAID["en"])


def sent(page: Page, stage: Stage) -> None:
    page.locator("main textarea").first.fill(said(stage))
    _submit(page, "main form:has(textarea)")


def secret(page: Page, _stage: Stage) -> None:
    words = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    page.locator("main textarea").first.fill(words)
    page.locator("main form:has(textarea) button").last.click()
    page.wait_for_timeout(700)


def checked(page: Page, _stage: Stage) -> None:
    page.locator("main input[type=radio]").first.check()
    _submit(page, "main form:has(input[type=radio])")
    page.wait_for_timeout(300)


def looked_up(page: Page, _stage: Stage) -> None:
    page.locator("#hash").fill(HASH)
    _submit(page, "main form:has(#hash)")


def first_case(page: Page, _stage: Stage) -> None:
    link = page.locator(".case-list a").first
    with page.expect_navigation():
        link.click()


def suggestions(page: Page, stage: Stage) -> None:
    box = page.get_by_role("combobox").first
    box.press_sequentially({"en": "withdrawal f"}.get(stage.language, "提现"), delay=30)
    page.get_by_role("option").first.wait_for()


def frozen(page: Page, _stage: Stage) -> None:
    button = page.locator("main form .btn.urgent")
    if button.count():
        with page.expect_navigation():
            button.first.click()
        page.wait_for_timeout(1200)
        page.reload()


def value(page: Page, text: str) -> None:
    page.locator("#value").fill(text)
    _submit(page, "main form:has(#value)")


def menu(page: Page, _stage: Stage) -> None:
    page.locator(".sitebar summary").locator("visible=true").first.click()


def _help(name: str, path: str = "", **more: object) -> Screen:
    return Screen(name=name, family="help", path=f"/{{lang}}/{path}", **more)  # type: ignore[arg-type]


PUBLIC = [
    _help("home"),
    _help("home-suggestions", act=suggestions),
    _help("home-menu", act=menu),
    _help("categories", "c"),
    _help("category", "c/deposits-withdrawals"),
    _help("article", DEPOSIT),
    _help("article-print", DEPOSIT, media="print", widths=(768,)),
    _help("article-memo", "a/deposits-withdrawals/missing-memo"),
    _help("article-figures", "a/deposits-withdrawals/withdrawal-fees-and-limits"),
    _help("article-futures", "a/futures/liquidation"),
    _help("article-basics", "a/basics/seed-phrase"),
    _help("article-feedback", f"{DEPOSIT}/feedback"),
    _help("walk", f"{DEPOSIT}/walk/have-hash"),
    _help("walk-on", f"{DEPOSIT}/walk/explorer-says?via=have-hash"),
    _help("search-empty", "search"),
    _help("search", "search?q=deposit"),
    _help("search-none", "search?q=xqzzvw"),
    _help("glossary", "glossary"),
    _help("start", "start"),
    _help("news", "news"),
    _help("news-security", "news?kind=security"),
    _help("news-one", "news/usdx-deposits-slow"),
    _help("news-maintenance", "news/wallet-maintenance-december"),
    _help("reference", "api-reference"),
    _help("reference-one", "api-reference/place-order"),
    _help("reference-changes", "api-reference/changes"),
    _help("contact", "contact"),
    _help("contact-error", "contact", act=sent),
    _help("contact-secret", "contact", act=secret),
    _help("get-help", "get-help"),
    _help("get-help-advice", "get-help", act=sent),
    _help("check", "check"),
    _help("check-ask", "check/deposit_not_credited"),
    _help("check-transaction", "check/transaction"),
    _help("check-transaction-done", "check/transaction", act=looked_up),
    _help("freeze", "freeze"),
    _help("recover", "recover"),
    _help("official", "official"),
    _help("official-yes", "official", act=lambda page, stage: value(page, stage.desk)),
    _help(
        "official-no", "official", act=lambda page, _stage: value(page, "meridian-login.example")
    ),
    _help("official-agent", "official/agent"),
    _help("official-code", "official/code"),
    _help("official-message", "official/message/MS-22222222S"),
    _help("report", "report?value=meridian-login.example"),
    _help("report-weakness", "report-weakness"),
    _help("sign-in", "sign-in"),
    _help("sign-in-sent", "sign-in/sent"),
    _help("sign-in-ended", "sign-in/link/not-a-link", status=410),
    _help("enter-ended", "enter?code=not-a-code", status=410),
    _help("case-ended", "t/not-a-link", status=410),
    _help("cases-out", "cases"),
    _help("missing", "nowhere", status=404),
    _help("failed", "sign-out", status=405),
]
SIGNED = [
    _help("cases", "cases", who="customer"),
    _help("case", "cases", who="customer", act=first_case),
    _help("check-signed", "check/deposit_not_credited", who="customer"),
    _help("check-result", "check/deposit_not_credited", who="customer", act=checked),
    _help("get-help-signed", "get-help", who="customer"),
    _help("get-help-advice-signed", "get-help", who="customer", act=sent),
    _help("contact-signed", "contact", who="customer"),
    _help("official-agent-signed", "official/agent", who="customer"),
    _help("official-code-signed", "official/code", who="customer"),
    _help("freeze-signed", "freeze", who="customer"),
    _help("freeze-held", "freeze", who="customer", act=frozen),
]
SCREENS = PUBLIC + SIGNED
EXCHANGE = [
    Screen(name="exchange", family="exchange", path="/"),
    Screen(name="exchange-signed", family="exchange", path="/", who="customer"),
]
