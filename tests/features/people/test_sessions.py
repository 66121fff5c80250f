"""Sessions begin, go stale, are proved again and end; passwords are hard to guess and replaced."""

from collections.abc import Awaitable, Callable
from importlib.util import find_spec, module_from_spec
from typing import Any

import pytest
from argon2 import PasswordHasher

from fanlight.features.people import access, passwords
from fanlight.features.people.errors import (
    CodeRefused,
    PasswordTooWeak,
    StepUpNeeded,
    WrongCredentials,
)
from fanlight.features.people.models import Agent
from fanlight.features.people.passwords import check_password, is_outdated
from fanlight.features.people.queries import sign_in as queries
from fanlight.features.people.service import sessions, sign_in
from fanlight.features.people.service.sessions import actor_for
from fanlight.features.people.settings import SignInSettings
from fanlight.features.people.timers import tidy
from fanlight.kernel.errors import NotFound, SignInNeeded
from fanlight.kernel.ids import new_id
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work
from tests.builders.sign_in import MEI, PASSWORD, enter, entered, refused_with, turn_on_totp

MakeAgent = Callable[..., Awaitable[Agent]]
ActAs = Callable[[Agent], Awaitable[Work]]


async def test_stepping_up_with_a_code_or_with_a_password_alone(
    work: Work,
    make_agent: MakeAgent,
    act_as: ActAs,
    rules: SignInSettings,
    sealer: Sealer,
    clock: Any,
) -> None:
    mei = await make_agent(email=MEI)
    mine = await act_as(mei)
    clock.pass_by(minutes=6)
    with pytest.raises(StepUpNeeded):
        await sessions.needs_fresh_proof(mine, within_s=300)
    assert refused_with(await sign_in.step_up(mine, sealer, password="guess"), WrongCredentials)
    assert await sign_in.step_up(mine, sealer, password=PASSWORD) is None
    await sessions.needs_fresh_proof(mine, within_s=300)

    app, _ = await turn_on_totp(work, sealer, rules, mei)
    clock.pass_by(minutes=6)
    # Whoever has a second factor shows it: the password is what a thief knows.
    assert refused_with(await sign_in.step_up(mine, sealer, password=PASSWORD), CodeRefused)
    assert await sign_in.step_up(mine, sealer, code=app.at(clock.at)) is None
    await sessions.needs_fresh_proof(mine, within_s=300)


async def test_a_new_password_ends_every_other_session(
    work: Work, make_agent: MakeAgent, act_as: ActAs, optional: SignInSettings
) -> None:
    mei = await make_agent(email=MEI)
    other = entered(await enter(work, optional)).opened
    mine = await act_as(mei)
    new = "a boat of seven reeds"

    assert refused_with(
        await sign_in.change_password(mine, optional, current="guess", new=new), WrongCredentials
    )
    with pytest.raises(PasswordTooWeak):
        await sign_in.change_password(mine, optional, current=PASSWORD, new="short")
    assert await sign_in.change_password(mine, optional, current=PASSWORD, new=new) is None

    with pytest.raises(SignInNeeded):
        await actor_for(work, other.token)
    assert len(await sessions.sessions_of(mine)) == 1
    assert refused_with(await enter(work, optional), WrongCredentials)
    assert entered(await enter(work, optional, password=new)).next == "done"


async def test_a_new_password_is_no_second_factor(
    work: Work,
    make_agent: MakeAgent,
    act_as: ActAs,
    rules: SignInSettings,
    optional: SignInSettings,
    sealer: Sealer,
    clock: Any,
) -> None:
    mei = await make_agent(email=MEI)
    mine = await act_as(mei)
    await turn_on_totp(work, sealer, rules, mei)
    clock.pass_by(minutes=6)

    new = "a boat of seven reeds"
    assert await sign_in.change_password(mine, optional, current=PASSWORD, new=new) is None

    # Else whoever knows the password alone could take the second factor off.
    with pytest.raises(StepUpNeeded):
        await sessions.needs_fresh_proof(mine, within_s=300)


async def test_sessions_are_listed_and_revoked_by_their_owner_alone(
    work: Work, make_agent: MakeAgent, act_as: ActAs, optional: SignInSettings
) -> None:
    mei, jun = await make_agent(email=MEI), await make_agent()
    other = entered(await enter(work, optional)).opened
    mine, juns = await act_as(mei), await act_as(jun)
    assert len(await sessions.sessions_of(mine)) == 2

    with pytest.raises(NotFound):
        await sessions.revoke(juns, other.session.id)
    assert (await actor_for(work, other.token)).id == mei.id
    await sessions.revoke(mine, other.session.id)
    with pytest.raises(SignInNeeded):
        await actor_for(work, other.token)
    with pytest.raises(NotFound):
        await sessions.revoke(mine, other.session.id)
    assert [signal.topic for signal in work.signals] == [access.CHANGED]


async def test_signing_out_ends_this_session_and_a_strange_token_ends_none(
    work: Work, make_agent: MakeAgent, optional: SignInSettings, rules: SignInSettings
) -> None:
    await make_agent(email=MEI)
    mine = entered(await enter(work, optional)).opened
    other = entered(await enter(work, optional)).opened
    await sessions.sign_out(work, "a token nobody has")
    await sessions.sign_out(work, mine.token)
    with pytest.raises(SignInNeeded):
        await actor_for(work, mine.token)
    assert await actor_for(work, other.token)
    half = entered(await enter(work, rules)).opened
    await sessions.sign_out(work, half.token)
    with pytest.raises(SignInNeeded):
        await sessions.half_signed_in(work, half.token)


async def test_a_session_ends_when_nobody_uses_it_and_after_a_week_anyway(
    work: Work, make_agent: MakeAgent, optional: SignInSettings, clock: Any
) -> None:
    await make_agent(email=MEI)
    idle = entered(await enter(work, optional)).opened
    clock.pass_by(hours=12)
    with pytest.raises(SignInNeeded):
        await actor_for(work, idle.token)

    used = entered(await enter(work, optional)).opened
    for _ in range(15):
        clock.pass_by(hours=11)
        await actor_for(work, used.token)
    clock.pass_by(hours=3)  # 168 hours
    with pytest.raises(SignInNeeded):
        await actor_for(work, used.token)


async def test_old_sessions_are_thrown_away(
    work: Work, make_agent: MakeAgent, optional: SignInSettings, clock: Any
) -> None:
    await make_agent(email=MEI)
    old = entered(await enter(work, optional)).opened.session
    clock.pass_by(days=20)
    recent = entered(await enter(work, optional)).opened.session
    clock.pass_by(days=20)
    await tidy(work, None)
    left = await work.rows(type(old.id), "SELECT id FROM agent_sessions")
    assert left == [recent.id]


@pytest.mark.parametrize(
    "password",
    [
        "short words",
        "password 1234567",
        "aaaaaaaaaaaaaaaa",
        "12345678901234",
        "mei@desk.example",
        "mei tan 2026 !!!!",
        "x" * 300,
    ],
)
def test_what_is_easy_to_guess_is_no_password(password: str) -> None:
    with pytest.raises(PasswordTooWeak):
        check_password(password, at_least=12, about=(MEI, "Mei Tan"))


@pytest.mark.parametrize(
    "password", ["lantern over the river", "灯笼在河面上漂着，很慢很慢", "tr0ub4dor&3xyz"]
)
def test_what_is_hard_to_guess_is(password: str) -> None:
    check_password(password, at_least=12, about=(MEI, "Mei Tan"))


async def test_a_weak_old_hash_is_replaced_at_the_next_sign_in(
    work: Work, make_agent: MakeAgent, optional: SignInSettings
) -> None:
    mei = await make_agent(email=MEI)
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    await queries.save_password(work, mei.id, old)
    await enter(work, optional)
    known = await queries.credentials(work, mei.id)
    assert known is not None
    assert known.password_hash is not None
    assert is_outdated(old)
    assert not is_outdated(known.password_hash)
    assert entered(await enter(work, optional)).next == "done"


async def test_an_unknown_address_takes_as_long_as_a_known_one(
    work: Work, make_agent: MakeAgent, optional: SignInSettings
) -> None:
    """The same hashing is done; the clock itself is too noisy a witness on a busy machine."""
    spec = find_spec(passwords.__name__)
    assert spec is not None
    assert spec.loader is not None
    shipped = module_from_spec(spec)  # as it is, not as tests make it quick
    spec.loader.exec_module(shipped)
    known = await shipped.hash_password(PASSWORD)
    assert shipped._NOBODY.split("$")[1:4] == known.split("$")[1:4]


async def test_nobody_is_nobody(work: Work) -> None:
    with pytest.raises(SignInNeeded):
        await actor_for(work, "")
    with pytest.raises(SignInNeeded):
        await actor_for(work, str(new_id()))
