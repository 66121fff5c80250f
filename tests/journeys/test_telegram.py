"""A customer writes to the bot, an agent answers from the console, and the customer leaves."""

from typing import Any

import httpx2
import pytest

from tests.builders.tickets import without_mark
from tests.channels.telegram.fake import Chat, FakeTelegram
from tests.journeys.people import Console
from tests.journeys.town import Town, until
from tests.ui.console import scene

pytestmark = pytest.mark.slow

LIN = 61724


def chat(town: Town) -> Chat:
    """What stands on Lin's telephone."""
    return town.on_telegram(lambda telegram: telegram.user(LIN))


def entry(desk: Console, ticket: str, words: str) -> dict[str, Any]:
    found = [each for each in desk.timeline(ticket) if words in each["text"]]
    assert len(found) == 1, found
    return found[0]


def test_a_talk_on_telegram_from_the_first_word_to_the_block(town: Town, desk: Console) -> None:
    def first(telegram: FakeTelegram) -> int:
        telegram.user(LIN, first_name="Lin")
        said = telegram.says("My TRX has not arrived", LIN)
        telegram.sends("photo", scene.png(), LIN, caption="Here is the transfer")
        number: int = said["message"]["message_id"]
        return number

    first_id = town.on_telegram(first)
    ticket = until(lambda: desk.ticket_with("TRX"))
    until(lambda: len(desk.said(ticket)) == 2)

    # The picture was fetched, looked into, and can be opened where files are handed out.
    picture = until(lambda: [f for f in entry(desk, ticket, "transfer")["files"] if f["url"]])[0]
    assert picture["media_type"] in {"image/jpeg", "image/png"}
    handed = httpx2.get(picture["url"])
    assert handed.status_code == 200
    assert handed.headers["content-type"] == picture["media_type"]

    # Lin corrects a word: the agent sees what it says now, and that it was changed.
    town.on_telegram(lambda telegram: telegram.edits(first_id, "My 40 TRX have not arrived", LIN))
    until(lambda: "My 40 TRX have not arrived" in desk.said(ticket))
    assert entry(desk, ticket, "My 40 TRX")["edited_at"] is not None
    assert len(desk.said(ticket)) == 2

    # The answer arrives once, on the telephone.
    desk.answers(ticket, "They need 19 confirmations.")
    until(lambda: [without_mark(seen.text) for seen in chat(town).from_bot])
    assert [without_mark(seen.text) for seen in chat(town).from_bot] == [
        "They need 19 confirmations."
    ]
    until(lambda: entry(desk, ticket, "19 confirmations")["delivery"]["state"] == "sent")

    # Lin blocks the bot: the desk says so and sends nothing more.
    town.on_telegram(lambda telegram: telegram.blocks(LIN))
    until(lambda: desk.get(f"tickets/{ticket}")["conversations"][0]["is_blocked"])
    talk = desk.get(f"tickets/{ticket}")["conversations"][0]
    assert not talk["may_reply"]
    body = {
        "conversation_id": talk["id"],
        "text": "Are you there?",
        "client_key": "are-you-there",
        "seen": {talk["id"]: talk["last_seq"]},
    }
    refused = desk.client.post(f"tickets/{ticket}/replies", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_reply_here")

    # And back again: the same ticket goes on.
    town.on_telegram(lambda telegram: telegram.blocks(LIN, is_blocked=False))
    town.on_telegram(lambda telegram: telegram.says("Sorry, wrong button", LIN))
    until(lambda: "Sorry, wrong button" in desk.said(ticket))
    until(lambda: desk.get(f"tickets/{ticket}")["conversations"][0]["may_reply"])
    desk.answers(ticket, "No harm done.")
    until(lambda: without_mark(chat(town).from_bot[-1].text) == "No harm done.")
    assert len(desk.get(f"tickets/{ticket}")["conversations"]) == 1
