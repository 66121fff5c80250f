"""Who plays in the demo: teams, agents and customers, all of them invented."""

import random
from functools import cache
from pathlib import Path

import msgspec

from fanlight.app.demo_exchange import site
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.features.people.models import PresenceState

FOLDER = Path(__file__).resolve().parents[4] / "content" / "demo"
DOMAIN = "meridian.example"
_MOST = 500  # customers who write
_MAIL_DOMAINS = ("mail.example", "post.example", "inbox.example")


class Team(msgspec.Struct, frozen=True):
    """A team of the invented exchange."""

    key: str
    name: str
    languages: tuple[str, ...]


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who answers; ``title`` tells a visitor of the demo whom to sign in as."""

    login: str
    name: str
    language: str
    languages: tuple[str, ...]
    role_key: str = msgspec.field(name="role")
    title: str
    teams: tuple[str, ...]
    presence: PresenceState

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"

    @property
    def role(self) -> str:
        return self.title


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who writes: by which names each channel knows them, and which channels they use."""

    name: str
    language: str
    email: str
    uid: str | None
    telegram: str | None
    handle: str
    visitor: str  # the key of their browser where they are not signed in
    is_visiting: bool = False  # one of those a person may play on the demo exchange
    is_stranger: bool = False  # a sender of spam


class _File(msgspec.Struct, frozen=True):
    password: str
    team: list[Team]
    agent: list[Agent]
    customers: dict[str, list[tuple[str, str]]]
    strangers: dict[str, list[tuple[str, str]]]


@cache
def file() -> _File:
    return msgspec.toml.decode((FOLDER / "people.toml").read_bytes(), type=_File)


@cache
def customers() -> tuple[Customer, ...]:
    """Everybody who writes, the customers of the demo exchange first."""
    # Chance only varies what is shown, and the seed makes every demo alike.
    chance = random.Random(1_000)  # noqa: S311
    playable = [
        Customer(
            name=each.name,
            language=each.language,
            email=each.email,
            uid=each.uid,
            telegram=None,
            handle="",
            visitor=f"{chance.getrandbits(256):064x}",
            is_visiting=True,
        )
        for each in site().customer
    ]
    uids = iter(Sandbox().uids[:: len(Sandbox().uids) // _MOST])  # accounts of the demo's exchange
    others = [
        _customer(name, login, language, number, next(uids), chance)
        for language, people in file().customers.items()
        for number, (name, login) in enumerate(people)
    ]
    strangers = [
        Customer(
            name=name,
            language=language,
            email=email,
            uid=None,
            telegram=None,
            handle="",
            visitor="",
            is_stranger=True,
        )
        for language, people in file().strangers.items()
        for name, email in people
    ]
    return (*playable, *others, *strangers)


def _customer(
    name: str, login: str, language: str, number: int, uid: str, chance: random.Random
) -> Customer:
    has_account = number % 8 != 7  # the eighth only looks around, or cannot sign in
    has_telegram = number % 7 != 2
    return Customer(
        name=name,
        language=language,
        email=f"{login}@{_MAIL_DOMAINS[number % len(_MAIL_DOMAINS)]}",
        uid=uid if has_account else None,
        telegram=str(chance.randrange(10**9, 7 * 10**9)) if has_telegram else None,
        handle=f"@{login.replace('.', '_')}",
        visitor=f"{chance.getrandbits(256):064x}",
    )
