"""The customer's own words stay, what their program quoted goes, whatever program and language."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.channels.adapters.email import html_text, mime
from fanlight.channels.adapters.email.model import Mail
from fanlight.channels.adapters.email.quotes import trim

OURS = "您好，我们已收到您的请求。\n请提供交易哈希。"
OURS_QUOTED = "> 您好，我们已收到您的请求。\n> 请提供交易哈希。"
CASES = tomllib.loads((Path(__file__).parent / "programs.toml").read_text("utf-8"))["case"]
BELOW = [
    (case["written"], case["below"].replace("{quoted}", OURS_QUOTED).replace("{bare}", OURS))
    for case in CASES
]


@pytest.mark.parametrize(("written", "quoted"), BELOW, ids=[case["name"] for case in CASES])
def test_what_a_program_quotes_below_is_left_out(written: str, quoted: str) -> None:
    letter = f"{written}\n\n{quoted}\n"

    trimmed = trim(letter, subject="Re: Deposit")

    assert trimmed.reply == written
    assert trimmed.full == letter


# What a customer may write and no rule may hide.
KEPT = [
    "From: 0x52908400098527886E0F7030069857D2E4169EE7\n"
    "To: 0x8617E340B3D01FA5F11F306F4090FD50E238070D\nDate: 2024-03-05\nAmount: 1.5 ETH",
    "UID: 88213345\nTXID: 4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b\n"
    "金额: 1000 USDT",
    "My problem:\n- deposit at 10:23\n- network TRC20\n\n"
    "On Monday I wrote to you:\nno answer came.",
    "我在 2024年3月5日 充值了 1000 USDT，请问为什么还没有到账？",
    "Please answer to bob@mail.example before 10:30:\nthank you",
    "Price > 100 and < 200\n5 > 3",
    ">>> see here <<<\nThank you",
    "时间：2024-03-05 10:23\n交易对：BTC/USDT\n价格：60000\n数量：0.1",
    "Hello,\n\nmy order 991823 was filled twice.\n\nOrder: 991823\nTime: 10:23",
    "to: support\nplease help me with my account",
    "日期：3月5日\n收件人：我自己\n金额：500",
]


@pytest.mark.parametrize("letter", KEPT)
def test_a_customers_own_words_are_never_hidden(letter: str) -> None:
    assert trim(letter, sender_name="Bob Li", sender_mail="bob@mail.example").reply == letter


def test_answers_between_and_below_quotes_stay() -> None:
    between = (
        "On Tue, Mar 5, 2024 at 10:23 AM Support <s@meridian.example> wrote:\n"
        "> Which network?\nTRC20\n\n> Which amount?\n1000 USDT\n"
    )
    below = "> 您的 UID 是多少？\n\n88213345\n"

    assert trim(between).reply == "TRC20\n\n1000 USDT"
    assert trim(below).reply == "88213345"


@pytest.mark.parametrize("said", ["My answers are below in red.", "回复见下方红字", "請見下方紅字"])
def test_answers_typed_into_an_unmarked_quote_are_not_hidden(said: str) -> None:
    quoted = (
        "From: Meridian <s@meridian.example>\nSent: Tuesday, March 5, 2024 10:23\nTo: Li\n"
        "Subject: Re: deposit\n\nWhich network?\nTRC20\n"
    )

    assert trim(f"{said}\n\n{quoted}").reply == f"{said}\n\n{quoted}".strip()
    assert trim(f"It is TRC20.\n\n{quoted}").reply == "It is TRC20."


def test_a_line_that_does_not_open_with_its_date_is_known_by_the_quote_below() -> None:
    line = "Meridian 於 2024/3/5 10:23 寫道:"

    assert trim(f"已補\n\n{line}\n{OURS_QUOTED}\n").reply == "已補"
    assert line in trim(f"已補\n\n{line}\n三天內到帳。\n").reply


def test_lawyers_are_hidden_and_afterthoughts_are_not() -> None:
    lawyers = "This e-mail and any attachments are confidential.\nPlease delete it otherwise.\n"
    after = "It failed again.\n\nThanks,\nLi\n\nPS: my new number is +86 138 0000 0000"

    assert trim(f"It is TRC20.\n\n{lawyers}").reply == "It is TRC20."
    assert trim("已补。\n\n本邮件及其附件含有保密信息。\n").reply == "已补。"
    assert trim(lawyers).reply == lawyers.strip()
    assert trim(after, sender_name="Li Na").reply == after


def test_what_was_forwarded_on_purpose_stays() -> None:
    forwarded = (
        "Is this mail from you?\n\n---------- Forwarded message ---------\n"
        "From: Meridian <help@meridlan.example>\nDate: Tue, Mar 5, 2024\n"
        "Subject: Your account is locked\nTo: <li.na@mail.example>\n\nClick here\n"
    )
    by_subject = (
        "这是你们发的吗\n\n发件人: 客服 <help@meridlan.example>\n发送时间: 2024年3月5日\n"
        "收件人: 李娜\n主题: 账户冻结\n\n点击这里\n"
    )

    assert trim(forwarded, subject="Fwd: Your account is locked").reply == forwarded.strip()
    assert trim(by_subject, subject="转发: 账户冻结").reply == by_subject.strip()
    assert trim(by_subject, subject="回复: 账户冻结").reply == "这是你们发的吗"


SIGNATURES = [
    ("Hey!\n\nSent from my iPhone!\n", "Hey!"),
    ("Here is one\n\nSent from my Verizon Wireless BlackBerry\n", "Here is one"),
    ("Blah.\n\n-Lev.\n\nSent from my HTC smartphone!\n", "Blah."),
    ("Please look\n\nThanks!\nRoman\n", "Please look"),
    ("Please look\n\nMit freundlichen Grüßen\n\nJürgen von Berg\nBerlin\n", "Please look"),
    ("请看\n\n发自 网易邮箱大师\n", "请看"),
    ("Llegó\n\nEnviado desde mi iPhone\n", "Llegó"),
    ("Пришло\n\nОтправлено с iPhone\n", "Пришло"),
    ("It arrived.\n\n-- \nLi Na\nTrader\n", "It arrived."),
    ("It arrived.\n\nSent from my iPhone\n", "It arrived."),
    ("已经到账\n\n发自我的iPhone\n", "已经到账"),
    ("已经到账\n\n發自我的 iPhone\n", "已经到账"),
    ("已经到账\n\n从我的华为手机发送\n", "已经到账"),
    ("届きました\n\niPhoneから送信\n", "届きました"),
    ("Angekommen\n\nVon meinem iPhone gesendet\n", "Angekommen"),
    ("Bien reçu\n\nEnvoyé de mon iPhone\n", "Bien reçu"),
    ("It arrived.\n\nGet Outlook for iOS\n", "It arrived."),
    ("It arrived.\n\nBest regards,\nLi Na\n", "It arrived."),
    ("已经到账，请关闭工单。\n\n祝好\n李娜\n", "已经到账，请关闭工单。"),
    ("Is it there?\n\nLi Na\nli.na@mail.example\n+86 138 0000 0000\n", "Is it there?"),
]


@pytest.mark.parametrize(("letter", "written"), SIGNATURES)
def test_signatures_are_left_out(letter: str, written: str) -> None:
    trimmed = trim(letter, sender_name="Li Na", sender_mail="li.na@mail.example")

    assert trimmed.reply == written
    assert trimmed.signature
    assert trimmed.full == letter


NO_SIGNATURES = [
    "Thanks,\nmy UID is 88213345",
    "Please check.\n\nLi Na\nUID 88213345\nhttps://etherscan.example/tx/0xabc123def456\n",
    "Regards to everyone\n\nWhy is my withdrawal late?",
    "-- \nLi Na",
    "谢谢\n我已经等了三天了\n很着急",
    "Thanks\nI am still waiting\nplease hurry",
    "I hold two coins:\n- Ethereum\n- Bitcoin",
    "请帮我查\n--\nUID: 88213345",
    "It says:\n使用手机登录后提示错误",
    "Enviado desde mi wallet a Binance",
    "Sent from my Ledger to your exchange",
    "The error came\n\nSent from my desk, is much easier then my mobile phone.",
]


@pytest.mark.parametrize("letter", NO_SIGNATURES)
def test_facts_are_not_taken_for_a_signature(letter: str) -> None:
    trimmed = trim(letter, sender_name="Li Na", sender_mail="li.na@mail.example")

    assert trimmed.reply == letter.strip()


def test_a_mail_that_is_all_quote_is_shown_whole() -> None:
    letter = "> 您好\n> 请提供交易哈希\n"

    assert trim(letter).reply == letter.strip()


@given(st.text(alphabet=st.sampled_from("a>-_: \n.,<@x5发件人写道"), max_size=400))
def test_nothing_is_ever_lost(letter: str) -> None:
    trimmed = trim(letter, sender_name="a", subject="Fwd: x")

    assert trimmed.full == letter
    if letter.strip():
        assert trimmed.reply_with_signature


def test_a_huge_letter_ends_in_time() -> None:
    letter = "> quoted (\nOn 5 Mar 2024 <a@b\n" * 40_000

    assert trim(letter).full == letter


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


# In the corpus the test's own line break was lost: the customer wrote "reply\nbla-bla - bla".
_TORN = "text_reply_and_quotation_splitter_share_line"


def test_the_corpus_of_replies(corpora: Path) -> None:
    folder = corpora / "inbound_mail" / "reply"
    wrong = []
    for line in (folder / "cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        text, name, mail = case.get("text", ""), "", ""
        if "file" in case:
            parsed = mime.parse((folder / case["file"]).read_bytes())
            assert isinstance(parsed, Mail)
            text = "\n".join(parsed.texts)
        elif "@" in case.get("sender", ""):
            mail = case["sender"]
        else:
            name = case.get("sender", "")
        trimmed = trim(text, sender_name=name, sender_mail=mail)
        assert trimmed.full == text
        is_right = True
        if "expected_reply" in case:
            found, wanted = trimmed.reply_with_signature, case["expected_reply"]
            is_right = squeezed(found) == squeezed(wanted)
        if "expected_signature" in case:
            is_right = squeezed(trimmed.signature) == squeezed(case["expected_signature"])
        if "must_contain" in case:
            is_right = all(each in trimmed.reply for each in case["must_contain"])
            is_right &= not any(each in trimmed.reply for each in case["must_not_contain"])
        if not is_right:
            wrong.append(case["id"])
    assert wrong == [_TORN]


def test_html_replies_are_trimmed_as_well(corpora: Path) -> None:
    folder = corpora / "inbound_mail" / "reply" / "eml"
    for file in sorted(folder.glob("*.eml")):
        mail = mime.parse(file.read_bytes())
        assert isinstance(mail, Mail)
        for html in mail.htmls:
            reply = trim(html_text.to_text(html)).reply
            assert reply in ("Hello", "Allo! Follow up MIME!")
