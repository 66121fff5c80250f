"""What the starter articles offer an agent beside a reply, for tickets as customers write them."""

from uuid import uuid4

import pytest

from tests.surfaces.desk.conftest import Desk
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.scene import Staff

MEMO_ZH = (
    "从别的交易所提 250 XRP 过来，提的时候没看到要填 Memo，对方显示已完成，我这边没有。\n"
    "交易哈希：9F3A\n时间：11月28日 10:22"
)
SENT = "I withdrew 900 EUR on 12 November, your page says “sent”, my bank says nothing arrived."
FORGOTTEN = "Hello, I forgot the memo of my XRP deposit"
ASKED = "Now somebody asks me for my seed phrase, is that right?"


@pytest.fixture(scope="module")
def mei(house: House) -> Staff:
    house.run(scene.open_teams(house))
    return house.run(scene.hire(house, "Mei Tan", roles=("lead", "admin")))


@pytest.mark.parametrize(
    ("language", "subject", "said", "offered"),
    [
        ("zh-Hans", "XRP 充值忘填 Memo", [MEMO_ZH], "漏填或填错 Memo（Tag）"),
        (
            "zh-Hans",
            "XRP 充值忘填 Memo",
            [MEMO_ZH, "好的", "截图已补，看到付款地址了。"],
            "漏填或填错 Memo（Tag）",
        ),
        ("en", "Where is my bank withdrawal", [SENT], "Withdraw to your bank"),
        (
            "en",  # a chat has no subject: how it began names it
            None,
            [FORGOTTEN, "ok, and good morning", "thanks, I will wait", "written while offline"],
            "Missing or wrong memo (tag)",
        ),
        (
            "en",  # another question is no small talk
            None,
            ["My deposit has not arrived", "ok", ASKED],
            "Seed phrase: what it is and how to keep it",
        ),
    ],
)
async def test_the_subject_counts_and_small_talk_does_not(
    house: House, mei: Staff, language: str, subject: str | None, said: list[str], offered: str
) -> None:
    name, ticket_id = uuid4().hex, None
    for text in said:
        taken = await house.later(
            scene.writes(house, name, text, subject=subject, language=language)
        )
        ticket_id = taken.ticket_id

    desk = Desk(house, mei)
    answer = await desk.get(f"tickets/{ticket_id}/articles")
    await desk.client.aclose()

    assert answer["is_suggested"]
    assert offered in [article["title"] for article in answer["articles"]]
