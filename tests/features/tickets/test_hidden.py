"""Whoever sent a secret is told: what was hidden and what to do now, with none of their words."""

from uuid import UUID

import pytest

from fanlight.channels.contract import InboundFile
from fanlight.features.conversations.models import Kind, Message
from fanlight.features.tickets import service
from fanlight.features.tickets.acknowledge import acknowledge
from fanlight.features.tickets.events import SecretHidden, TicketOpened
from fanlight.features.tickets.hidden import tell_sender, told
from fanlight.features.tickets.received import Received
from fanlight.kernel.secrets import SecretKind
from fanlight.kernel.work import Work
from tests.builders.tickets import hears

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"


async def answers(work: Work, taken: Received) -> list[Message]:
    """What the sender is told, when every event is delivered twice."""
    for each in [*work.outbox, *work.outbox]:
        if isinstance(each, SecretHidden):
            await tell_sender(work, each)
        elif isinstance(each, TicketOpened):
            await acknowledge(work, each)
    work.outbox.clear()
    timeline = await service.timeline(work, taken.ticket_id or UUID(int=0))
    return [each for each in timeline[::-1] if each.kind is Kind.OUTBOUND]


async def test_the_sender_of_a_phrase_is_told_once_and_in_our_words(work: Work) -> None:
    taken = await hears(work, f"help me please, my words are {SEED}")

    (answer,) = [a for a in await answers(work, taken) if "secret" in a.text]
    assert "seed phrase" in answer.text
    assert "new wallet" in answer.text
    for theirs in ("sausage", "help me please", "Ling"):
        assert theirs not in answer.text


async def test_each_new_secret_is_answered_and_an_edit_too(work: Work) -> None:
    taken = await hears(work, f"seed phrase: {SEED}", native_message_id="1")
    await answers(work, taken)
    await hears(work, "my password is hunter2!", native_message_id="2")
    await hears(
        work, "my card 4111 1111 1111 1111", kind="message.edited", edits_native_id="2",
        native_message_id="2",
    )  # fmt: skip

    said = [each.text for each in await answers(work, taken)]
    assert sum("must stay secret" in text for text in said) == 2
    assert any("change this password" in text for text in said)


async def test_a_secret_in_a_file_is_told_of_too(work: Work) -> None:
    file = InboundFile(name="words.txt", declared_type="text/plain", content=SEED.encode())
    taken = await hears(work, "see the file", files=(file,))

    assert any("seed phrase" in each.text for each in await answers(work, taken))


@pytest.mark.parametrize(
    "wanted",
    [{"kind": "autoreply"}, {"is_spam": True}, {"channel": "paper.chat"}],
    ids=["a machine", "spam", "a page of ours, which shows it itself"],
)
async def test_nobody_else_is_answered(work: Work, wanted: dict[str, object]) -> None:
    taken = await hears(work, f"seed phrase: {SEED}", **wanted)

    assert not any("must stay secret" in each.text for each in await answers(work, taken))


async def test_an_address_is_told_no_more_than_some_times_a_day(work: Work) -> None:
    for number in range(8):
        taken = await hears(work, f"{number} seed phrase: {SEED}")

    told_of = [each for each in await answers(work, taken) if "must stay secret" in each.text]
    assert len(told_of) == 5


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("kind", SecretKind)
def test_every_kind_has_its_words(kind: SecretKind, language: str) -> None:
    text = told(language, [kind.value], brand="Meridian")

    assert "guard." not in text
    assert "help." not in text
    assert "{" not in text
