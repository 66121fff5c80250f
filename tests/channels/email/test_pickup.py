"""A folder instead of a server: what is written there is a whole mail, or nothing."""

from email import message_from_bytes, policy
from pathlib import Path

from fanlight.channels.adapters.email.adapter import EmailAdapter
from fanlight.channels.adapters.email.pickup import Pickup
from fanlight.channels.adapters.email.settings import EmailSettings, Mailbox
from fanlight.channels.adapters.email.submission import Taken
from fanlight.channels.contract import Failed, Failure
from fanlight.kernel.sealing import Sealer


async def test_a_mail_is_a_file_with_its_envelope(tmp_path: Path) -> None:
    folder = tmp_path / "outbox"

    taken = await Pickup(folder).send(
        "bounces@desk.example", "ling@mail.example", b"Subject: hello\r\n\r\nwords\r\n"
    )

    (file,) = folder.iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(taken, Taken)
    assert file.suffix == ".eml"
    assert (mail["X-Receiver"], mail["Subject"]) == ("ling@mail.example", "hello")


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands in the way")

    failed = await Pickup(tmp_path / "outbox").send("a@b.example", "c@d.example", b"x")

    assert isinstance(failed, Failed)
    assert failed.failure is Failure.TRANSIENT


async def test_an_adapter_with_a_folder_says_so(tmp_path: Path) -> None:
    box = Mailbox(id="support", address="support@desk.example", name="Desk")
    with_folder = EmailAdapter(
        EmailSettings(mailboxes=(box,), pickup_folder=str(tmp_path)), Sealer(bytes(32))
    )
    without = EmailAdapter(EmailSettings(mailboxes=(box,)), Sealer(bytes(32)))

    assert (await with_folder.health("support", None)).is_ok  # type: ignore[arg-type]
    assert not (await without.health("support", None)).is_ok  # type: ignore[arg-type]
