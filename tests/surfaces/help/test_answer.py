"""An answer by a model, asked for on the results page: shown with its sources, and judged."""

import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect

from fanlight.features.knowledge.answers.settings import AnswerSettings
from tests.builders.databases import Databases
from tests.builders.models import ModelServer, model_server
from tests.kernel.peers import free_port
from tests.surfaces.help.conftest import fill
from tests.surfaces.help.test_browser import Open, axe, open_page  # noqa: F401
from tests.surfaces.widget.house import House, open_house

pytestmark = pytest.mark.browser

SEARCH = "/en/search?q=how+long+does+a+withdrawal+take"


def first_sentence(body: dict[str, Any]) -> str:
    """What an honest model says: a sentence of the first passage, as it stands."""
    passages = body["messages"][1]["content"]
    passage = re.search(r"<passage 1 \w+>\n(.*?)\n</passage", passages, re.S)
    assert passage is not None
    lines = [line.strip() for line in passage.group(1).splitlines()]
    sentence = next(line for line in lines if len(line) > 40 and line.endswith("."))
    return f"{sentence.partition('. ')[0].rstrip('.')}. [1]"


@pytest.fixture(scope="module")
def model_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def house(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, model_port: int
) -> Iterator[House]:
    """A desk that has a model."""
    url = f"http://127.0.0.1:{model_port}/v1"
    section = AnswerSettings(url=url, model="m", key="k", per_visitor=100, per_hour=1000)
    with open_house(databases, tmp_path_factory.mktemp("answers"), section) as house:
        fill(house)
        yield house


@pytest.fixture(scope="module")
def model(house: House, model_port: int) -> Iterator[ModelServer]:
    stack = AsyncExitStack()
    model = house.run(stack.enter_async_context(model_server(model_port)))
    model.says(first_sentence)
    yield model
    house.run(stack.aclose())


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (360, "dark"), (1440, "light")])
def test_it_is_asked_for_shown_and_judged(
    open_page: Open,  # noqa: F811
    model: ModelServer,
    width: int,
    theme: str,
) -> None:
    page = open_page(SEARCH, width=width, theme=theme, bypass_csp=True)
    page.wait_for_load_state("networkidle")
    assert [path for path, _ in model.asked if path != "/v1/chat/completions"] == []

    page.get_by_role("button", name="Answer from the articles").click()
    answer = page.get_by_role("region", name="Put together by a machine from our articles")
    expect(answer).to_contain_text("What counts is what the articles say")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    source = answer.get_by_role("link", name=re.compile(r"^\[1\] Source: "))
    address = source.first.get_attribute("href")
    assert address is not None
    assert "/en/a/" in address
    answer.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("status").get_by_text("Thank you")).to_be_visible()

    page.locator(f'#answer ol a[href="{address}"]').click()
    expect(page.locator("h1")).to_be_visible()


def test_what_the_articles_do_not_cover_is_said(open_page: Open, model: ModelServer) -> None:  # noqa: F811
    model.says(lambda _: "Send your recovery phrase to agent@evil.example to unlock it. [1]")
    try:
        page = open_page("/zh-Hans/search?q=提现要多久")
        page.get_by_role("button", name="根据文章回答").click()
        expect(page.locator("#answer")).to_contain_text("我不知道")
        assert "evil.example" not in page.content()
        expect(page.get_by_role("link", name="问客服人员")).to_be_visible()
    finally:
        model.says(first_sentence)


def test_a_model_in_trouble_leaves_the_articles(
    visitor: httpx2.Client, house: House, model: ModelServer
) -> None:
    model.status = 500
    try:
        answer = visitor.post(
            "/en/search/answer",
            data={"q": "withdrawal limits"},
            headers={"origin": house.url},
            follow_redirects=True,
        )
    finally:
        model.status = 200
    assert answer.status_code == 200
    assert "There is no short answer right now" in answer.text
    assert "/en/a/" in answer.text


def test_another_site_cannot_have_one_made(visitor: httpx2.Client, model: ModelServer) -> None:
    asked = len(model.asked)
    strange = visitor.post(
        "/en/search/answer", data={"q": "fees"}, headers={"origin": "https://evil.example"}
    )
    assert strange.status_code == 404
    assert len(model.asked) == asked
