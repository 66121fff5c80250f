"""Agents see masked facts; one fact in clear costs a reason and leaves a trace."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fanlight.features.people.errors import CustomerNotFound, ReasonNeeded, StepUpNeeded
from fanlight.features.people.masks import mask, mask_email, mask_name, mask_phone, mask_uid
from fanlight.features.people.models import Agent
from fanlight.features.people.service import card, find_or_make_customer, identities_of, reveal
from fanlight.kernel import audit
from fanlight.kernel.errors import NotAllowed, TooManyTries
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

MakeAgent = Callable[..., Awaitable[Agent]]
ActAs = Callable[[Agent], Awaitable[Work]]
WHY = "Checks the address for the payout"


@pytest.mark.parametrize(
    ("mask_it", "plain", "masked"),
    [
        (mask_email, "lin@mail.example", "l••@m•••.example"),
        (mask_email, "l@m.example", "l•@m•.example"),
        (mask_email, "averyveryverylongname@mail.example", "a••••••@m•••.example"),
        (mask_email, "nonsense", "n••••••"),
        (mask_uid, "48812217", "48••••17"),
        (mask_uid, "481", "••••"),
        (mask_name, "Lin Yu", "L•• Y•"),
        (mask_name, "陳大文", "陳••"),
        (mask_name, "", ""),
        (mask_phone, "+852 5123 4506", "+852 •••• 06"),
        (mask_phone, "51234506", "•••• 06"),
    ],
)
def test_masks(mask_it: Callable[[str], str], plain: str, masked: str) -> None:
    assert mask_it(plain) == masked


@pytest.mark.parametrize(
    ("kind", "plain", "masked"),
    [
        ("email", "lin@mail.example", "l••@m•••.example"),
        ("exchange", "48812217", "48••••17"),
        ("telegram", "@moon_fx", "@m••••••"),
        ("telegram", "7700112233", "77••••33"),
        ("phone", "+852 5123 4506", "+852 •••• 06"),
        ("a channel of tomorrow", "Lin Yu", "L•• Y•"),
        ("a channel of tomorrow", "lin@mail.example", "l••@m•••.example"),
        ("a channel of tomorrow", "48812217", "48••••17"),
    ],
)
def test_an_identity_is_masked_by_its_kind(kind: str, plain: str, masked: str) -> None:
    assert mask(kind, plain) == masked


async def test_a_card_holds_no_fact_in_clear_and_looking_is_written_down(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example", name="Lin Yu")
    mei = await act_as(await make_agent())

    seen = await card(mei, customer.id)

    assert seen.name == "L•• Y•"
    assert [each.masked for each in seen.identities] == ["l••@m•••.example"]
    [entry] = await audit.page(work, target=f"customer:{customer.id}")
    assert (entry.action, entry.actor_id) == ("customer.seen", mei.actor.id)


async def test_a_card_is_refused_to_whom_it_is_not_granted(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example")
    editor = await act_as(await make_agent(roles=["editor"]))
    with pytest.raises(NotAllowed):
        await card(editor, customer.id)
    with pytest.raises(CustomerNotFound):
        await card(work, new_id())


async def test_a_fact_is_shown_for_a_reason_and_leaves_a_trace(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example", name="Lin Yu")
    [identity] = await identities_of(work, customer.id)
    mei, ticket_id = await act_as(await make_agent()), new_id()

    shown = await reveal(mei, customer.id, str(identity.id), reason=WHY, ticket_id=ticket_id)
    name = await reveal(mei, customer.id, "name", reason=WHY, ticket_id=ticket_id)

    assert (shown, name) == ("lin@mail.example", "Lin Yu")
    entries = await audit.page(work, target=f"customer:{customer.id}")
    assert {entry.detail["kind"] for entry in entries} == {"email", "name"}
    assert all(entry.detail["reason"] == WHY for entry in entries)
    assert all(entry.detail["ticket_id"] == str(ticket_id) for entry in entries)
    assert "lin@mail.example" not in str(entries)


async def test_no_reason_no_fact(work: Work, make_agent: MakeAgent, act_as: ActAs) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example")
    mei = await act_as(await make_agent())
    for reason in ("", "  ", "?"):
        with pytest.raises(ReasonNeeded):
            await reveal(mei, customer.id, "name", reason=reason, ticket_id=new_id())
    assert await audit.page(work, target=f"customer:{customer.id}") == []


async def test_a_fact_of_another_customer_is_not_found(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    mine = await find_or_make_customer(work, "email", "lin@mail.example")
    other = await find_or_make_customer(work, "email", "kim@mail.example")
    [identity] = await identities_of(work, other.id)
    mei = await act_as(await make_agent())
    for field in (str(identity.id), str(new_id()), "passport"):
        with pytest.raises(CustomerNotFound):
            await reveal(mei, mine.id, field, reason=WHY, ticket_id=new_id())


async def test_a_stale_proof_is_asked_for_again(
    work: Work, make_agent: MakeAgent, act_as: ActAs, clock: Any
) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example", name="Lin Yu")
    mei = await act_as(await make_agent())
    clock.pass_by(minutes=5)
    assert await reveal(mei, customer.id, "name", reason=WHY, ticket_id=new_id()) == "Lin Yu"
    clock.pass_by(seconds=1)
    with pytest.raises(StepUpNeeded):
        await reveal(mei, customer.id, "name", reason=WHY, ticket_id=new_id())


async def test_whoever_reveals_without_end_is_stopped(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example", name="Lin Yu")
    mei = await act_as(await make_agent())
    for _ in range(60):
        await reveal(mei, customer.id, "name", reason=WHY, ticket_id=new_id())
    with pytest.raises(TooManyTries):
        await reveal(mei, customer.id, "name", reason=WHY, ticket_id=new_id())
