"""The table of who may do what: every role against every verb, allowed and refused alike."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fanlight.features.people.models import Agent
from fanlight.features.people.permissions import FACTS, PERMISSIONS
from fanlight.features.people.queries import agents as queries
from fanlight.features.people.service import agents, cards, customers, teams
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Actor, Work

MakeAgent = Callable[..., Awaitable[Agent]]
ActAs = Callable[[Agent], Awaitable[Work]]
Verb = Callable[[Work, SignInSettings, "Scene"], Awaitable[object]]

_LEAD = (
    set(PERMISSIONS)
    - FACTS
    - {
        "agent.manage",
        "role.manage",
        "audit.see",
        "article.publish",
        "settings.see",
    }
)
# What the roles that come with the desk may do, said a second time so that a slip is seen.
SHIPPED: dict[str, set[str]] = {
    "admin": set(PERMISSIONS) - FACTS,
    "lead": _LEAD,
    "agent": {
        "ticket.see_team",
        "ticket.reply",
        "ticket.note",
        "ticket.assign",
        "ticket.edit",
        "ticket.solve",
        "customer.see",
        "customer.reveal",
        "account.see",
        "freeze.ask",
        "diagnostic.run",
    },
    "editor": {"ticket.see_team", "article.edit", "article.publish"},
    "auditor": {
        "ticket.see_all",
        "ticket.see_team",
        "customer.see",
        "oversight.see",
        "audit.see",
        "job.see",
        "settings.see",
    },
    "vendor": {"ticket.reply", "ticket.note", "ticket.solve", "customer.see", "customer.reveal"},
}


class Scene:
    """What the verbs act on."""

    def __init__(self, lin: Any, kim: Any, mei: Agent, team: str) -> None:
        self.lin, self.kim, self.mei, self.team = lin, kim, mei, team


async def _card(work: Work, customer: Any) -> object:
    return cards.card(work, customer, [])


VERBS: dict[str, tuple[set[str], Verb]] = {
    "card": ({"customer.see"}, lambda w, s, x: _card(w, x.lin)),
    "reveal": (
        {"customer.reveal"},
        lambda w, s, x: cards.in_clear(w, x.lin.id, "name"),
    ),
    "preview_merge": (
        {"customer.merge"},
        lambda w, s, x: cards.preview_merge(w, x.lin.id, x.kim.id),
    ),
    "merge": (
        {"customer.merge"},
        lambda w, s, x: customers.merge(
            w, x.lin.id, x.kim.id, versions=(1, 1), reason="same person"
        ),
    ),
    "agent_rows": ({"agent.manage", "team.manage"}, lambda w, s, x: agents.agent_rows(w)),
    "invite": (
        {"agent.manage"},
        lambda w, s, x: agents.invite(w, s, email="n@desk.example", name="New", roles=[]),
    ),
    "change_agent": (
        {"agent.manage"},
        lambda w, s, x: agents.change_agent(w, s, x.mei.id, agents.Wanted(name="Mei Lin")),
    ),
    "new_link": ({"agent.manage"}, lambda w, s, x: agents.new_link(w, s, x.mei.id)),
    "make_agent": (
        {"agent.manage"},
        lambda w, s, x: agents.make_agent(w, email="n@desk.example", name="New", password=None),
    ),
    "make_team": ({"team.manage"}, lambda w, s, x: teams.make_team(w, key="night", name="Night")),
    "change_team": ({"team.manage"}, lambda w, s, x: teams.change_team(w, x.team, name="Other")),
    "roles": ({"agent.manage", "role.manage"}, lambda w, s, x: teams.roles(w)),
    "store_role": (
        {"role.manage"},
        lambda w, s, x: teams.store_role(w, s, key="night", name="Night", permissions=[]),
    ),
}


async def test_the_roles_that_come_with_the_desk(work: Work) -> None:
    shipped = {role.key: set(role.permissions) for role in await queries.roles(work)}
    assert shipped == SHIPPED


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [*SHIPPED, "nothing"])
async def test_who_may_do_what(
    work: Work,
    make_agent: MakeAgent,
    act_as: ActAs,
    rules: SignInSettings,
    team: str,
    role: str,
    verb: str,
) -> None:
    scene = Scene(
        await customers.find_or_make_customer(work, "email", "lin@mail.example", name="Lin"),
        await customers.find_or_make_customer(work, "email", "kim@mail.example"),
        await make_agent(roles=[], password=None),
        team,
    )
    await make_agent(roles=["admin"])
    actor = await act_as(await make_agent(roles=[role] if role in SHIPPED else []))
    any_of, do = VERBS[verb]
    if any_of & SHIPPED.get(role, set()):
        await do(actor, rules, scene)
    else:
        with pytest.raises(NotAllowed) as refused:
            await do(actor, rules, scene)
        assert refused.value.params["permission"] in any_of


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", ["customer", "visitor"])
async def test_nobody_outside_may_do_any_of_it(
    work: Work,
    make_agent: MakeAgent,
    rules: SignInSettings,
    team: str,
    kind: str,
    verb: str,
) -> None:
    lin = await customers.find_or_make_customer(work, "email", "lin@mail.example", name="Lin")
    kim = await customers.find_or_make_customer(work, "email", "kim@mail.example")
    scene = Scene(lin, kim, await make_agent(roles=[], password=None), team)
    outside = work.acting_as(Actor(kind=kind, id=lin.id))
    with pytest.raises(NotAllowed):
        await VERBS[verb][1](outside, rules, scene)
