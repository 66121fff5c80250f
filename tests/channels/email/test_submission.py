"""Whatever a submission server does, we know whether it has our mail, or know that we do not."""

import pytest

from fanlight.channels.adapters.email import mime
from fanlight.channels.adapters.email.model import Mail
from fanlight.channels.contract import (
    Accepted,
    Failed,
    Failure,
    OutboundFile,
    Outcome,
    PlannedPart,
    Unknown,
)
from fanlight.kernel.http import OutboundHttp
from tests.channels.email.conftest import MESSAGE, adapter, answer
from tests.channels.email.scripted import scripted, serving

pytestmark = pytest.mark.usefixtures("lines_closed")

HTTP = OutboundHttp(allowed=())


async def send(port: int, **wanted: object) -> Outcome:
    message = answer(**wanted)
    part = PlannedPart(message=message, number=1, text=message.text)
    return await adapter(submission_port=port).send(part, HTTP)


async def test_a_mail_that_is_taken_is_known_by_our_id() -> None:
    async with serving(scripted()) as server:
        outcome = await send(server.port)

    assert outcome == Accepted(f"{MESSAGE.hex}.1@meridian.example")
    mail = mime.parse(server.mails[0].removesuffix(b".\r\n"))
    assert isinstance(mail, Mail)
    assert mail.texts[0].startswith("您好，已经到账。")
    assert any(line.startswith("MAIL FROM:<support+") for line in server.commands)
    assert "RCPT TO:<li.na@mail.example>" in server.commands


async def test_an_id_that_the_server_issues_anew_is_remembered_too() -> None:
    words = "250 Ok 0102018f6a1b2c3d-4e5f-6789-abcd-000000000000"
    async with serving(scripted(content=words)) as server:
        message = answer()
        part = PlannedPart(message=message, number=1, text=message.text)
        ours = adapter(submission_port=server.port, reissued_id_domain="ids.example")
        outcome = await ours.send(part, HTTP)

    assert isinstance(outcome, Accepted)
    assert outcome.also_known_as == ("0102018f6a1b2c3d-4e5f-6789-abcd-000000000000@ids.example",)


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"MAIL": "451 4.3.0 later"}, Failure.TRANSIENT),
        ({"MAIL": "530 5.7.0 Authentication required"}, Failure.AUTH),
        ({"MAIL": "550 5.7.1 not your address"}, Failure.PERMISSION),
        ({"MAIL": "552 5.3.4 Message size exceeds fixed limit"}, Failure.CONTENT),
        ({"RCPT": "450 4.2.1 mailbox busy"}, Failure.TRANSIENT),
        ({"RCPT": "451 4.7.1 Greylisted, try again later"}, Failure.THROTTLED),
        ({"RCPT": "550 5.1.1 <li.na@mail.example>: no such user"}, Failure.RECIPIENT),
        ({"RCPT": "552 5.2.2 mailbox full"}, Failure.RECIPIENT),
        ({"RCPT": "554 5.7.1 blocked by policy"}, Failure.POLICY),
        ({"DATA": "421 4.3.2 shutting down"}, Failure.TRANSIENT),
        ({"DATA": "554 no valid recipients"}, Failure.POLICY),
        ({"content": "452 4.2.2 out of space"}, Failure.TRANSIENT),
        ({"content": "421 4.7.0 too many messages, slow down"}, Failure.THROTTLED),
        ({"content": "554 5.7.1 looks like spam"}, Failure.POLICY),
        ({"content": "552 5.3.4 too large"}, Failure.CONTENT),
        ({"content": "550 5.6.0 bad content"}, Failure.CONTENT),
        ({"MAIL": None}, Failure.TRANSIENT),
        ({"RCPT": None}, Failure.TRANSIENT),
    ],
)
async def test_a_refusal_is_a_failure_of_the_right_kind(
    change: dict[str, str | None], failure: Failure
) -> None:
    async with serving(scripted(**change)) as server:
        outcome = await send(server.port)

    assert isinstance(outcome, Failed)
    assert outcome.failure is failure
    assert "li.na" not in outcome.detail


async def test_a_server_that_falls_silent_with_our_mail_may_have_it() -> None:
    async with serving(scripted(content=None)) as server:
        outcome = await send(server.port)

    assert len(server.mails) == 1
    assert outcome == Unknown()


async def test_a_server_that_is_not_there_has_nothing() -> None:
    async with serving(scripted()) as server:
        port = server.port

    outcome = await send(port)

    assert isinstance(outcome, Failed)
    assert outcome.failure is Failure.TRANSIENT


async def test_a_connection_carries_many_mails_and_a_dead_one_costs_none() -> None:
    async with serving(scripted()) as server:
        ours = adapter(submission_port=server.port)
        part = PlannedPart(message=answer(), number=1, text="x")
        outcomes = [await ours.send(part, HTTP) for _ in range(3)]
        assert server.connections == 1
        for line in ours._way._idle:
            line.client.close()
        outcomes.append(await ours.send(part, HTTP))

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert server.connections == 2
    assert len(server.mails) == 4


async def test_files_go_along() -> None:
    async def content() -> bytes:
        return "币,额".encode()

    listed = OutboundFile(name="账单.csv", media_type="text/csv", size_bytes=7, read=content)
    async with serving(scripted()) as server:
        assert isinstance(await send(server.port, files=(listed,)), Accepted)

    mail = mime.parse(server.mails[0].removesuffix(b".\r\n"))
    assert isinstance(mail, Mail)
    assert [(part.name, part.content) for part in mail.attachments] == [
        ("账单.csv", "币,额".encode())
    ]


async def test_health_says_whether_the_server_answers() -> None:
    async with serving(scripted()) as server:
        ours = adapter(submission_port=server.port)
        assert (await ours.health("support", HTTP)).is_ok
        port = server.port
    assert not (await adapter(submission_port=port).health("support", HTTP)).is_ok
    assert not (await adapter(submission_host="").health("support", HTTP)).is_ok


async def test_a_password_never_goes_over_an_open_line() -> None:
    async with serving(scripted()) as server:
        message = answer()
        part = PlannedPart(message=message, number=1, text=message.text)
        ours = adapter(
            submission_port=server.port,
            submission_security="starttls",
            submission_user="desk",
            submission_password="hush",
        )
        outcome = await ours.send(part, HTTP)

    assert isinstance(outcome, Failed)
    assert server.mails == []
    assert not any("AUTH" in command for command in server.commands)
