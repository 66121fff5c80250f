"""Secrets told in pieces: found over messages, hidden in each, and in what was made of them."""

import random
from uuid import UUID

import pytest
from mnemonic import Mnemonic

from fanlight.channels.contract import Author, InboundFile
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Message
from fanlight.features.tickets import service, views
from fanlight.features.tickets.across import found_across
from fanlight.features.tickets.intake import receive
from fanlight.kernel.work import Work
from tests.builders.tickets import event, hears

TOLD = "legal winner thank year wave sausage worth useful legal winner thank yellow"
PHRASE = TOLD.split(" ")  # BIP-39 vector
HAN = Mnemonic("chinese_simplified").to_mnemonic(random.Random(5).randbytes(16)).split()
KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
WIF = "5HwoXVkHoRM8sL2KmNRS217n1g8mPPBomrY7yehCuXC1115WWsh"
LONG = Mnemonic("english").to_mnemonic(random.Random(7).randbytes(32)).split()


def numbered(words: list[str], first: int = 1) -> str:
    return "\n".join(f"{n}. {word}" for n, word in enumerate(words, first))


WAYS = {
    "six and six": [" ".join(PHRASE[:6]), " ".join(PHRASE[6:])],
    "four, four, four": [" ".join(PHRASE[n : n + 4]) for n in (0, 4, 8)],
    "twelve and twelve": [" ".join(LONG[:12]), " ".join(LONG[12:])],
    "eight, eight, eight": [" ".join(LONG[n : n + 8]) for n in (0, 8, 16)],
    "numbered": [numbered(PHRASE[:6]), numbered(PHRASE[6:], 7)],
    "with commas": [", ".join(PHRASE[:5]) + ",", ", ".join(PHRASE[5:])],
    "Chinese, set apart": [" ".join(HAN[:6]), " ".join(HAN[6:])],
    "Chinese, in a row": ["".join(HAN[:6]), "".join(HAN[6:])],
    "Chinese, in three": ["助记词 " + " ".join(HAN[:4]), " ".join(HAN[4:8]), " ".join(HAN[8:])],
    "a key cut in two": [f"my private key: {KEY[:32]}", KEY[32:]],
    "a key after its name": ["This is my private key", f"0x{KEY}"],
    "base58 cut in two": [WIF[:20], WIF[20:]],
    "24 words in fours": [" ".join(LONG[n : n + 4]) for n in range(0, 24, 4)],
    "something between": [
        " ".join(PHRASE[:6]),
        "wait, I am looking for the other half of it",
        "ok found",
        " ".join(PHRASE[6:]),
    ],
    "a key some messages after its name": ["here is my private key:", "one moment", f"0x{KEY}"],
    "said before": ["my seed phrase is", " ".join(PHRASE[:6]), " ".join(PHRASE[6:])],
}


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_told_in_pieces_is_hidden_in_all_of_them(work: Work, way: str) -> None:
    texts = WAYS[way]
    taken = [await hears(work, text, subject=None) for text in texts]

    ticket_id = taken[-1].ticket_id or UUID(int=0)
    messages: list[Message] = await service.timeline(work, ticket_id)
    for message in messages:
        for word in (*PHRASE, *LONG, WIF[:20], WIF[20:], KEY[:32], KEY[32:]):
            if len(word) > 3:
                assert word not in message.text.split(), message.text
    assert messages[0].redactions
    assert taken[-1].findings
    rows = "SELECT m::text FROM messages m UNION ALL SELECT t::text FROM tickets t"
    dump = "\n".join(await work.rows(str, rows))
    for piece in texts:
        secret = [word for word in piece.split() if word in {*PHRASE, *LONG, *HAN, KEY, WIF}]
        assert not secret or any(word not in dump for word in secret)
    if "Chinese" not in way:
        for word in ("sausage", "thank", KEY[32:], WIF[20:]):
            assert word not in dump


async def test_two_mails_in_threads_of_their_own_are_read_together(work: Work) -> None:
    one = await hears(work, " ".join(PHRASE[:6]), thread_key="one", subject="Wallet")
    two = await hears(work, " ".join(PHRASE[6:]), thread_key="two", subject="More")

    assert one.ticket_id != two.ticket_id or one.conversation_id != two.conversation_id
    for taken in (one, two):
        message = await conversations.get_message(work, taken.message_id or UUID(int=0))
        assert message.text == "⟦hidden:seed_phrase⟧"


async def test_a_subject_and_a_files_name_are_pieces_too(work: Work) -> None:
    scan = InboundFile(
        name="_".join(PHRASE[6:]) + ".txt", declared_type="text/plain", content=b"Notes"
    )
    mails = [
        await hears(work, " ".join(PHRASE[6:]), subject=" ".join(PHRASE[:6])),
        await hears(work, f"0x{KEY}", subject="my private key", thread_key="key"),
        await hears(work, " ".join(PHRASE[:6]), files=(scan,), thread_key="file"),
    ]

    for taken in mails:
        message = await conversations.get_message(work, taken.message_id or UUID(int=0))
        assert message.redactions
        assert message.text.startswith("⟦hidden:")
    rows = """
        SELECT m::text FROM messages m UNION ALL SELECT t::text FROM tickets t
        UNION ALL SELECT c::text FROM conversations c UNION ALL SELECT f.name FROM files f
    """
    dump = "\n".join(await work.rows(str, rows))
    assert not any(word in dump for word in ("sausage", "useful", "yellow", KEY))


async def test_an_ordinary_subject_stays_beside_ordinary_words(work: Work) -> None:
    note = InboundFile(name="order-list-may.txt", declared_type="text/plain", content=b"Notes")
    taken = await hears(
        work, "I cannot open my wallet page again today", subject="Seed phrase page", files=(note,)
    )

    message = await conversations.get_message(work, taken.message_id or UUID(int=0))
    assert (message.subject, message.redactions) == ("Seed phrase page", ())
    assert await work.rows(str, "SELECT name FROM files") == ["order-list-may.txt"]


async def test_the_words_cannot_be_searched_for_any_more(work: Work) -> None:
    one = await hears(work, "Meridian: " + " ".join(PHRASE[:6]))
    assert await views.search(work, "sausage") != []

    await hears(work, " ".join(PHRASE[6:]))

    assert await views.search(work, "sausage") == []
    assert [row.id for row in await views.search(work, "meridian")] == [one.ticket_id]


async def test_harmless_neighbours_stay_as_they_are(work: Work) -> None:
    texts = [
        "I lost the seed phrase of my wallet",
        "can you find the word list of my account again",
        "the withdrawal is 0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318",
        "order 4111111111111111",
    ]
    taken = [await hears(work, text) for text in texts]

    messages = await service.timeline(work, taken[0].ticket_id or UUID(int=0))
    assert [message.text for message in messages[::-1]] == texts
    assert not any(message.redactions for message in messages)


async def test_only_one_person_in_one_talk_makes_a_phrase(work: Work) -> None:
    await hears(work, " ".join(PHRASE[:6]))
    other = await hears(
        work, " ".join(PHRASE[6:]), thread_key="wei", author=Author(native_id="wei")
    )

    messages = await service.timeline(work, other.ticket_id or UUID(int=0))
    assert messages[0].text == " ".join(PHRASE[6:])


async def test_the_original_of_a_piece_goes_too(work: Work) -> None:
    first = event(work, " ".join(PHRASE[:6]), native_message_id="1")
    one = await receive(work, first, raw=b"raw: legal winner thank year wave sausage")
    assert one.message_id is not None
    assert (await conversations.get_message(work, one.message_id)).original_id is not None

    two = await receive(work, event(work, " ".join(PHRASE[6:])), raw=b"worth useful legal")

    for taken in (one, two):
        message = await conversations.get_message(work, taken.message_id or UUID(int=0))
        assert message.original_id is None
    assert await work.rows(UUID, "SELECT id FROM blobs") == []


async def test_a_piece_that_comes_by_an_edit_is_found(work: Work) -> None:
    one = await hears(work, "Hello", native_message_id="1")
    await hears(work, " ".join(PHRASE[6:]), native_message_id="2")

    await hears(
        work, " ".join(PHRASE[:6]), kind="message.edited", edits_native_id="1",
        native_message_id="1",
    )  # fmt: skip

    messages = await service.timeline(work, one.ticket_id or UUID(int=0))
    assert [message.text for message in messages] == ["⟦hidden:seed_phrase⟧"] * 2


def test_each_message_loses_its_own_part_alone() -> None:
    texts = ["so: " + " ".join(PHRASE[:6]), " ".join(PHRASE[6:]) + ". Thanks"]

    first, second = found_across(texts)

    assert [texts[0][f.start : f.end] for f in first.found] == [" ".join(PHRASE[:6])]
    assert [texts[1][f.start : f.end] for f in second.found] == [" ".join(PHRASE[6:])]
