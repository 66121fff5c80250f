"""Agents see masked facts; whoever may reveal is told one at a time."""

from collections.abc import Awaitable, Callable

import pytest

from fanlight.features.people.errors import CustomerNotFound
from fanlight.features.people.masks import (
    BLIND,
    Field,
    Sight,
    mask,
    mask_email,
    mask_name,
    mask_phone,
    mask_uid,
    sight_of,
)
from fanlight.features.people.models import Agent, Customer, CustomerCard
from fanlight.features.people.queries.agents import store_role
from fanlight.features.people.service import find_or_make_customer, identities_of
from fanlight.features.people.service.cards import card, in_clear
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import SYSTEM, Actor, Work

MakeAgent = Callable[..., Awaitable[Agent]]
ActAs = Callable[[Agent], Awaitable[Work]]


async def _card(work: Work, customer: Customer) -> CustomerCard:
    return card(work, customer, await identities_of(work, customer.id))


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


async def test_a_card_holds_no_fact_in_clear(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example", name="Lin Yu")
    mei = await act_as(await make_agent())

    seen = await _card(mei, customer)

    assert seen.name == "L•• Y•"
    assert [each.masked for each in seen.identities] == ["l••@m•••.example"]


async def test_a_role_that_is_given_a_field_sees_that_field_alone(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example", name="Lin Yu")
    await store_role(work, key="namer", name="Namer", permissions=["customer.see", "fact.name"])

    seen = await _card(await act_as(await make_agent(roles=["namer"])), customer)

    assert seen.name == "Lin Yu"
    assert [each.masked for each in seen.identities] == ["l••@m•••.example"]


FACTS = {
    Field.NAME: "Lin Yu",
    Field.EMAIL: "lin@mail.example",
    Field.PHONE: "+852 5123 4506",
    Field.UID: "48812217",
    Field.HANDLE: "@moon_fx",
    Field.ADDRESS: "bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh",
    Field.BALANCE: "12.5 BTC",
}


@pytest.mark.parametrize("seen", Field)
def test_each_field_is_masked_but_for_who_may_see_it(seen: Field) -> None:
    agent = Actor(kind="agent", permissions=frozenset({f"fact.{seen}"}))
    sight = sight_of(agent)
    for field, fact in FACTS.items():
        assert (sight.of(field, fact) == fact) is (field is seen)
    assert sight_of(SYSTEM) == BLIND  # what is made for many is made with every mask on


def test_words_lose_the_ways_round_us_and_keep_the_case() -> None:
    said = "Write to lin.y@mail.example or +852 5123 4506, 13812345678. Order 8837261904, 0.5 BTC"
    shown = BLIND.words(said)
    assert "lin.y@" not in shown
    assert "5123 4506" not in shown
    assert "13812345678" not in shown
    assert "Order 8837261904, 0.5 BTC" in shown
    assert Sight(frozenset({Field.EMAIL, Field.PHONE})).words(said) == said


async def test_a_card_is_refused_to_whom_it_is_not_granted(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example")
    editor = await act_as(await make_agent(roles=["editor"]))
    with pytest.raises(NotAllowed):
        await _card(editor, customer)


async def test_one_fact_is_told_to_whoever_may_reveal(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example", name="Lin Yu")
    [identity] = await identities_of(work, customer.id)
    mei = await act_as(await make_agent())

    shown = await in_clear(mei, customer.id, str(identity.id))
    name = await in_clear(mei, customer.id, "name")

    assert (shown.kind, shown.value) == ("email", "lin@mail.example")
    assert (name.kind, name.value) == ("name", "Lin Yu")
    with pytest.raises(NotAllowed):
        await in_clear(await act_as(await make_agent(roles=["editor"])), customer.id, "name")


async def test_a_fact_of_another_customer_is_not_found(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    mine = await find_or_make_customer(work, "email", "lin@mail.example")
    other = await find_or_make_customer(work, "email", "kim@mail.example")
    [identity] = await identities_of(work, other.id)
    mei = await act_as(await make_agent())
    for field in (str(identity.id), str(new_id()), "passport"):
        with pytest.raises(CustomerNotFound):
            await in_clear(mei, mine.id, field)
