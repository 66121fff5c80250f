"""Accounts as they are when nothing has gone wrong: who they are, how they sign in."""

import random
import re
from datetime import datetime, timedelta

from fanlight.exchange.connectors.sandbox.cast import cast, played
from fanlight.exchange.connectors.sandbox.world import ACCOUNTS, World
from fanlight.exchange.facts import (
    Account,
    ApiKey,
    Device,
    IdentityCheck,
    IdentityState,
    SecurityChange,
    SignIn,
)

REGIONS = {
    "SG": (("en", "zh-Hans"), "Singapore"),
    "TW": (("zh-Hant",), "Taipei, Taiwan"),
    "HK": (("zh-Hant", "en"), "Hong Kong"),
    "MY": (("zh-Hans", "en"), "Kuala Lumpur, Malaysia"),
    "DE": (("de", "en"), "Berlin, Germany"),
    "NG": (("en",), "Lagos, Nigeria"),
    "BR": (("pt-BR", "en"), "São Paulo, Brazil"),
    "JP": (("ja", "en"), "Osaka, Japan"),
}
_TIERS = ("Regular", "Regular", "Regular", "Regular", "VIP 1", "VIP 1", "VIP 2", "VIP 3")
_LEVELS = ("basic", "standard", "standard", "advanced")
_DEVICES = ("Chrome, Windows", "Safari, macOS", "iPhone app", "Android app", "Firefox, Linux")
_DOMAIN = "mail.example"
_MAILBOX = re.compile(rf"customer([0-9]{{1,5}})@{re.escape(_DOMAIN)}")
USUAL_CHECK = timedelta(hours=6)


def account(world: World, uid: str, number: int) -> Account:
    known, chance = played(uid), world.chance(uid, "account")
    region = chance.choice(list(REGIONS))
    digits = chance.randrange(10**7)
    created_at = world.epoch - timedelta(days=chance.randrange(40, 1500), minutes=number)
    return Account(
        uid=uid,
        tier=known.tier if known else chance.choice(_TIERS),
        region=known.region if known else region,
        languages=(known.language,) if known else REGIONS[region][0],
        email=known.email if known else f"customer{number}@{_DOMAIN}",
        phone=f"+999{digits:07d}",  # a country code that is given to nobody
        created_at=created_at,
        flags=frozenset({"vip"} if chance.random() < 0.05 else ()),
    )


def number_at(email: str) -> int | None:
    """The number in a mailbox of ours, or None."""
    for place, each in enumerate(cast()):
        if each.email == email:
            return ACCOUNTS - len(cast()) + place
    found = _MAILBOX.fullmatch(email)
    return int(found[1]) if found is not None else None


def identity(world: World, uid: str) -> IdentityCheck:
    known, chance = played(uid), world.chance(uid, "identity")
    submitted_at = world.epoch - timedelta(days=chance.randrange(20, 39), hours=4)
    return IdentityCheck(
        state=IdentityState.PASSED,
        level=known.identity if known else chance.choice(_LEVELS),
        submitted_at=submitted_at,
        decided_at=submitted_at + timedelta(minutes=chance.randrange(20, 240)),
        usual=USUAL_CHECK,
    )


def place(world: World, uid: str, number: int) -> str:
    """Where this person usually is."""
    return REGIONS[account(world, uid, number).region][1]


def devices(world: World, uid: str, number: int) -> list[Device]:
    chance, where = world.chance(uid, "devices"), place(world, uid, number)
    names = chance.sample(_DEVICES, chance.choice((1, 1, 2)))
    return [
        Device(
            id=f"dev-{number}-{count}",
            name=name,
            place=where,
            first_seen_at=world.epoch - timedelta(days=chance.randrange(8, 38)),
            last_seen_at=world.epoch - timedelta(hours=chance.randrange(1, 90)),
            is_trusted=True,
        )
        for count, name in enumerate(names)
    ]


def sign_ins(world: World, uid: str, number: int) -> list[SignIn]:
    chance, known = world.chance(uid, "sign_ins"), devices(world, uid, number)
    at, found = world.epoch, []
    for _ in range(chance.randrange(3, 9)):
        at -= timedelta(minutes=chance.randrange(90, 6_000))
        device = chance.choice(known)
        found.append(_sign_in(at, device, chance))
    return found


def _sign_in(at: datetime, device: Device, chance: random.Random) -> SignIn:
    return SignIn(
        at=at,
        is_success=True,
        method=chance.choice(("password+totp", "passkey")),
        device=device.name,
        place=device.place,
    )


def security_changes(world: World, uid: str, number: int) -> list[SecurityChange]:
    known = devices(world, uid, number)[0]
    set_up_at = account(world, uid, number).created_at + timedelta(minutes=9)
    return [
        SecurityChange(
            at=set_up_at, kind="totp", action="added", device=known.name, place=known.place
        )
    ]


def api_keys(world: World, uid: str) -> list[ApiKey]:
    chance = world.chance(uid, "api_keys")
    if chance.random() < 0.7:
        return []
    return [
        ApiKey(
            prefix=f"mk_{chance.getrandbits(32):08x}",
            label="bot",
            created_at=world.epoch - timedelta(days=chance.randrange(10, 38)),
            expires_at=world.epoch + timedelta(days=chance.randrange(20, 80)),
            rights=frozenset({"read", "trade"}),
            has_address_list=True,
        )
    ]
