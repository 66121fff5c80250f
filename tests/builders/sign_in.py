"""Signing in as a test does it: in one line, and what came of it looked at in one word."""

import pyotp

from fanlight.features.people.models import Agent
from fanlight.features.people.service import sign_in, totp
from fanlight.features.people.service.sessions import Where
from fanlight.features.people.service.sign_in import Refused, SignedIn
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work

MEI = "mei@desk.example"
PASSWORD = "lantern over the river"
HERE = Where(ip="192.0.2.7", user_agent="Firefox on Linux")


async def enter(
    work: Work, rules: SignInSettings, *, email: str = MEI, password: str = PASSWORD
) -> SignedIn | Refused:
    return await enter_from(work, rules, HERE, email=email, password=password)


async def enter_from(
    work: Work, rules: SignInSettings, where: Where, *, email: str, password: str
) -> SignedIn | Refused:
    """The first step from a place, as its door takes it."""
    tried = await sign_in.count_try(work, email=email, where=where)
    fits = await sign_in.fits(tried, password)
    return await sign_in.sign_in(work, rules, tried, fits=fits, password=password, where=where)


def entered(outcome: SignedIn | Refused) -> SignedIn:
    assert isinstance(outcome, SignedIn), outcome
    return outcome


def refused_with(outcome: object, error: type[Exception]) -> bool:
    return isinstance(outcome, Refused) and type(outcome.error) is error


async def turn_on_totp(
    work: Work, sealer: Sealer, rules: SignInSettings, agent: Agent
) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    begun = await totp.begin(work, sealer, rules, agent.id)
    app = pyotp.TOTP(begun.secret)
    codes = await totp.confirm(work, sealer, agent.id, app.at(work.now()))
    return app, codes
