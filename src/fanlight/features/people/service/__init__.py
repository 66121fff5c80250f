"""What can be done with people, one family of verbs a file.

``customers`` (find, link, merge), ``cards`` (what agents see), ``agents``, ``account``, ``teams``,
``links`` (first start, invitations), ``sign_in``, ``enrolment``, ``sessions``, ``totp``,
``passkeys``. The verbs that other rooms call most stand here too.
"""

from fanlight.features.people.service.account import set_presence
from fanlight.features.people.service.agents import make_agent
from fanlight.features.people.service.cards import preview_merge
from fanlight.features.people.service.customers import (
    find_or_make_customer,
    identities_of,
    link_identity,
    mark_proven,
    merge,
    save_language,
)
from fanlight.features.people.service.links import make_set_up_token
from fanlight.features.people.service.sessions import actor_for
from fanlight.features.people.service.teams import make_team

__all__ = [
    "actor_for",
    "find_or_make_customer",
    "identities_of",
    "link_identity",
    "make_agent",
    "make_set_up_token",
    "make_team",
    "mark_proven",
    "merge",
    "preview_merge",
    "save_language",
    "set_presence",
]
