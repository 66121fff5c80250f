"""Signing in: what opens the door, what does not, and that every wrong try counts."""

from collections.abc import Awaitable, Callable
from typing import Any

import pyotp
import pytest

from fanlight.features.people.errors import (
    CodeRefused,
    SecondFactorNeeded,
    WrongCredentials,
)
from fanlight.features.people.models import Agent, AgentState
from fanlight.features.people.queries import sign_in as queries
from fanlight.features.people.service import agents, enrolment, sessions, sign_in, totp
from fanlight.features.people.service.sessions import Where, actor_for
from fanlight.features.people.service.sign_in import Refused, SignedIn
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit
from fanlight.kernel.errors import SignInNeeded, TooManyTries
from fanlight.kernel.sealing import CannotUnseal, Sealer
from fanlight.kernel.work import Work
from tests.builders.sign_in import (
    MEI,
    PASSWORD,
    enter,
    enter_from,
    entered,
    refused_with,
    turn_on_totp,
)

MakeAgent = Callable[..., Awaitable[Agent]]
ActAs = Callable[[Agent], Awaitable[Work]]


async def actions(work: Work) -> list[str]:
    return [entry.action for entry in await audit.page(work)]


async def test_the_right_password_signs_in_where_no_second_proof_is_asked(
    work: Work, make_agent: MakeAgent, optional: SignInSettings
) -> None:
    mei = await make_agent(email=MEI)

    done = entered(await enter(work, optional, email=" Mei@Desk.Example "))

    assert done.next == "done"
    actor = await actor_for(work, done.opened.token)
    assert (actor.id, actor.kind, actor.name) == (mei.id, "agent", "Mei Tan")
    assert actor.may("ticket.reply")
    assert not actor.may("agent.manage")
    assert "sign_in.done" in await actions(work)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (MEI, "lantern over the rive"),
        (MEI, ""),
        (MEI, "x" * 10_000),
        ("nobody@desk.example", PASSWORD),
        ("", PASSWORD),
    ],
)
async def test_the_wrong_ones_are_told_the_same(
    work: Work, make_agent: MakeAgent, optional: SignInSettings, email: str, password: str
) -> None:
    await make_agent(email=MEI)
    outcome = await enter(work, optional, email=email, password=password)
    assert refused_with(outcome, WrongCredentials)
    assert (await actions(work))[0] == "sign_in.refused"


async def test_the_suspended_and_the_invited_stay_outside(
    work: Work, make_agent: MakeAgent, act_as: ActAs, optional: SignInSettings
) -> None:
    await make_agent(email="jun@desk.example", password=None)
    outcome = await enter(work, optional, email="jun@desk.example", password="")
    assert refused_with(outcome, WrongCredentials)

    mei = await make_agent(email=MEI)
    admin = await act_as(await make_agent(roles=["admin"]))
    inside = entered(await enter(work, optional)).opened
    wanted = agents.Wanted(state=AgentState.SUSPENDED)
    await agents.change_agent(admin, optional, mei.id, wanted)

    assert refused_with(await enter(work, optional), WrongCredentials)
    with pytest.raises(SignInNeeded):  # the session they had is over at once
        await actor_for(work, inside.token)


async def test_ten_wrong_tries_lock_an_address_known_or_not(
    work: Work, make_agent: MakeAgent, optional: SignInSettings, clock: Any
) -> None:
    await make_agent(email=MEI)
    for email in (MEI, "nobody@desk.example"):
        for _ in range(10):
            assert refused_with(
                await enter(work, optional, email=email, password="guess"), WrongCredentials
            )
        with pytest.raises(TooManyTries) as locked:  # the right one does not help now
            await enter(work, optional, email=email)
        assert 0 < int(str(locked.value.params["retry_after_s"])) <= 1800
    clock.pass_by(minutes=30)
    assert entered(await enter(work, optional)).next == "done"


async def test_a_stranger_elsewhere_locks_no_agent_out_of_their_own_network(
    work: Work, make_agent: MakeAgent, optional: SignInSettings
) -> None:
    await make_agent(email=MEI)
    entered(await enter(work, optional))
    elsewhere = Where(ip="198.51.100.9")
    for _ in range(10):
        await enter_from(work, optional, elsewhere, email=MEI, password="guess")
    with pytest.raises(TooManyTries):
        await enter_from(work, optional, elsewhere, email=MEI, password="guess")

    assert entered(await enter(work, optional)).next == "done"
    for _ in range(10):
        assert refused_with(await enter(work, optional, password="guess"), WrongCredentials)
    with pytest.raises(TooManyTries):
        await enter(work, optional)


async def test_signing_in_forgives_earlier_tries(
    work: Work, make_agent: MakeAgent, optional: SignInSettings
) -> None:
    await make_agent(email=MEI)
    for _ in range(3):
        for _ in range(9):
            await enter(work, optional, password="guess")
        assert entered(await enter(work, optional)).next == "done"


@pytest.mark.slow
async def test_one_network_cannot_try_all_addresses(work: Work, optional: SignInSettings) -> None:
    for n in range(60):
        await enter(work, optional, email=f"agent{n}@desk.example", password="guess")
    with pytest.raises(TooManyTries):
        await enter(work, optional, email="agent60@desk.example", password="guess")
    elsewhere = Where(ip="198.51.100.9")
    outcome = await enter_from(
        work, optional, elsewhere, email="agent60@desk.example", password="guess"
    )
    assert refused_with(outcome, WrongCredentials)


async def test_a_half_session_is_good_for_the_second_proof_alone(
    work: Work, make_agent: MakeAgent, rules: SignInSettings, sealer: Sealer, clock: Any
) -> None:
    mei = await make_agent(email=MEI)
    app, _ = await turn_on_totp(work, sealer, rules, mei)
    clock.pass_by(seconds=30)

    half = entered(await enter(work, rules))
    assert (half.next, half.factors) == ("totp", ("totp", "recovery"))
    with pytest.raises(SignInNeeded):
        await actor_for(work, half.opened.token)
    with pytest.raises(SignInNeeded):  # nor may it set up a factor of its own
        await enrolment.enroller(work, half.opened.token, rules)

    session = await sessions.half_signed_in(work, half.opened.token)
    done = entered(await sign_in.with_code(work, sealer, rules, session, app.at(clock.at)))
    assert done.next == "done"
    assert done.opened.session.method == "password+totp"
    assert done.opened.token != half.opened.token
    assert (await actor_for(work, done.opened.token)).id == mei.id
    with pytest.raises(SignInNeeded):  # the half one is used up
        await sessions.half_signed_in(work, half.opened.token)


async def test_a_half_session_ends_after_ten_minutes(
    work: Work, make_agent: MakeAgent, rules: SignInSettings, clock: Any
) -> None:
    await make_agent(email=MEI)
    half = entered(await enter(work, rules))
    clock.pass_by(minutes=10)
    with pytest.raises(SignInNeeded):
        await sessions.half_signed_in(work, half.opened.token)


async def test_a_code_works_once(
    work: Work, make_agent: MakeAgent, rules: SignInSettings, sealer: Sealer, clock: Any
) -> None:
    mei = await make_agent(email=MEI)
    app, _ = await turn_on_totp(work, sealer, rules, mei)
    clock.pass_by(seconds=30)
    code = app.at(clock.at)

    for expected in (SignedIn, Refused):
        half = entered(await enter(work, rules)).opened.session
        outcome = await sign_in.with_code(work, sealer, rules, half, code)
        assert type(outcome) is expected

    assert refused_with(outcome, CodeRefused)
    assert (await actions(work))[0] == "sign_in.refused"


@pytest.mark.parametrize(("late_s", "fits"), [(-30, True), (30, True), (-90, False), (90, False)])
async def test_a_code_is_taken_from_a_clock_that_is_a_little_off(
    work: Work,
    make_agent: MakeAgent,
    rules: SignInSettings,
    sealer: Sealer,
    clock: Any,
    late_s: int,
    fits: bool,
) -> None:
    mei = await make_agent(email=MEI)
    app, _ = await turn_on_totp(work, sealer, rules, mei)
    clock.pass_by(minutes=10)
    half = entered(await enter(work, rules)).opened.session
    code = app.at(clock.at.timestamp() + late_s)
    outcome = await sign_in.with_code(work, sealer, rules, half, code)
    assert isinstance(outcome, SignedIn) is fits


@pytest.mark.parametrize("code", ["", "abcdef", "１２３４５６", "12345", "0" * 5000])
async def test_what_is_no_code_is_refused(
    work: Work,
    make_agent: MakeAgent,
    rules: SignInSettings,
    sealer: Sealer,
    code: str,
) -> None:
    mei = await make_agent(email=MEI)
    await turn_on_totp(work, sealer, rules, mei)
    half = entered(await enter(work, rules)).opened.session
    assert refused_with(await sign_in.with_code(work, sealer, rules, half, code), CodeRefused)
    assert refused_with(
        await sign_in.with_recovery_code(work, sealer, rules, half, code), CodeRefused
    )


async def test_codes_cannot_be_tried_out(
    work: Work, make_agent: MakeAgent, rules: SignInSettings, sealer: Sealer, clock: Any
) -> None:
    mei = await make_agent(email=MEI)
    app, _ = await turn_on_totp(work, sealer, rules, mei)
    clock.pass_by(seconds=60)
    for _ in range(5):  # each time from a new half session: it is the agent that counts
        half = entered(await enter(work, rules)).opened.session
        await sign_in.with_code(work, sealer, rules, half, "000000")
    with pytest.raises(TooManyTries):
        await sign_in.with_code(work, sealer, rules, half, app.at(clock.at))


async def test_a_recovery_code_opens_once(
    work: Work, make_agent: MakeAgent, rules: SignInSettings, sealer: Sealer
) -> None:
    mei = await make_agent(email=MEI)
    _, codes = await turn_on_totp(work, sealer, rules, mei)
    assert len(set(codes)) == 10
    typed = codes[3].lower().replace("-", " ")

    half = entered(await enter(work, rules)).opened.session
    done = await sign_in.with_recovery_code(work, sealer, rules, half, typed)
    assert entered(done).opened.session.method == "password+recovery"
    half = entered(await enter(work, rules)).opened.session
    again = await sign_in.with_recovery_code(work, sealer, rules, half, typed)
    assert refused_with(again, CodeRefused)


async def test_an_agent_without_a_second_factor_sets_one_up_first(
    work: Work, make_agent: MakeAgent, rules: SignInSettings, sealer: Sealer
) -> None:
    mei = await make_agent(email=MEI)
    half = entered(await enter(work, rules))
    assert half.next == "enrol"

    who = await enrolment.enroller(work, half.opened.token, rules)
    begun = await totp.begin(work, sealer, rules, who.agent_id)
    assert begun.uri.startswith("otpauth://totp/Fanlight:mei%40desk.example?secret=")
    assert begun.svg.startswith("<svg")
    with pytest.raises(CodeRefused):
        await totp.confirm(work, sealer, who.agent_id, "000000")
    app = pyotp.TOTP(begun.secret)
    assert len(await totp.confirm(work, sealer, who.agent_id, app.at(work.now()))) == 10
    opened = await enrolment.finish(work, who, rules, factor="totp")

    assert opened is not None
    assert (await actor_for(work, opened.token)).id == mei.id


async def test_the_secret_is_stored_sealed(
    work: Work, make_agent: MakeAgent, rules: SignInSettings, sealer: Sealer
) -> None:
    mei, jun = await make_agent(), await make_agent()
    app, _ = await turn_on_totp(work, sealer, rules, mei)
    known = await queries.credentials(work, mei.id)
    assert known is not None
    assert known.totp_secret is not None
    assert app.secret.encode() not in known.totp_secret
    # Copied to another row it opens nothing: it is sealed for its owner.
    await queries.hold_totp(work, jun.id, known.totp_secret)
    with pytest.raises(CannotUnseal):
        await totp.confirm(work, sealer, jun.id, app.at(work.now()))


async def test_turning_the_app_off_needs_another_factor_where_one_is_required(
    work: Work,
    make_agent: MakeAgent,
    act_as: ActAs,
    rules: SignInSettings,
    optional: SignInSettings,
    sealer: Sealer,
) -> None:
    mei = await make_agent(email=MEI)
    await turn_on_totp(work, sealer, rules, mei)
    mine = await act_as(mei)
    with pytest.raises(SecondFactorNeeded):
        await totp.turn_off(mine, rules)
    await totp.turn_off(mine, optional)
    known = await queries.credentials(work, mei.id)
    assert known is not None
    assert not known.has_second_factor
