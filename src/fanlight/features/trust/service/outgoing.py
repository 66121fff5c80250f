"""What an agent is about to send: links that are not ours, asks for secrets, deposit addresses.

What is sent on the blockchain cannot be called back, and what looks like us must never come from
us: a look-alike is refused, the rest is asked about once more.
"""

import asyncio
from collections.abc import Sequence
from typing import Literal

import msgspec

from fanlight.features.trust.errors import LookAlikeInReply, SecondLookNeeded
from fanlight.features.trust.lookalikes import Registry, Standing
from fanlight.features.trust.naming import SourceKind, read
from fanlight.features.trust.service.asks import asks
from fanlight.features.trust.service.official import registry
from fanlight.features.trust.service.texts import names_in
from fanlight.kernel import audit
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.entities import recognise
from fanlight.kernel.entities.kinds import EntityKind
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_READ = 50_000  # characters of an answer; longer ones are refused elsewhere


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Something to look at once more. ``key`` says it again when the agent is sure."""

    code: Literal["unknown_link", "asks_secret", "deposit_address"]
    value: str  # the link, the address, the sentence

    @property
    def key(self) -> str:
        return f"{self.code}:{self.value}"


async def look_over(work: Work, text: str, *, target: str, confirmed: Sequence[str] = ()) -> None:
    """Let an agent's answer pass, or not.

    Args:
        target: what the audit names when doubts were confirmed, e.g. ``ticket:<id>``.
        confirmed: keys of the doubts that the agent has looked at.

    Raises:
        LookAlikeInReply: a link or address in it imitates us, or was ours.
        SecondLookNeeded: something in it has to be confirmed first.
    """
    ours = await registry(work)
    brand = work.of(Settings)[BrandSettings]
    own = (brand.help_host.partition("/")[0], brand.site_url.partition("://")[2].partition("/")[0])
    doubts = await asyncio.to_thread(_doubts, ours, text[:_READ], own)
    left = [doubt for doubt in doubts if doubt.key not in confirmed]
    if left:
        raise SecondLookNeeded(doubts=[_told(doubt) for doubt in left])
    if doubts:
        codes = sorted({doubt.code for doubt in doubts})
        await audit.record(work, "reply.confirmed", target, doubts=codes)


def _told(doubt: Doubt) -> dict[str, str]:
    return {"code": doubt.code, "value": doubt.value, "key": doubt.key}


def _doubts(ours: Registry, text: str, own: Sequence[str]) -> list[Doubt]:
    found: dict[str, Doubt] = {}
    for value in names_in(text):
        name = read(value)
        if name is None or _is_own(value, own):
            continue
        judged = ours.judge(value)
        if judged.verdict in {Standing.LOOK_ALIKE, Standing.RETIRED}:
            raise LookAlikeInReply(value=value[:200], of=judged.of or "")
        if judged.verdict is Standing.UNKNOWN and name.kind is not SourceKind.HANDLE:
            _add(found, Doubt(code="unknown_link", value=value[:200]))
    for sentence in asks(text):
        _add(found, Doubt(code="asks_secret", value=sentence))
    for entity in recognise(text):
        if entity.kind is EntityKind.ADDRESS:
            _add(found, Doubt(code="deposit_address", value=entity.value[:200]))
    return list(found.values())


def _add(found: dict[str, Doubt], doubt: Doubt) -> None:
    found.setdefault(doubt.key, doubt)


def _is_own(value: str, own: Sequence[str]) -> bool:
    """A link to this very help center or the exchange's site, as the settings name them."""
    host = value.partition("://")[2].partition("/")[0].lower()
    return bool(host) and host in own
