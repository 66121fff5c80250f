"""Our mails thread, read well everywhere, are signed, and let nothing be smuggled in."""

import base64
import hashlib

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from dkim.canonicalization import CanonicalizationPolicy
from msgspec.structs import replace

from fanlight.channels.adapters.email import compose, mime, signing
from fanlight.channels.adapters.email.compose import Enclosure, Letter, Unsendable
from fanlight.channels.adapters.email.model import Address, Mail
from fanlight.kernel.settings import BadSettings
from tests.conftest import NOON

LETTER = Letter(
    message_id="abc.1@meridian.example",
    sent_at=NOON,
    sender_name="陈美, Meridian Support",
    sender_mail="support@meridian.example",
    reply_to="support+token@meridian.example",
    to="li.na@mail.example",
    subject="Re: 提币未到账，请尽快帮我查询一下这笔交易的状态，谢谢，这是一个很长的主题",
    text="您好，\n\n请看 https://meridian.example/help?a=1&b=2。\n.一行\n<b>not markup</b>",
    foot=("Meridian", "FL-7K3M9QX4T"),
    language="zh-Hans",
    in_reply_to="two@mail.example",
    references=("one@mail.example", "two@mail.example"),
    loop_mark="desk-1",
    enclosures=(Enclosure(name="账单.csv", media_type="text/csv", content="币,额".encode()),),
)


def read(raw: bytes) -> Mail:
    mail = mime.parse(raw)
    assert isinstance(mail, Mail)
    return mail


def test_a_letter_reads_back_as_it_was_written() -> None:
    mail = read(compose.compose(LETTER))

    assert mail.subject == LETTER.subject
    assert mail.senders == (Address(LETTER.sender_name, LETTER.sender_mail),)
    assert mail.reply_to[0].mail == LETTER.reply_to
    assert mail.message_id == LETTER.message_id
    assert mail.in_reply_to == ("two@mail.example",)
    assert mail.references == LETTER.references
    assert mail.sent_at == NOON
    assert mail.texts == (f"{LETTER.text}\n\n-- \nMeridian\nFL-7K3M9QX4T\n",)
    assert '<a href="https://meridian.example/help?a=1&amp;b=2">' in mail.htmls[0]
    assert "&lt;b&gt;not markup&lt;/b&gt;" in mail.htmls[0]
    assert [(part.name, part.content) for part in mail.attachments] == [
        ("账单.csv", "币,额".encode())
    ]
    assert all(len(line) <= 998 for line in compose.compose(LETTER).split(b"\r\n"))


def test_only_machines_say_that_they_are() -> None:
    by_person = read(compose.compose(LETTER))
    by_machine = read(compose.compose(replace(LETTER, origin="auto_reply")))
    by_system = read(compose.compose(replace(LETTER, origin="system")))

    assert by_person.header("auto-submitted") == ""
    assert by_machine.header("auto-submitted") == "auto-replied"
    assert by_machine.header("x-auto-response-suppress") == "All"
    assert by_system.header("auto-submitted") == "auto-generated"
    assert by_person.header("x-fanlight-loop") == "desk-1"


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hi\r\nBcc: all@mail.example"},
        {"subject": "Hi\nX: y"},
        {"sender_name": "Mei\r\nBcc: x@y.example"},
        {"to": "li.na@mail.example\r\nBcc: x@y.example"},
        {"to": "li.na@mail.example, x@y.example"},
        {"to": "not an address"},
        {"to": "-oQ/tmp@mail.example"},
        {"reply_to": "a@b.example>\r\nX: y"},
        {"in_reply_to": "x>\r\nBcc: y"},
        {"message_id": "a b@c"},
        {"enclosures": (Enclosure(name="a\r\nb", media_type="text/csv", content=b""),)},
        {"enclosures": (Enclosure(name="a", media_type="text/csv\r\nX: y", content=b""),)},
    ],
)
def test_nothing_breaks_out_of_a_header(change: dict[str, object]) -> None:
    with pytest.raises(Unsendable):
        compose.compose(replace(LETTER, **change))


def test_long_threads_keep_their_first_and_last_ids() -> None:
    many = tuple(f"{n}@mail.example" for n in range(100))

    found = read(compose.compose(replace(LETTER, references=(*many, "bad id\r\n")))).references

    assert found[0] == "0@mail.example"
    assert found[-1] == "99@mail.example"
    assert len(found) == compose.MAX_REFERENCES


def test_domains_of_all_scripts_go_over_the_wire_in_ascii() -> None:
    assert compose.mailbox("mei@例え.example") == "mei@xn--r8jz45g.example"


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Deposit", "Re: Deposit"),
        ("Re: RE: 回复：Deposit", "Re: Deposit"),
        ("AW: Re[2]: Deposit", "Re: Deposit"),
        ("", "Your request"),
        (None, "Your request"),
    ],
)
def test_an_answer_has_one_mark(subject: str | None, answer: str) -> None:
    assert compose.reply_subject(subject, "Your request") == answer


@pytest.fixture(scope="module")
def keys() -> list[signing.Key]:
    rsa = generate_private_key(65537, 2048)
    private = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return [
        signing.Key("meridian.example", "r1", rsa.private_bytes(*private)),
        signing.Key("meridian.example", "e1", Ed25519PrivateKey.generate().private_bytes(*private)),
    ]


def verified(message: bytes, keys: list[signing.Key], index: int) -> bool:
    records = {
        f"{key.selector.decode()}._domainkey.meridian.example.": key.record() for key in keys
    }

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        return records[name.decode()].encode()

    try:
        return bool(dkim.DKIM(message).verify(index, dnsfunc=look_up))
    except dkim.ValidationError:
        return False


def test_the_rsa_signature_is_genuine_and_breaks_when_anything_changes(
    keys: list[signing.Key],
) -> None:
    signed = signing.sign(compose.compose(LETTER), keys, at=1_795_000_000)

    assert verified(signed, keys, 0)
    assert not verified(signed.replace(b"Reply-To: support", b"Reply-To: thief"), keys, 0)
    assert not verified(signed.replace(b"csv", b"exe"), keys, 0)
    assert not verified(b"From: thief@evil.example\r\n" + signed, keys, 0)
    assert not verified(signed.replace(b"\r\nTo:", b"\r\nTo: x@y.example\r\nTo:"), keys, 0)


def test_the_ed25519_signature_is_genuine(keys: list[signing.Key]) -> None:
    """Checked by hand against RFC 8463: the verifier here would need a further library."""
    signed = signing.sign(compose.compose(LETTER), keys, at=1_795_000_000)
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    headers, body = dkim.rfc822_parse(signed)
    value = headers[1][1]
    tags = dkim.util.parse_tag_value(value)
    waiting: dict[bytes, list[bytes]] = {}
    for name, text in policy.canonicalize_headers(headers):
        waiting.setdefault(name, []).append(name + b":" + text)
    names = b"".join(tags[b"h"].split()).split(b":")
    hashed = b"".join(waiting[name].pop() for name in names if waiting.get(name))
    bare = value[: value.index(b"\tb=") + 3]
    ((own, text),) = policy.canonicalize_headers([(b"DKIM-Signature", bare)])
    hashed += (own + b":" + text).rstrip(b"\r\n")

    assert tags[b"a"] == b"ed25519-sha256"
    assert tags[b"bh"] == base64.b64encode(hashlib.sha256(policy.canonicalize_body(body)).digest())
    public = base64.b64decode(keys[1].record().rpartition("p=")[2])
    Ed25519PublicKey.from_public_bytes(public).verify(
        base64.b64decode(b"".join(tags[b"b"].split())), hashlib.sha256(hashed).digest()
    )


def test_weak_and_foreign_keys_are_refused() -> None:
    weak = generate_private_key(65537, 1024)
    pem = weak.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    with pytest.raises(BadSettings, match="2048"):
        signing.Key("meridian.example", "r1", pem)
    with pytest.raises(BadSettings, match="PEM"):
        signing.Key("meridian.example", "r1", b"nonsense")
