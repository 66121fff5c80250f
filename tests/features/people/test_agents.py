"""Agents are made, invited, changed and suspended; nobody gives what they do not hold."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fanlight.features.people.errors import (
    AgentNotFound,
    EmailTaken,
    LastAdministrator,
    LinkEnded,
    PasswordTooWeak,
    RoleFixed,
    RoleNotFound,
    StepUpNeeded,
    TeamKeyTaken,
    TeamNotFound,
)
from fanlight.features.people.events import AgentSuspended, PresenceChanged
from fanlight.features.people.models import Agent, AgentState, PresenceState
from fanlight.features.people.queries import agents as queries
from fanlight.features.people.service import account, agents, links, passkeys, teams, totp
from fanlight.features.people.service.agents import Invited, Wanted
from fanlight.features.people.service.sessions import Where, actor_for
from fanlight.features.people.service.sign_in import SignedIn
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit
from fanlight.kernel.errors import Malformed, NotAllowed
from fanlight.kernel.ids import new_id
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Actor, Work

MakeAgent = Callable[..., Awaitable[Agent]]
ActAs = Callable[[Agent], Awaitable[Work]]
HERE = Where(ip="192.0.2.7")
PASSWORD = "lantern over the river"
NEW = "a boat of seven reeds"


@pytest.fixture
async def admin(make_agent: MakeAgent, act_as: ActAs) -> Work:
    return await act_as(await make_agent(name="Ada", roles=["admin"]))


@pytest.fixture
async def hiring(admin: Work, make_agent: MakeAgent, act_as: ActAs, rules: SignInSettings) -> Work:
    """Somebody who manages agents but is no administrator."""
    granted = ["agent.manage", "ticket.reply"]
    await teams.store_role(admin, rules, key="hiring", name="Hiring", permissions=granted)
    return await act_as(await make_agent(name="Hana", roles=["hiring"]))


async def accept(
    work: Work, rules: SignInSettings, token: str, *, name: str = "", password: str = NEW
) -> SignedIn:
    return await links.accept_link(
        work, rules, token=token, name=name, password=password, where=HERE
    )


async def test_an_invited_agent_sets_a_password_and_is_in(
    work: Work, admin: Work, team: str, optional: SignInSettings
) -> None:
    invited = await agents.invite(
        admin,
        optional,
        email="Jun@Desk.Example",
        name="Jun",
        roles=["agent"],
        teams=[team],
        languages=["zh-Hant", "en"],
    )
    assert (await queries.get_agent(work, invited.agent_id)).state is AgentState.INVITED

    done = await accept(work, optional, invited.token, name="Jun Ito")

    actor = await actor_for(work, done.opened.token)
    assert (actor.id, actor.name, actor.queues) == (invited.agent_id, "Jun Ito", (team,))
    agent = await queries.get_agent(work, invited.agent_id)
    assert (agent.email, agent.state) == ("jun@desk.example", AgentState.ACTIVE)
    assert agent.public_name == "Jun Ito"
    with pytest.raises(LinkEnded):
        await accept(work, optional, invited.token)


async def test_a_link_ends(work: Work, admin: Work, optional: SignInSettings, clock: Any) -> None:
    invited = await agents.invite(
        admin, optional, email="jun@desk.example", name="Jun", roles=["agent"]
    )
    renewed = await agents.new_link(admin, optional, invited.agent_id)
    for token in (invited.token, "never made", ""):
        with pytest.raises(LinkEnded):
            await accept(work, optional, token)
    with pytest.raises(PasswordTooWeak):
        async with work.connection.transaction():
            await accept(work, optional, renewed.token, password="short")
    clock.pass_by(hours=72)
    with pytest.raises(LinkEnded):
        await accept(work, optional, renewed.token)


async def test_a_new_link_keeps_the_second_factor_unless_it_is_lost(
    work: Work,
    admin: Work,
    make_agent: MakeAgent,
    optional: SignInSettings,
    sealer: Sealer,
    new_passkey: Callable[..., Any],
) -> None:
    mei = await make_agent()
    site = passkeys.Site(rp_id="desk.example", origins=("https://desk.example",), name="Fanlight")
    options = await passkeys.registration_options(work, site, mei.id)
    await passkeys.register(
        work, sealer, site, mei.id, credential=new_passkey().create(options), name=""
    )
    link = await agents.new_link(admin, optional, mei.id)
    assert (await accept(work, optional, link.token)).next == "passkey"

    link = await agents.new_link(admin, optional, mei.id, drop_second_factor=True)
    assert (await accept(work, optional, link.token)).next == "done"
    done = await audit.page(work, target=f"agent:{mei.id}")
    assert "second_factor.dropped" in {entry.action for entry in done}


async def test_the_first_administrator_is_made_once(
    work: Work, rules: SignInSettings, clock: Any
) -> None:
    async def set_up(token: str, password: str = NEW) -> SignedIn:
        return await links.set_up(
            work,
            rules,
            token=token,
            name="Ada",
            email="ada@desk.example",
            password=password,
            where=HERE,
        )

    first = await links.make_set_up_token(work)
    token = await links.make_set_up_token(work)  # the next start prints another one
    assert first is not None
    assert token is not None
    for wrong in (first, "guess"):
        with pytest.raises(LinkEnded):
            await set_up(wrong)
    with pytest.raises(PasswordTooWeak):
        await set_up(token, "short")

    done = await set_up(token)

    assert done.next == "enrol"
    [ada] = await queries.agent_rows(work)
    assert (ada.roles, ada.state) == (("admin",), AgentState.ACTIVE)
    assert await links.make_set_up_token(work) is None
    with pytest.raises(LinkEnded):
        await set_up(token)


async def test_the_set_up_link_ends_after_a_day_or_when_agents_came_otherwise(
    work: Work, rules: SignInSettings, make_agent: MakeAgent, clock: Any
) -> None:
    async def set_up(token: str) -> SignedIn:
        return await links.set_up(
            work,
            rules,
            token=token,
            name="Ada",
            email="a@desk.example",
            password=NEW,
            where=HERE,
        )

    late = await links.make_set_up_token(work)
    clock.pass_by(hours=24)
    with pytest.raises(LinkEnded):
        await set_up(str(late))
    token = await links.make_set_up_token(work)
    await make_agent()
    with pytest.raises(LinkEnded):
        await set_up(str(token))


async def test_one_address_is_one_agent(work: Work, make_agent: MakeAgent) -> None:
    await make_agent(email="mei@desk.example")
    with pytest.raises(EmailTaken):
        await make_agent(email="MEI@desk.example")
    assert len(await queries.agent_rows(work)) == 1


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"email": "no address"}, Malformed),
        ({"name": "  "}, Malformed),
        ({"name": "x" * 121}, Malformed),
        ({"name": "Mei\u202eTan"}, Malformed),
        ({"roles": ["emperor"]}, RoleNotFound),
        ({"teams": ["nowhere"]}, TeamNotFound),
    ],
)
async def test_what_does_not_fit_makes_no_agent(
    work: Work, make_agent: MakeAgent, wanted: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await make_agent(**wanted)
    assert await queries.agent_rows(work) == []


async def test_changing_roles_and_teams_counts_from_the_next_request(
    work: Work,
    admin: Work,
    team: str,
    make_agent: MakeAgent,
    act_as: ActAs,
    rules: SignInSettings,
) -> None:
    mei = await make_agent()
    assert not (await act_as(mei)).actor.may("team.manage")
    row = await agents.change_agent(
        admin, rules, mei.id, Wanted(roles=("agent", "lead"), teams=(team,), name="Mei Lin")
    )
    assert (row.roles, row.teams, row.public_name) == (("agent", "lead"), (team,), "Mei Lin")
    actor = (await act_as(mei)).actor
    assert actor.may("team.manage")
    assert actor.queues == (team,)
    with pytest.raises(AgentNotFound):
        await agents.change_agent(admin, rules, new_id(), Wanted(name="Nobody"))
    with pytest.raises(Malformed):
        await agents.change_agent(admin, rules, mei.id, Wanted(state=AgentState.INVITED))


async def test_suspending_tells_everyone_and_ends_links(
    work: Work, admin: Work, rules: SignInSettings
) -> None:
    invited = await agents.invite(
        admin, rules, email="jun@desk.example", name="Jun", roles=["agent"]
    )
    await agents.change_agent(admin, rules, invited.agent_id, Wanted(state=AgentState.SUSPENDED))
    assert work.outbox[-1] == AgentSuspended(agent_id=invited.agent_id)
    with pytest.raises(LinkEnded):
        await accept(work, rules, invited.token)


async def test_somebody_must_be_left_to_administer(
    work: Work, admin: Work, make_agent: MakeAgent, rules: SignInSettings
) -> None:
    ada = admin.actor.id
    for wanted in (Wanted(roles=("agent",)), Wanted(state=AgentState.SUSPENDED)):
        with pytest.raises(LastAdministrator):
            async with work.connection.transaction():
                await agents.change_agent(admin, rules, ada, wanted)
    assert (await queries.agent_row(work, ada)).roles == ("admin",)
    await make_agent(roles=["admin"])
    row = await agents.change_agent(admin, rules, ada, Wanted(roles=("agent",)))
    assert row.roles == ("agent",)


async def test_nobody_gives_or_touches_what_they_do_not_hold(
    work: Work, hiring: Work, admin: Work, make_agent: MakeAgent, rules: SignInSettings
) -> None:
    mei = await make_agent(roles=[])
    ada = admin.actor.id
    with pytest.raises(NotAllowed):
        await agents.change_agent(hiring, rules, mei.id, Wanted(roles=("admin",)))
    with pytest.raises(NotAllowed):
        await agents.invite(hiring, rules, email="new@desk.example", name="New", roles=["lead"])
    with pytest.raises(NotAllowed):  # a link would be the administrator's password
        await agents.new_link(hiring, rules, ada)
    with pytest.raises(NotAllowed):
        await agents.change_agent(hiring, rules, ada, Wanted(name="Nobody"))
    row = await agents.change_agent(hiring, rules, mei.id, Wanted(roles=("hiring",)))
    assert row.roles == ("hiring",)


async def test_changing_people_wants_a_fresh_proof(
    admin: Work, make_agent: MakeAgent, rules: SignInSettings, clock: Any
) -> None:
    mei = await make_agent()
    clock.pass_by(minutes=6)
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: agents.change_agent(admin, rules, mei.id, Wanted(name="Mei Lin")),
        lambda: agents.new_link(admin, rules, mei.id),
        lambda: agents.invite(admin, rules, email="n@desk.example", name="New", roles=[]),
        lambda: teams.store_role(admin, rules, key="own", name="Own", permissions=[]),
        lambda: totp.turn_off(admin, rules),
        lambda: passkeys.remove(admin, rules, new_id()),
    ]
    for attempt in attempts:
        with pytest.raises(StepUpNeeded):
            await attempt()


async def test_roles_of_ones_own(
    work: Work, admin: Work, make_agent: MakeAgent, rules: SignInSettings
) -> None:
    async def store(key: str, *permissions: str, by: Work = admin) -> Any:
        return await teams.store_role(
            by, rules, key=key, name="Night shift", permissions=permissions
        )

    made = await store("night", "ticket.reply", "ticket.note", "ticket.note")
    assert (made.permissions, made.is_shipped) == (("ticket.note", "ticket.reply"), False)
    assert (await store("night", "ticket.note")).permissions == ("ticket.note",)
    with pytest.raises(RoleFixed):
        await store("admin", "ticket.note")
    with pytest.raises(Malformed):
        await store("night", "ticket.burn")
    with pytest.raises(Malformed):
        await store("Night Shift", "ticket.note")
    limited = work.acting_as(
        Actor(
            kind="agent",
            id=admin.actor.id,
            permissions=frozenset({"role.manage"}),
            session_id=admin.actor.session_id,
        )
    )
    with pytest.raises(NotAllowed):
        await store("night", "agent.manage", by=limited)


async def test_teams_are_made_changed_and_archived(
    work: Work, admin: Work, make_agent: MakeAgent
) -> None:
    mei = await make_agent()
    made = await teams.make_team(
        admin, key="deposits", name="Deposits", languages=["en"], members=[mei.id, new_id()]
    )
    assert made.members == (mei.id,)  # whoever does not exist is nobody's colleague
    with pytest.raises(TeamKeyTaken):
        await teams.make_team(admin, key="deposits", name="Again")
    with pytest.raises(Malformed):
        await teams.make_team(admin, key="Bad Key", name="Bad")
    with pytest.raises(TeamNotFound):
        await teams.change_team(admin, "nowhere", name="No")

    changed = await teams.change_team(admin, "deposits", name="Deposits and rails", members=[])
    assert (changed.name, changed.members, changed.languages) == ("Deposits and rails", (), ("en",))
    archived = await teams.change_team(admin, "deposits", is_archived=True)
    assert archived.archived_at == work.now()
    with pytest.raises(TeamNotFound):
        await make_agent(teams=["deposits"])
    assert (await teams.change_team(admin, "deposits", is_archived=False)).archived_at is None


async def test_an_archived_team_gives_no_queue(
    admin: Work, team: str, make_agent: MakeAgent, act_as: ActAs
) -> None:
    mei = await make_agent(teams=[team])
    assert (await act_as(mei)).actor.queues == (team,)
    await teams.change_team(admin, team, is_archived=True)
    assert (await act_as(mei)).actor.queues == ()


async def test_presence_is_said_once(work: Work, make_agent: MakeAgent, act_as: ActAs) -> None:
    mei = await make_agent()
    mine = await act_as(mei)
    assert (await account.profile(mine)).presence is PresenceState.OFF
    await account.set_presence(mine, PresenceState.ONLINE)
    await account.set_presence(mine, PresenceState.ONLINE)
    assert (await account.profile(mine)).presence is PresenceState.ONLINE
    assert work.outbox == [PresenceChanged(agent_id=mei.id, state="online", since=work.now())]
    with pytest.raises(AgentNotFound):
        await account.set_presence(work, PresenceState.AWAY)  # the desk itself is nowhere


async def test_ones_own_settings(make_agent: MakeAgent, act_as: ActAs) -> None:
    mine = await act_as(await make_agent())
    saved = await account.save_profile(mine, theme="dark", language="zh-Hans", public_name="小美")
    assert (saved.theme, saved.language, saved.public_name) == ("dark", "zh-Hans", "小美")
    assert (saved.density, saved.name) == ("compact", "Mei Tan")
    with pytest.raises(Malformed):
        await account.save_profile(mine, language="tlh")
    with pytest.raises(Malformed):
        await account.save_profile(mine, public_name=" ")


async def test_every_change_of_rights_is_written_down(
    work: Work, admin: Work, make_agent: MakeAgent, rules: SignInSettings
) -> None:
    mei = await make_agent()
    invited: Invited = await agents.new_link(admin, rules, mei.id)
    await agents.change_agent(admin, rules, mei.id, Wanted(roles=("lead",)))
    await teams.make_team(admin, key="deposits", name="Deposits")
    entries = await audit.page(work)
    mine = {entry.action for entry in entries if entry.actor_id == admin.actor.id}
    assert mine == {"agent.link_made", "agent.changed", "team.made"}
    assert invited.token not in str(entries)
