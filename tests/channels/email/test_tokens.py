"""A reply address proves its conversation; nobody can make one or move it elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.channels.adapters.email.tokens import (
    MAX_LOCAL_PART,
    LocalPartTooLong,
    ReplyTo,
    Sent,
    Tokens,
)
from fanlight.channels.contract import participant_tag
from fanlight.kernel.ids import new_id

OURS = Tokens([b"k" * 32])
CONVERSATION, LI_NA = new_id(), new_id()
ADDRESS = OURS.reply_address("support@meridian.example", CONVERSATION, participant_tag(LI_NA))


def test_the_address_comes_back_as_what_it_was_made_for() -> None:
    assert ADDRESS.startswith("support+")
    assert len(ADDRESS.partition("@")[0]) <= MAX_LOCAL_PART
    assert OURS.find_reply([f"Support <{ADDRESS}>"]) == ReplyTo(
        CONVERSATION, participant_tag(LI_NA)
    )


@pytest.mark.parametrize("sign", ["=", "-"])
def test_other_separators_and_capitals_are_the_same_address(sign: str) -> None:
    changed = ADDRESS.replace("+", sign, 1).upper()

    assert OURS.find_reply([changed]) == OURS.find_reply([ADDRESS]) is not None


def test_a_catch_all_domain_carries_the_token_alone() -> None:
    address = OURS.reply_address(
        "support@meridian.example", CONVERSATION, participant_tag(LI_NA), catch_all="r.example"
    )

    assert address.startswith("t-")
    assert address.endswith("@r.example")
    assert OURS.find_reply([address]) == OURS.find_reply([ADDRESS])


@given(st.integers(min_value=8, max_value=55), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_letter_is_no_token(at: int, letter: str) -> None:
    forged = ADDRESS[:at] + letter + ADDRESS[at + 1 :]

    found = OURS.find_reply([forged])

    assert (found is not None) == (forged == ADDRESS)


def test_keys_rotate_and_foreign_ones_prove_nothing() -> None:
    rotated = Tokens([b"n" * 32, b"k" * 32])

    assert rotated.find_reply([ADDRESS]) == OURS.find_reply([ADDRESS])
    assert Tokens([b"n" * 32]).find_reply([ADDRESS]) is None


def test_a_bounce_address_names_the_part_and_is_no_reply_address() -> None:
    message = new_id()
    address = OURS.bounce_address("bounces@meridian.example", message, 2)

    assert OURS.find_bounce([address]) == Sent(message, 2)
    assert OURS.find_bounce([address.replace("@", "=li.na=mail.example@")]) == Sent(message, 2)
    assert OURS.find_reply([address]) is None
    assert OURS.find_bounce([ADDRESS]) is None


def test_a_long_mailbox_name_is_refused_not_cut() -> None:
    with pytest.raises(LocalPartTooLong):
        OURS.reply_address("customer-support-team@m.example", CONVERSATION, "0123456789")
