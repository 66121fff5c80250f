"""Customers are found by what they wrote from, linked by proof, and merged only by people."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from fanlight.channels.adapters.email.compose import Unsendable, mailbox
from fanlight.features.people.assurance import Method, Proof, proof_by
from fanlight.features.people.errors import (
    CustomerMoved,
    CustomerNotFound,
    DifferentAccounts,
    IdentityTaken,
    NotProven,
    ReasonNeeded,
)
from fanlight.features.people.events import CustomerMade, CustomersMerged, IdentityLinked
from fanlight.features.people.models import Agent, Customer
from fanlight.features.people.queries import customers as queries
from fanlight.features.people.service import (
    find_or_make_customer,
    identities_of,
    link_identity,
    mark_proven,
    merge,
    preview_merge,
    save_language,
)
from fanlight.features.people.service.customers import typed_address
from fanlight.kernel import audit
from fanlight.kernel.db.pool import connect
from fanlight.kernel.errors import Malformed, NotAllowed
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

MakeAgent = Callable[..., Awaitable[Agent]]
ActAs = Callable[[Agent], Awaitable[Work]]


def session_of(uid: str, work: Work) -> Proof:
    return proof_by(Method.SIGNED_SESSION, f"exchange:{uid}", at=work.now())


async def account(work: Work, uid: str) -> Customer:
    return await find_or_make_customer(work, "exchange", uid, language="en")


async def test_the_first_word_makes_a_customer_and_the_second_finds_them(work: Work) -> None:
    first = await find_or_make_customer(
        work, "email", "Lin@Mail.Example ", display="Lin@Mail.Example", language="zh-Hans"
    )
    again = await find_or_make_customer(work, "email", "lin@mail.example", language="en")

    assert again.id == first.id
    assert again.language == "zh-Hans"  # the first language stays until they choose another
    assert work.outbox == [
        CustomerMade(customer_id=first.id, kind="email", made_at=first.created_at)
    ]
    [identity] = await identities_of(work, first.id)
    assert (identity.key, identity.display) == ("lin@mail.example", "Lin@Mail.Example")
    assert identity.proven_at is None


async def test_two_first_words_at_once_make_one_customer(database: str) -> None:
    key = str(new_id())

    async def write() -> Customer:
        async with await connect(database) as connection, connection.transaction():
            work = Work(connection=connection)
            found = await find_or_make_customer(work, "visitor", key)
            await asyncio.sleep(0.05)  # the other one arrives before this one commits
            return found

    async with asyncio.TaskGroup() as group:
        writes = [group.create_task(write()) for _ in range(4)]

    assert len({each.result().id for each in writes}) == 1


async def test_a_name_is_taken_once_and_not_overwritten(work: Work) -> None:
    nameless = await find_or_make_customer(work, "telegram", "77001")
    named = await find_or_make_customer(work, "telegram", "77001", name="Lin Yue")
    renamed = await find_or_make_customer(work, "telegram", "77001", name="Support Team")

    assert (nameless.name, named.name, renamed.name) == ("", "Lin Yue", "Lin Yue")


@pytest.mark.parametrize("key", ["", "   ", "no-at-sign", "two words@mail.example", "@x", "x@"])
async def test_what_is_no_address_makes_nobody(work: Work, key: str) -> None:
    with pytest.raises(Malformed):
        await find_or_make_customer(work, "email", key)
    assert work.outbox == []


@pytest.mark.parametrize(
    "typed",
    [
        "a@b.example,c@d.example",
        "x@y.example;z@w.example",
        "victim@v.example>,<z@w.example",
        "a:b@c.example",
        "x<y@z.example",
        "a@[127.0.0.1]",
        "@a,@b:c@d.example",
        "a..b@c.example",
        f"{'a' * 65}@c.example",
    ],
)
def test_an_address_that_the_mailer_refuses_is_refused_where_it_is_typed(typed: str) -> None:
    with pytest.raises(Unsendable):
        mailbox(typed)
    with pytest.raises(Malformed):
        typed_address(typed)


@pytest.mark.parametrize(
    "typed", [" Lin@Mail.Example ", "o'hara+x@mail.example", "林@例子.example"]
)
def test_an_address_that_is_taken_can_be_mailed_to(typed: str) -> None:
    assert mailbox(typed_address(typed))


async def test_a_signed_session_links_an_account_and_less_does_not(work: Work) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example")
    code = proof_by(Method.CODE, "exchange:48812217", at=work.now())
    with pytest.raises(NotProven) as refused:
        await link_identity(work, customer.id, "exchange", "48812217", proof=code)
    assert refused.value.params == {"needed": 2}

    linked = await link_identity(
        work, customer.id, "exchange", "48812217", proof=session_of("48812217", work)
    )
    again = await link_identity(
        work, customer.id, "exchange", "48812217", proof=session_of("48812217", work)
    )

    assert linked.proven_by == "signed_session"
    assert again.id == linked.id
    assert [type(event) for event in work.outbox] == [CustomerMade, IdentityLinked]
    assert (await account(work, "48812217")).id == customer.id


async def test_a_proof_counts_for_its_own_identity_and_its_own_time(work: Work) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example")
    elsewhere = session_of("99999999", work)
    stale = Proof(
        level=session_of("48812217", work).level,
        method=Method.SIGNED_SESSION,
        proven_at=work.now() - timedelta(minutes=61),
        subject="exchange:48812217",
    )
    for proof in (elsewhere, stale):
        with pytest.raises(NotProven):
            await link_identity(work, customer.id, "exchange", "48812217", proof=proof)
    assert len(await identities_of(work, customer.id)) == 1


async def test_an_identity_of_somebody_else_stays_theirs(work: Work) -> None:
    mine = await find_or_make_customer(work, "email", "lin@mail.example")
    theirs = await find_or_make_customer(work, "email", "kim@mail.example")
    proof = proof_by(Method.CODE, "email:kim@mail.example", at=work.now())

    with pytest.raises(IdentityTaken):
        await link_identity(work, mine.id, "email", "kim@mail.example", proof=proof)
    assert [each.customer_id for each in await identities_of(work, theirs.id)] == [theirs.id]


async def test_a_second_account_is_another_person(work: Work) -> None:
    customer = await account(work, "48812217")
    with pytest.raises(DifferentAccounts):
        await link_identity(
            work, customer.id, "exchange", "50000000", proof=session_of("50000000", work)
        )


async def test_a_proof_is_noted_when_it_is_strong_enough(work: Work) -> None:
    customer = await find_or_make_customer(work, "email", "lin@mail.example")
    weak = proof_by(Method.PLATFORM_ID, "email:lin@mail.example", at=work.now())
    await mark_proven(work, "email", "lin@mail.example", weak)
    assert (await identities_of(work, customer.id))[0].proven_at is None

    mail = proof_by(Method.DMARC, "email:lin@mail.example", at=work.now())
    await mark_proven(work, "email", "lin@mail.example", mail)
    assert (await identities_of(work, customer.id))[0].proven_by == "dmarc"


async def test_merging_moves_identities_and_leaves_a_signpost(work: Work) -> None:
    kept = await account(work, "48812217")
    merged = await find_or_make_customer(work, "email", "lin@mail.example", name="Lin Yue")
    preview = await preview_merge(work, kept.id, merged.id)
    assert preview.is_allowed
    assert preview.merged.identities[0].masked == "l••@m•••.example"

    after = await merge(
        work,
        kept.id,
        merged.id,
        versions=(preview.kept.version, preview.merged.version),
        reason="Wrote from both on the same ticket",
    )

    assert after.id == kept.id
    assert after.name == "Lin Yue"
    assert {each.kind for each in await identities_of(work, kept.id)} == {"exchange", "email"}
    assert (await queries.get_customer(work, merged.id)).id == kept.id
    assert (await find_or_make_customer(work, "email", "lin@mail.example")).id == kept.id
    assert work.outbox[-1] == CustomersMerged(kept_id=kept.id, merged_id=merged.id)
    [entry] = await audit.page(work, target=f"customer:{kept.id}")
    assert (entry.action, entry.detail["merged_id"]) == ("customer.merged", str(merged.id))


async def test_a_signpost_to_a_signpost_leads_to_the_one_kept(work: Work) -> None:
    first = await find_or_make_customer(work, "visitor", "a" * 20)
    second = await find_or_make_customer(work, "visitor", "b" * 20)
    third = await find_or_make_customer(work, "visitor", "c" * 20)
    await merge(work, second.id, first.id, versions=(1, 1), reason="same browser")
    second = await queries.get_customer(work, second.id)
    await merge(work, third.id, second.id, versions=(1, second.version), reason="same browser")

    assert (await queries.get_customer(work, first.id)).id == third.id


async def test_two_accounts_are_never_merged(work: Work) -> None:
    one, other = await account(work, "48812217"), await account(work, "50000000")
    assert not (await preview_merge(work, one.id, other.id)).is_allowed
    with pytest.raises(DifferentAccounts):
        await merge(work, one.id, other.id, versions=(1, 1), reason="they say so")
    assert (await account(work, "50000000")).id == other.id


async def test_a_merge_needs_a_reason_the_latest_state_and_two_customers(work: Work) -> None:
    one = await account(work, "48812217")
    other = await find_or_make_customer(work, "email", "lin@mail.example")
    with pytest.raises(ReasonNeeded):
        await merge(work, one.id, other.id, versions=(1, 1), reason="  ")
    with pytest.raises(Malformed):
        await merge(work, one.id, one.id, versions=(1, 1), reason="typo")
    with pytest.raises(CustomerNotFound):
        await merge(work, one.id, new_id(), versions=(1, 1), reason="typo")
    await queries.touch(work, other.id)  # somebody linked an identity meanwhile
    with pytest.raises(CustomerMoved):
        await merge(work, one.id, other.id, versions=(1, 1), reason="same person")
    assert len(await identities_of(work, other.id)) == 1


async def test_merging_is_for_those_who_may(
    work: Work, make_agent: MakeAgent, act_as: ActAs
) -> None:
    one = await account(work, "48812217")
    other = await find_or_make_customer(work, "email", "lin@mail.example")
    agent = await act_as(await make_agent(roles=["agent"]))
    lead = await act_as(await make_agent(roles=["lead"]))

    with pytest.raises(NotAllowed):
        await merge(agent, one.id, other.id, versions=(1, 1), reason="same person")
    assert (await merge(lead, one.id, other.id, versions=(1, 1), reason="same person")).id == one.id


async def test_a_chosen_language_stays(work: Work) -> None:
    customer = await find_or_make_customer(work, "visitor", "d" * 20, language="en")
    await save_language(work, customer.id, "zh-Hant")
    assert (await queries.get_customer(work, customer.id)).language == "zh-Hant"
    with pytest.raises(CustomerNotFound):
        await save_language(work, new_id(), "en")


async def test_words_from_outside_are_made_fit_to_store(work: Work) -> None:
    customer = await find_or_make_customer(
        work,
        "telegram",
        "77001",
        display="@moon\x00\u202efx",
        name="Lin\x00\n\u202eYue" + "x" * 500,
    )
    [identity] = await identities_of(work, customer.id)
    assert identity.display == "@moonfx"
    assert customer.name.startswith("Lin Yuexxx")
    assert len(customer.name) == 120
    with pytest.raises(Malformed):
        await find_or_make_customer(work, "telegram", "77\x0001")
