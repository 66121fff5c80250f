"""What of a customer's words is masked, and what an agent needs to read."""

from time import perf_counter

import pytest

from fanlight.features.people.masked_words import may_hold_account
from fanlight.features.people.masks import BLIND, Field, Sight

BTC = "bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh"
EVM = "0x52908400098527886E0F7030069857D2E4169EE7"
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("138 1234 5678", "•••• 78"),
        ("138-1234-5678", "•••• 78"),
        ("13812345678", "•••• 78"),
        ("(415) 555-2671", "•••• 71"),
        ("415-555-2671", "•••• 71"),
        ("07911 123456", "•••• 56"),
        ("07911123456", "•••• 56"),
        ("020 7946 0958", "•••• 58"),
        ("0044 7911 123456", "0044 •••• 56"),
        ("+44 7911 123456", "+44 •••• 56"),
        ("0912-345-678", "•••• 78"),
        ("UID 48812217", "UID 48••••17"),
        ("我的用户ID是48812217", "我的用户ID是48••••17"),
        (BTC, "bc1qxy••••0wlh"),
        (EVM, "0x5290••••9EE7"),
        (TRON, "TR7NHq••••Lj6t"),
        ("lin\uff20mail.example", "l••@m•••.example"),
        ("lin&#64;mail.example", "l••@m•••.example"),
        ("lin&#x40;mail.example", "l••@m•••.example"),
    ],
)
def test_ways_to_reach_and_to_rob_them_are_masked(said: str, shown: str) -> None:
    around = "请联系 {}。谢谢" if not said.isascii() else "Please note {}, thank you."
    masked = BLIND.words(around.format(said))
    tail = shown.removeprefix("0044 ")
    assert tail in masked
    assert said not in masked
    assert Sight(frozenset(Field)).words(around.format(said)) == around.format(said)


@pytest.mark.parametrize(
    "said",
    [
        "I sent 13812345678 SHIB and 15,000.00 USDT",
        "order 13812345678 and order id 415-555-2671",
        "WD-13812345678 and #07911123456",
        f"the transaction hash is {HASH}",
        f"tx 0x{HASH}",
        "on 2026-11-29 14:08:25, at 0.0013812345678 BTC",
        "error -1021, code 30005, HTTP 503",
        "1795000000 and 1795000000123",
        "from 64,250.5 to 1 000 000.25",
    ],
)
def test_what_an_agent_works_with_is_left(said: str) -> None:
    assert BLIND.words(said) == said


def test_their_own_account_is_hidden_though_nothing_calls_it_one() -> None:
    said = "it is 48812217, order 148812217 and 48812217x stay, again:48812217"

    assert BLIND.words(said, {"48812217"}) == (
        "it is 48••••17, order 148812217 and 48812217x stay, again:48••••17"
    )
    assert BLIND.words(said) == said
    assert BLIND.words(" 48812217\n") == " 48••••17\n"  # the answer to "what is your UID?"
    assert Sight(frozenset(Field)).words(said, {"48812217"}) == said
    # Chinese writes no blank around it.
    assert BLIND.words("请查48812217谢谢", {"48812217"}) == "请查48••••17谢谢"


@pytest.mark.parametrize(
    "html",
    [
        "<p>write to lin<b>@</b>mail.example</p>",
        "<p>write to l<span>i</span>n&#64;mail<i>.example</i> please</p>",
        "<p>call 138&nbsp;<b>1234</b> 5678</p>".replace("&nbsp;", " "),
        '<p><a href="mailto:lin@mail.example">me</a></p>',
    ],
)
def test_a_tag_inside_an_address_hides_nothing_from_the_mask(html: str) -> None:
    masked = BLIND.markup(html)
    bare = masked.replace("<b>", "").replace("</b>", "").replace("<i>", "").replace("</i>", "")
    assert "mail.example" not in bare.replace("<span>", "").replace("</span>", "")
    assert "1234" not in masked
    assert "•" in masked


def test_a_letter_without_facts_looks_as_it_did() -> None:
    html = (
        "<table><tr><td>138</td><td>1234 5678</td></tr></table><p>A <b>bold</b> &amp; <i>q</i></p>"
    )
    assert BLIND.markup(html) == html
    image = f'<img src="/s/{BTC}" alt="">'
    assert BLIND.markup(image) == image  # a signed link is nobody's wallet


def test_a_message_without_facts_costs_next_to_nothing() -> None:
    text = ("My deposit of 250 USDT did not come in yesterday, what shall I do now? " * 15)[:1000]
    best = min(_timed(text) for _ in range(200))
    assert best < 200e-6  # about 40 on a quiet machine


def _timed(text: str) -> float:
    begun = perf_counter()
    BLIND.words(text)
    return perf_counter() - begun


@pytest.mark.parametrize(
    "said", ["48812217", "请查48812217谢谢", "uid:12345.", "my id is U4881221", "a (00012345)"]
)
def test_what_may_be_an_account_is_asked_about(said: str) -> None:
    assert may_hold_account(said)


@pytest.mark.parametrize(
    "said",
    [
        "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
        "4d13675126f9f75c8f2d42b6fa8f42c2b7d0a4f4c6dd1d6f6a2c5d5d00c1a123",
        "bc1q34567w508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "0x12345678901234567890abcdefabcdefabcdefab",
        "2026-11-29 12:00, 1234 USDT",
    ],
)
def test_a_hash_and_an_address_are_none(said: str) -> None:
    assert not may_hold_account(said)
