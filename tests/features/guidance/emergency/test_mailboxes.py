"""A mailbox is proved by a code; asking tells nobody anything."""

import re
import time
from datetime import timedelta
from uuid import UUID

import pytest

from fanlight.features.guidance.emergency import mailboxes
from fanlight.features.guidance.emergency.errors import CodeEnded, CodeWrong
from tests.builders.exchange import LIN_MAIL
from tests.features.guidance.emergency.conftest import Lane


async def ask(lane: Lane, mailbox: str = LIN_MAIL, source: str = "here") -> UUID:
    async with lane.edge.work() as work:
        return await mailboxes.send_code(
            work, mailbox, purpose="freeze", language="en", source=source
        )


async def typed(lane: Lane, code_id: UUID, code: str) -> str | CodeWrong | CodeEnded:
    async with lane.edge.work() as work:
        return await mailboxes.check_code(work, code_id, code, purpose="freeze")


async def mailed(lane: Lane) -> str:
    await lane.run_due()
    found = re.search(r"\b\d{6}\b", lane.mail.letters[-1][1])
    assert found is not None
    return found.group()


async def test_the_code_from_the_mail_proves_it_once(lane: Lane) -> None:
    code_id = await ask(lane)
    code = await mailed(lane)

    assert await typed(lane, code_id, f" {code[:3]} {code[3:]} ") == LIN_MAIL
    assert isinstance(await typed(lane, code_id, code), CodeEnded)


async def test_a_stranger_s_mailbox_is_mailed_alike(lane: Lane) -> None:
    await ask(lane)
    await mailed(lane)
    await ask(lane, "nobody@else.example")
    await mailed(lane)

    plain = [re.sub(r"\d{6}", "######", text) for _, text in lane.mail.letters]
    assert plain[0] == plain[1]
    assert [to for to, _ in lane.mail.letters] == [LIN_MAIL, "nobody@else.example"]


async def test_guessing_ends_after_five(lane: Lane) -> None:
    code_id = await ask(lane)
    code = await mailed(lane)
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    tries = [await typed(lane, code_id, wrong) for _ in range(5)]

    assert [each.params["left"] for each in tries[:4] if isinstance(each, CodeWrong)] == [
        4,
        3,
        2,
        1,
    ]
    assert isinstance(tries[4], CodeEnded)
    assert isinstance(await typed(lane, code_id, code), CodeEnded)


async def test_it_is_good_for_ten_minutes_for_one_browser_and_one_purpose(lane: Lane) -> None:
    code_id, other_id = await ask(lane), await ask(lane, "other@mail.example")
    await lane.run_due()
    codes = {to: text[:6] for to, text in lane.mail.letters}

    assert not isinstance(await typed(lane, other_id, codes[LIN_MAIL]), str)
    async with lane.edge.work() as work:
        elsewhere = await mailboxes.check_code(work, code_id, codes[LIN_MAIL], purpose="recover")
    assert isinstance(elsewhere, CodeEnded)
    lane.later += timedelta(minutes=11)
    assert isinstance(await typed(lane, code_id, codes[LIN_MAIL]), CodeEnded)


async def test_too_many_askings_look_the_same_and_mail_nothing(lane: Lane) -> None:
    ids = [await ask(lane) for _ in range(5)]
    await lane.run_due()

    assert len(set(ids)) == 5
    assert len(lane.mail.letters) == 3


async def test_spellings_of_one_mailbox_count_together(lane: Lane) -> None:
    for spelling in ("lin.yue@gmail.com", "l.i.n.yue@gmail.com", "linyue+a@googlemail.com"):
        await ask(lane, spelling)
    await ask(lane, "linyue@gmail.com")  # the fourth to one mailbox
    for spelling in ("a.b@corp.example", "ab@corp.example", "a.b+x@corp.example"):
        await ask(lane, spelling)  # where nobody says so, a dot is a letter
    await lane.run_due()

    assert len(lane.mail.letters) == 6


async def test_no_code_is_stored_to_be_read(lane: Lane) -> None:
    await ask(lane)
    async with lane.edge.reading() as work:
        payloads = await work.rows(str, "SELECT payload::text FROM jobs")
    code = await mailed(lane)
    assert payloads
    assert not any(code in payload or LIN_MAIL in payload for payload in payloads)


async def test_a_rival_who_asks_in_the_owners_name_does_not_close_the_way(lane: Lane) -> None:
    for _ in range(6):
        await ask(lane, source="a rival's network")
    await mailed(lane)
    from_rival = len(lane.mail.letters)

    code_id = await ask(lane, source="the owner's network")
    code = await mailed(lane)

    assert from_rival == 3
    assert len(lane.mail.letters) == 4
    assert await typed(lane, code_id, code) == LIN_MAIL


async def test_neighbours_cannot_keep_a_customer_from_their_code(lane: Lane) -> None:
    """One carrier's address, and somebody behind it asks for thousands of mailboxes."""
    for number in range(10):
        await ask(lane, f"made-up-{number}@else.example")
    code_id = await ask(lane)
    code = await mailed(lane)

    assert lane.mail.letters[-1][0] == LIN_MAIL
    assert await typed(lane, code_id, code) == LIN_MAIL


async def test_a_flood_mails_strangers_slowly_and_customers_still(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "_STRANGERS", 2)
    monkeypatch.setattr(mailboxes, "_IN_LINE", 8)
    for number in range(10 + 7):
        await ask(lane, f"made-up-{number}@else.example")
    await ask(lane)
    gone = await ask(lane, "too-much@else.example")
    await lane.run_due()

    told = [to for to, _ in lane.mail.letters]
    assert len(told) == 10 + 2 + 1
    assert told.count(LIN_MAIL) == 1
    lane.later += timedelta(minutes=2)
    await lane.run_due()
    assert len(lane.mail.letters) > 13  # who waited was not forgotten
    assert "too-much@else.example" not in [to for to, _ in lane.mail.letters]
    assert isinstance(await typed(lane, gone, "123456"), CodeEnded)


async def test_the_page_is_as_quick_for_whoever_stands_in_line(lane: Lane) -> None:
    """The exchange is asked by the worker: what it says changes nothing of the answer."""
    lane.exchange.mood = "slow"
    for number in range(11):
        await ask(lane, f"made-up-{number}@else.example")
    began = time.monotonic()
    await ask(lane)
    assert time.monotonic() - began < 0.5


async def test_nobody_is_buried_in_codes(lane: Lane) -> None:
    for number in range(30):
        await ask(lane, source=f"network {number}")
    await mailed(lane)
    assert len(lane.mail.letters) == 12
