"""Links in what comes in are judged beside it; what goes out leads to nobody who apes us."""

import pytest

from fanlight.channels.contract import Author
from fanlight.features.conversations.models import Message
from fanlight.features.tickets import replies
from fanlight.features.trust.errors import LookAlikeInReply, SecondLookNeeded
from fanlight.features.trust.likeness import Reason
from fanlight.features.trust.lookalikes import Standing
from fanlight.features.trust.service import texts
from fanlight.features.trust.service.asks import asks
from fanlight.kernel import audit
from fanlight.kernel.work import Work
from tests.builders.tickets import hears, stored_agent

BTC = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("see https://a.example/x?y=1.", ["https://a.example/x?y=1"]),
        ("点这里：https://a.example/登录。快", ["https://a.example/登录"]),
        ("mail help@a.example, or call", ["help@a.example"]),
        ("go to meridian-login.com/now!", ["meridian-login.com/now"]),
        ("report.pdf and e.g. nothing, 3.14 or v1.2", []),
        ("ask @meridian_help on t.me/meridian_help", ["@meridian_help", "t.me/meridian_help"]),
        ("hxxps://a[.]example", ["hxxps://a[.]example"]),
        ("a" * 200_000, []),
        (" https://a.example" * 500, ["https://a.example"]),
    ],
)
def test_names_are_found(text: str, names: list[str]) -> None:
    assert texts.names_in(text) == names


def test_links_behind_words_are_found() -> None:
    html = '<p><a href="https://evil.example/a?b=1&amp;c=2">meridian.example</a></p>'
    assert texts.names_in("", html) == ["https://evil.example/a?b=1&c=2"]


async def test_what_comes_in_is_judged_once(work: Work, meridian: None) -> None:
    received = await hears(
        work,
        "Is https://meridian-login.example/x yours? I use https://meridian.example and "
        "https://news.example, ask @somebody",
    )
    assert received.message_id is not None
    found = (await texts.of_messages(work, [received.message_id]))[received.message_id]
    assert [(each.value, each.verdict, each.apes) for each in found] == [
        ("https://meridian-login.example/x", Standing.LOOK_ALIKE, "meridian.example"),
        ("https://news.example", Standing.UNKNOWN, None),
        ("https://meridian.example", Standing.OFFICIAL, "meridian.example"),
    ]


async def test_a_sender_who_claims_to_be_us_is_told(work: Work, meridian: None) -> None:
    received = await hears(
        work,
        "Your account is locked",
        author=Author(native_id="x@evil.example", display="Meridian Support"),
    )
    assert received.message_id is not None
    [found] = (await texts.of_messages(work, [received.message_id]))[received.message_id]
    assert (found.place, found.verdict, found.reasons) == (
        "sender",
        Standing.LOOK_ALIKE,
        (Reason.OTHER_HOST,),
    )
    assert "x@evil" not in found.value
    honest = await hears(work, "Hello", author=Author(native_id="a@b.example", display="Ann"))
    assert honest.message_id is not None
    assert await texts.of_messages(work, [honest.message_id]) == {}


ASKS = (
    "Please send me your password.",
    "What is your 2FA code?",
    "I need your private key to check.",
    "Can you give us the 6-digit verification code?",
    "Reply with your seed phrase, so I can help.",
    "Please tell me the SMS code you got",
    "请把验证码发给我",
    "麻烦提供一下助记词",
    "你的密码是多少？",
    "請提供您的私鑰",
    "請回覆簡訊驗證碼",
    "请截图你的助记词",
)
WARNS = (
    "We will never ask you to send your password.",
    "Support doesn't need your 2FA code.",
    "Never share your seed phrase with anyone.",
    "You can change your password in settings.",
    "Enter the code on the sign-in page.",
    "Please do not send us your password.",
    "If anyone asks you to send your seed phrase, it is a scam.",
    "Please send the transaction hash.",
    "我们不会向你索要密码。",
    "请勿把验证码告诉任何人。",
    "在登录页面输入验证码即可。",
    "客服絕不會請您提供助記詞。",
)


@pytest.mark.parametrize("text", ASKS)
def test_an_ask_for_a_secret_is_seen(text: str) -> None:
    assert asks(f"Hello.\n{text}") == [text]


@pytest.mark.parametrize("text", WARNS)
def test_a_warning_is_no_ask(text: str) -> None:
    assert asks(text) == []


async def say(work: Work, text: str, *confirmed: str) -> Message:
    received = await hears(work)
    mei = work.acting_as(await stored_agent(work, "support"))
    assert received.ticket_id is not None
    assert received.conversation_id is not None
    assert received.seq is not None
    return await replies.reply(
        mei, received.ticket_id, conversation_id=received.conversation_id, text=text,
        seen={received.conversation_id: received.seq}, client_key="one-try-only",
        confirmed=confirmed,
    )  # fmt: skip


async def test_an_answer_to_a_look_alike_is_refused(work: Work, meridian: None) -> None:
    for text in ("Go to https://meridian-login.example", "Old: meridianx.example"):
        with pytest.raises(LookAlikeInReply):
            await say(work, text)
        with pytest.raises(LookAlikeInReply):  # sure or not
            await say(work, text, "unknown_link:https://meridian-login.example")


async def test_an_answer_with_links_of_ours_leaves(work: Work, meridian: None) -> None:
    text = "See https://help.meridian.example/en, http://localhost:8000/en/c and @MeridianHelpBot"
    assert (await say(work, text)).text.startswith("See")


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("See https://chain.example/tx", "unknown_link", "https://chain.example/tx"),
        ("Please send me your password.", "asks_secret", "Please send me your password."),
        (f"Pay to {BTC}", "deposit_address", BTC),
    ],
)
async def test_what_is_doubtful_is_asked_about_once_more(
    work: Work, meridian: None, text: str, code: str, value: str
) -> None:
    with pytest.raises(SecondLookNeeded) as refused:
        await say(work, text)
    [doubt] = refused.value.params["doubts"]  # type: ignore[misc]
    assert (doubt["code"], doubt["value"]) == (code, value)
    with pytest.raises(SecondLookNeeded):
        await say(work, text, "unknown_link:something else")

    assert (await say(work, text, str(doubt["key"]))).text == text
    assert [e.detail["doubts"] for e in await audit.page(work, action="reply.confirmed")] == [
        [code]
    ]
