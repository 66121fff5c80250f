"""Passkeys, answered by an authenticator in software that signs as a real one would."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fanlight.features.people.errors import PasskeyRefused, SecondFactorNeeded
from fanlight.features.people.models import Agent, AgentState
from fanlight.features.people.service import agents, passkeys, sessions
from fanlight.features.people.service.passkeys import Site
from fanlight.features.people.service.sessions import Opened, Where, actor_for
from fanlight.features.people.service.sign_in import Refused, SignedIn
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit
from fanlight.kernel.errors import NotFound, TooManyTries
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work
from tests.builders.sign_in import enter

MakeAgent = Callable[..., Awaitable[Agent]]
ActAs = Callable[[Agent], Awaitable[Work]]
SITE = Site(rp_id="desk.example", origins=("https://desk.example",), name="Fanlight")
HERE = Where(ip="192.0.2.7")
PASSWORD = "lantern over the river"


class Desk:
    """The ceremonies of this file in one line each."""

    def __init__(self, work: Work, rules: SignInSettings, sealer: Sealer) -> None:
        self.work, self.settings, self.sealer = work, rules, sealer

    async def register(self, agent: Agent, key: Any, name: str = "Laptop") -> passkeys.Registered:
        options = await passkeys.registration_options(self.work, SITE, agent.id)
        return await passkeys.register(
            self.work, self.sealer, SITE, agent.id, credential=key.create(options), name=name
        )

    async def half(self, agent: Agent) -> Opened:
        outcome = await enter(self.work, self.settings, email=agent.email)
        assert isinstance(outcome, SignedIn)
        return outcome.opened

    async def answer(self, credential: str, half: Opened | None = None) -> SignedIn | Refused:
        return await passkeys.sign_in(
            self.work,
            self.settings,
            SITE,
            half.session if half else None,
            credential=credential,
            where=HERE,
        )

    async def ask(self, half: Opened | None = None) -> str:
        session = half.session if half else None
        return await passkeys.sign_in_options(self.work, SITE, session, where=HERE)

    async def sign_in(self, key: Any, half: Opened | None = None) -> SignedIn | Refused:
        return await self.answer(key.get(await self.ask(half)), half)


@pytest.fixture
def desk(work: Work, rules: SignInSettings, sealer: Sealer) -> Desk:
    return Desk(work, rules, sealer)


def is_refused(outcome: SignedIn | Refused) -> bool:
    return isinstance(outcome, Refused) and isinstance(outcome.error, PasskeyRefused)


async def test_a_passkey_signs_in_with_and_without_a_password(
    work: Work, desk: Desk, make_agent: MakeAgent, new_passkey: Callable[..., Any]
) -> None:
    mei, key = await make_agent(), new_passkey()
    made = await desk.register(mei, key)
    assert (made.passkey.name, len(made.recovery_codes)) == ("Laptop", 10)

    half = await desk.half(mei)
    second = await desk.sign_in(key, half)
    alone = await desk.sign_in(key)

    assert isinstance(second, SignedIn)
    assert isinstance(alone, SignedIn)
    assert second.opened.session.method == "password+passkey"
    assert alone.opened.session.method == "passkey"
    assert (await actor_for(work, alone.opened.token)).id == mei.id


async def test_options_ask_for_user_verification_on_our_site(
    work: Work, desk: Desk, make_agent: MakeAgent, new_passkey: Callable[..., Any]
) -> None:
    mei, key = await make_agent(), new_passkey()
    options = json.loads(await passkeys.registration_options(work, SITE, mei.id))
    assert options["rp"] == {"id": "desk.example", "name": "Fanlight"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    await desk.register(mei, key)
    asked = json.loads(await desk.ask(await desk.half(mei)))
    assert (asked["userVerification"], len(asked["allowCredentials"])) == ("required", 1)
    anybody = json.loads(await desk.ask())
    assert anybody["allowCredentials"] == []  # names nobody to whoever asks


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://desk.example.evil.example"},
        {"origin": "http://desk.example"},
        {"rp_id": "evil.example"},
        {"verifies_user": False},
    ],
)
async def test_an_answer_for_another_site_or_without_the_person_is_refused(
    work: Work,
    desk: Desk,
    make_agent: MakeAgent,
    new_passkey: Callable[..., Any],
    wrong: dict[str, Any],
) -> None:
    mei, key = await make_agent(), new_passkey()
    stranger = new_passkey()
    for name, value in wrong.items():
        setattr(stranger, name, value)
    with pytest.raises(PasskeyRefused):
        await desk.register(mei, stranger)
    await desk.register(mei, key)
    for name, value in wrong.items():
        setattr(key, name, value)
    assert is_refused(await desk.sign_in(key))
    assert (await audit.page(work))[0].action == "sign_in.refused"


async def test_a_challenge_is_answered_once_and_within_two_minutes(
    desk: Desk, make_agent: MakeAgent, new_passkey: Callable[..., Any], clock: Any
) -> None:
    key = new_passkey()
    await desk.register(await make_agent(), key)
    answer = key.get(await desk.ask())
    assert isinstance(await desk.answer(answer), SignedIn)
    assert is_refused(await desk.answer(answer))

    options = await desk.ask()
    clock.pass_by(minutes=2)
    assert is_refused(await desk.answer(key.get(options)))


async def test_a_challenge_belongs_to_its_purpose_and_its_agent(
    desk: Desk,
    work: Work,
    make_agent: MakeAgent,
    act_as: ActAs,
    new_passkey: Callable[..., Any],
) -> None:
    mei, jun, key, other = await make_agent(), await make_agent(), new_passkey(), new_passkey()
    await desk.register(mei, key)
    await desk.register(jun, other)
    stepping_up = await passkeys.step_up_options(await act_as(mei), SITE)
    assert is_refused(await desk.answer(key.get(stepping_up)))
    half = await desk.half(mei)
    assert is_refused(await desk.answer(other.get(await desk.ask(half)), half))
    registering = await passkeys.registration_options(work, SITE, jun.id)
    with pytest.raises(PasskeyRefused):
        await passkeys.register(
            work, desk.sealer, SITE, mei.id, credential=key.create(registering), name=""
        )


async def test_another_key_cannot_answer_in_its_name(
    desk: Desk, make_agent: MakeAgent, new_passkey: Callable[..., Any]
) -> None:
    key, forger = new_passkey(), new_passkey()
    await desk.register(await make_agent(), key)
    forger.credential_id = key.credential_id
    assert is_refused(await desk.sign_in(forger))
    assert isinstance(await desk.sign_in(key), SignedIn)


async def test_a_counter_that_goes_back_locks_the_passkey_and_is_written_down(
    work: Work, desk: Desk, make_agent: MakeAgent, new_passkey: Callable[..., Any]
) -> None:
    mei, key, copy = await make_agent(), new_passkey(), new_passkey()
    key.count = 5
    await desk.register(mei, key)
    key.count = 7
    assert isinstance(await desk.sign_in(key), SignedIn)
    copy.key, copy.credential_id, copy.count = key.key, key.credential_id, 6

    assert is_refused(await desk.sign_in(copy))
    assert (await audit.page(work))[0].action == "passkey.suspected"
    key.count = 8
    assert is_refused(await desk.sign_in(key))  # which of the two is the thief, a person decides
    mine = work.acting_as(work.actor)
    [seen] = await passkeys.queries.passkeys_of(mine, mei.id)
    assert seen.suspected_at == work.now()


async def test_a_forged_counter_accuses_nobody(
    desk: Desk, work: Work, make_agent: MakeAgent, new_passkey: Callable[..., Any]
) -> None:
    key, forger = new_passkey(), new_passkey()
    key.count = 5
    await desk.register(await make_agent(), key)
    forger.credential_id, forger.count = key.credential_id, 1
    assert is_refused(await desk.sign_in(forger))
    key.count = 6
    assert isinstance(await desk.sign_in(key), SignedIn)


async def test_the_same_passkey_is_not_registered_twice(
    desk: Desk, make_agent: MakeAgent, new_passkey: Callable[..., Any]
) -> None:
    mei, jun, key = await make_agent(), await make_agent(), new_passkey()
    await desk.register(mei, key)
    for agent in (mei, jun):
        with pytest.raises(PasskeyRefused):
            await desk.register(agent, key)
    second = await desk.register(mei, new_passkey(), name="  ")
    assert (second.passkey.name, second.recovery_codes) == ("Passkey", ())


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"id":"x"}', "{" * 1000])
async def test_what_is_no_answer_is_refused(
    work: Work, desk: Desk, make_agent: MakeAgent, credential: str
) -> None:
    mei = await make_agent()
    assert is_refused(await desk.answer(credential))
    with pytest.raises(PasskeyRefused):
        await passkeys.register(
            work, desk.sealer, SITE, mei.id, credential=credential, name="Laptop"
        )


async def test_bent_bytes_are_refused(
    desk: Desk, work: Work, make_agent: MakeAgent, new_passkey: Callable[..., Any]
) -> None:
    mei, key = await make_agent(), new_passkey()
    await desk.register(mei, key)
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        for bent_value in ("", "AAAA", "%%%", None, 7):
            answer = json.loads(key.get(await desk.ask()))
            answer["response"][part] = bent_value
            assert is_refused(await desk.answer(json.dumps(answer)))


async def test_a_suspended_agent_does_not_get_in_by_passkey(
    work: Work,
    desk: Desk,
    make_agent: MakeAgent,
    act_as: ActAs,
    rules: SignInSettings,
    new_passkey: Callable[..., Any],
) -> None:
    mei, key = await make_agent(), new_passkey()
    await desk.register(mei, key)
    admin = await act_as(await make_agent(roles=["admin"]))
    await agents.change_agent(admin, rules, mei.id, agents.Wanted(state=AgentState.SUSPENDED))
    assert is_refused(await desk.sign_in(key))


async def test_stepping_up_by_passkey(
    work: Work,
    desk: Desk,
    make_agent: MakeAgent,
    act_as: ActAs,
    new_passkey: Callable[..., Any],
    clock: Any,
) -> None:
    mei, key = await make_agent(), new_passkey()
    await desk.register(mei, key)
    mine = await act_as(mei)
    clock.pass_by(minutes=10)
    answer = key.get(await passkeys.step_up_options(mine, SITE))
    assert await passkeys.step_up(mine, SITE, credential=answer) is None
    await sessions.needs_fresh_proof(mine, within_s=300)
    assert isinstance(await passkeys.step_up(mine, SITE, credential=answer), Refused)


async def test_a_passkey_is_removed_by_its_owner_while_another_factor_stays(
    desk: Desk,
    make_agent: MakeAgent,
    act_as: ActAs,
    rules: SignInSettings,
    optional: SignInSettings,
    new_passkey: Callable[..., Any],
) -> None:
    mei, jun = await make_agent(), await make_agent()
    first = (await desk.register(mei, new_passkey())).passkey
    second = (await desk.register(mei, new_passkey())).passkey
    mine = await act_as(mei)
    with pytest.raises(NotFound):
        await passkeys.remove(await act_as(jun), rules, first.id)
    await passkeys.remove(mine, rules, first.id)
    assert [each.id for each in await passkeys.passkeys_of(mine)] == [second.id]
    with pytest.raises(SecondFactorNeeded):
        async with mine.connection.transaction():
            await passkeys.remove(mine, rules, second.id)
    await passkeys.remove(mine, optional, second.id)
    assert await passkeys.passkeys_of(mine) == []


async def test_one_network_cannot_ask_without_end(desk: Desk) -> None:
    for _ in range(30):
        await desk.ask()
    with pytest.raises(TooManyTries):
        await desk.ask()
