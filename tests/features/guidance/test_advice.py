"""The eight kinds of trouble an exchange knows, as real people write them, each sent its way."""

from datetime import timedelta

import pytest

from fanlight.channels.registry import Channels
from fanlight.features.guidance.advice import Advice, Asking, Desk, Kind, State, advise
from fanlight.features.guidance.keeping import shipped
from fanlight.features.guidance.models import Category
from fanlight.features.guidance.preferences import Preferences
from fanlight.features.guidance.said import Said
from fanlight.features.guidance.triage import corrected
from fanlight.features.tickets.models import Status
from fanlight.kernel.i18n import languages
from fanlight.kernel.work import Work
from tests.builders.paper import PaperChannel
from tests.builders.tickets import hears, stored_agent
from tests.conftest import NOON

FULL = Desk(has_chat=True, has_lane=True, has_check=True, has_community=True)
TYPICAL = {  # trouble: words in three languages, neat and pasted; the ways it may begin with
    "stolen account": (
        (
            "My account was stolen, someone changed my email and is withdrawing",
            "HELP!!! some1 is in my acc right now, 2fa got changed not by me, usdt going out",
            "我的账号被盗了，有人在提币",
            "救命 帐号被人登了 邮箱被改了 钱在被转走 快帮我冻结！！",
            "我的帳戶被盜了，有人正在提領我的幣",
            "拜託快幫忙 剛剛收到異地登入通知 不是我本人 幣被轉走了",
        ),
        Kind.EMERGENCY,
    ),
    "cannot sign in": (
        (
            "I cannot sign in, it says the code is wrong",
            "hi cant log in since i got a new phone, google authenticator is gone pls help",
            "登录不了，一直提示验证码错误",
            "换手机了 谷歌验证器没了 登不上去",
            "我無法登入，一直說驗證碼錯誤",
            "換手機後登入不了 驗證器沒有備份 怎麼辦",
        ),
        Kind.CHAT,
    ),
    "withdrawal pending": (
        (
            "My withdrawal has been pending for six hours",
            "withdrawal still processing since this morning, 2400 usdt trc20, where is it",
            "提现一直在处理中，六个小时了",
            "我的提币卡住了 还在审核 已经大半天了",
            "提領還在審核中，六小時了",
            "我的提領卡住了 一直處理中 到現在還沒出去",
        ),
        Kind.CHECK,
    ),
    "dispute with evidence": (
        (
            "I dispute this P2P order, I paid and have the bank receipt as evidence",
            "p2p seller wont release, i already paid him, want to appeal, got proof of payment",
            "P2P订单要申诉，我已付款，有转账凭证作为证据",
            "卖家不放币 我钱都付了 有截图证据 要申诉",
            "我要對這筆 P2P 訂單申訴，我已付款，有轉帳證據",
            "賣家不放幣 我已經付錢了 有證據 我要申訴",
        ),
        Kind.TICKET,
    ),
    "API error": (
        (
            "The API returns error -1021 on every signed request since this morning",
            'getting {"code":-2015,"msg":"Invalid API-key, IP, or permissions"} on POST /order',
            "API 一直返回 -1021 错误",
            "调接口下单报错 -2015 IP 白名单加了还是不行",
            "API 一直回傳 -1021 錯誤，簽章請求都失敗",
            "呼叫 API 下單報錯 -2015 白名單也加了還是不行",
        ),
        Kind.TICKET,
    ),
    "security report": (
        (
            "I found a security vulnerability on your website and want to report it",
            "reporting an IDOR: changing the id in the url shows other users' orders. bug bounty?",
            "我发现了一个安全漏洞，想要上报",
            "你们网站有个越权漏洞 改id能看别人订单 怎么提交",
            "我發現一個資安漏洞，想要通報",
            "你們網站有越權漏洞 改 id 就看得到別人的訂單 要怎麼通報",
        ),
        Kind.SECURITY_FORM,
    ),
    "fee question": (
        (
            "How much is the withdrawal fee for USDT?",
            "whats the fee to withdraw usdt on trc20 vs erc20",
            "提现USDT手续费是多少",
            "usdt 提到 trc20 要多少手续费啊",
            "USDT 提領手續費多少？",
            "請問 usdt 走 trc20 提領手續費怎麼算",
        ),
        Kind.ARTICLES,
    ),
    "setting change": (
        (
            "How do I change my e-mail address?",
            "where can i switch the app to chinese and change my phone number",
            "怎么更换绑定的手机号",
            "想改一下邮箱 在哪里改",
            "怎麼更改綁定的手機號碼",
            "想換信箱 要在哪裡設定",
        ),
        Kind.ARTICLES,
    ),
}
CASES = [
    pytest.param(words, kind, id=f"{trouble} {number}")
    for trouble, (texts, kind) in TYPICAL.items()
    for number, words in enumerate(texts, 1)
]


@pytest.fixture
def work(work: Work) -> Work:
    """A desk with a chat of its own."""
    chat = PaperChannel("paper.chat", is_ours=True)
    work.shelf.offer(Channels([PaperChannel(), chat]))
    return work


async def asked(
    work: Work, text: str, *, desk: Desk = FULL, as_category: Category | None = None, **who: object
) -> Advice:
    said = Said.by_anyone(text)
    found = shipped().understand(said)
    if as_category is not None:
        found = corrected(said, found, as_category)
    return await advise(work, said, found, desk=desk, asking=Asking(**who))  # type: ignore[arg-type]


async def somebody_on_duty(work: Work) -> None:
    agent = await stored_agent(work)
    await work.run(
        "INSERT INTO presence (agent_id, state, since) VALUES (%(id)s, 'online', %(at)s)"
        " ON CONFLICT (agent_id) DO UPDATE SET state = 'online'",
        id=agent.id,
        at=work.now(),
    )


def kinds(advice: Advice) -> list[Kind]:
    return [offer.kind for offer in advice.offers]


@pytest.mark.parametrize(("text", "first"), CASES)
async def test_each_trouble_begins_where_it_should(work: Work, text: str, first: Kind) -> None:
    await somebody_on_duty(work)

    advice = await asked(work, text)

    assert kinds(advice)[0] is first
    has_person = {Kind.CHAT, Kind.TICKET, Kind.SECURITY_FORM} & set(kinds(advice))
    assert has_person, "a dead end"


@pytest.mark.parametrize("lang", languages())
async def test_every_reason_is_a_sentence_in_the_readers_language(work: Work, lang: str) -> None:
    for texts, _ in TYPICAL.values():
        advice = await asked(work, texts[0], language=lang)

        said = [*advice.reasons, *(offer.why for offer in advice.offers)]
        assert [each for each in said if each.startswith("guide.")] == []


async def test_a_way_that_is_not_there_is_never_named(work: Work) -> None:
    poor = Desk(has_chat=False)
    for texts, _ in TYPICAL.values():
        offered = kinds(await asked(work, texts[0], desk=poor))

        assert not {Kind.CHAT, Kind.CHECK, Kind.COMMUNITY} & set(offered)
        assert {Kind.TICKET, Kind.SECURITY_FORM} & set(offered)


async def test_a_lost_password_is_no_emergency(work: Work) -> None:
    lost = await asked(work, "I forgot my password and cannot log in, please freeze nothing")
    stolen = await asked(work, "My password was changed, it was not me")

    assert Kind.EMERGENCY not in kinds(lost)
    assert kinds(stolen)[0] is Kind.EMERGENCY


async def test_who_cannot_sign_in_is_not_sent_to_a_check_behind_the_sign_in(work: Work) -> None:
    await somebody_on_duty(work)
    text = "I cannot sign in, it says the code is wrong"

    outside = await asked(work, text)
    inside = await asked(work, text, is_signed_in=True)

    assert kinds(outside)[0] is Kind.CHAT
    assert Kind.CHECK not in kinds(outside)
    assert kinds(inside)[0] is Kind.CHECK


async def test_the_chat_says_who_waits_and_nobody_is_promised_a_person_who_is_not_there(
    work: Work,
) -> None:
    text = "My withdrawal has been pending for six hours"
    empty = await asked(work, text)
    await somebody_on_duty(work)
    for number in range(3):
        taken = await hears(work, "hello", thread_key=f"t{number}")
        await work.run(
            "UPDATE tickets SET channel = 'chat.web' WHERE id = %(id)s", id=taken.ticket_id
        )
    staffed = await asked(work, text)

    chat = {offer.kind: offer for offer in empty.offers}[Kind.CHAT]
    assert (chat.state, chat.answer_by) == (State.LATER, NOON + timedelta(hours=1))
    assert kinds(empty).index(Kind.TICKET) < kinds(empty).index(Kind.CHAT)
    chat = {offer.kind: offer for offer in staffed.offers}[Kind.CHAT]
    assert (chat.state, chat.ahead, chat.wait_minutes) == (State.WAIT, 3, None)
    assert kinds(staffed).index(Kind.CHAT) < kinds(staffed).index(Kind.TICKET)


async def test_a_wait_is_what_others_waited_lately(work: Work) -> None:
    await somebody_on_duty(work)
    for number, minutes in enumerate((2, 3, 4, 5, 9)):
        taken = await hears(work, "hello", thread_key=f"t{number}")
        await work.run(
            "UPDATE tickets SET channel = 'chat.web', needs_answer = false, status = %(status)s,"
            " opened_at = %(at)s, answered_at = %(at)s + make_interval(mins => %(minutes)s)"
            " WHERE id = %(id)s",
            id=taken.ticket_id,
            status=Status.SOLVED if number % 2 else Status.OPEN,
            at=NOON - timedelta(minutes=30),
            minutes=minutes,
        )

    advice = await asked(work, "My withdrawal has been pending for six hours")

    chat = {offer.kind: offer for offer in advice.offers}[Kind.CHAT]
    assert chat.wait_minutes == (3, 5)


async def test_secrets_are_hidden_before_anything_else(work: Work) -> None:
    seed = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    advice = await asked(work, f"my wallet is empty, here is my phrase: {seed}")

    assert advice.hidden == ["seed_phrase"]
    assert "sausage" not in advice.text
    assert kinds(advice)[0] is Kind.EMERGENCY


async def test_whoever_corrects_us_is_believed_and_urgency_is_never_lowered(work: Work) -> None:
    text = "Something is wrong with my money"
    stolen = await asked(work, text, as_category=Category.ACCOUNT_COMPROMISED)
    urgent = await asked(work, "My account was hacked", as_category=Category.FEES)

    assert kinds(stolen)[0] is Kind.EMERGENCY
    assert stolen.triage.category is Category.ACCOUNT_COMPROMISED
    assert (urgent.triage.category, urgent.triage.urgency) == (Category.FEES, "urgent")


async def test_what_was_said_is_ticked_and_a_listener_is_asked_for_no_picture(work: Work) -> None:
    text = "I sent 2,400 USDT over TRC20, it has not arrived"
    seeing = await asked(work, text, is_signed_in=True)
    hearing = await asked(
        work, "I cannot sign in", preferences=Preferences(screen_reader=True), is_signed_in=True
    )

    said = {thing.key: thing.is_said for thing in seeing.ready}
    assert said == {"hash": False, "network": True, "amount": True, "time": False}
    assert "message" not in {thing.key for thing in hearing.ready}


async def test_no_community_for_what_is_personal(work: Work) -> None:
    personal = await asked(work, "My deposit of 500 USDT has not arrived, order 20260501123456")
    public = await asked(work, "What do you all think about the market, should I buy?")

    states = {offer.kind: offer.state for offer in personal.offers}
    assert states[Kind.COMMUNITY] is State.NOT_THIS
    assert kinds(public)[0] is Kind.COMMUNITY


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("lang:zh-Hant.no-calls.quiet:22-8.ears", "lang:zh-Hant.no-calls.quiet:22-8.ears"),
        ("lang:xx.quiet:25-8.no-calls<script>", ""),
        ("quiet:8-8", ""),
    ],
)
def test_preferences_come_back_as_they_were_kept_and_nothing_else_does(
    written: str, kept: str
) -> None:
    assert Preferences.read(written, languages()).written() == kept


def test_quiet_hours_go_over_midnight() -> None:
    night = Preferences(quiet=(22, 8))

    assert night.is_quiet(NOON.replace(hour=23), NOON.tzinfo or NOON.astimezone().tzinfo)  # type: ignore[arg-type]
    assert not night.is_quiet(NOON, NOON.tzinfo)  # type: ignore[arg-type]
