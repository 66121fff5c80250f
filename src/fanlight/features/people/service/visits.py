"""Customers signed in on the help site: by their exchange's word, or by a link mailed to them."""

import hashlib
import re
from datetime import datetime, timedelta

import msgspec

from fanlight.features.people.assurance import CONTACT_LASTS, Level, Method, level_now, proof_by
from fanlight.features.people.queries import visits
from fanlight.features.people.queries.visits import Link, Visit
from fanlight.kernel.ids import new_token
from fanlight.kernel.jobs import LINE, cron, job
from fanlight.kernel.work import Work

EXCHANGE, EMAIL = "exchange", "email"
IDLE = timedelta(hours=2)  # unused for so long, a visit ends
LONGEST = CONTACT_LASTS  # and in any case when its proof is worth nothing any more
MAILED_LASTS = timedelta(minutes=15)
HANDED_LASTS = timedelta(seconds=60)
_NOTE_EVERY = timedelta(minutes=1)  # a visit is written to no more often than that
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # as kernel.ids.new_token makes them


class MailLink(msgspec.Struct, frozen=True):
    """Who asked for a link, and where it leads."""

    email: str  # in its normal form
    language: str
    leads_to: str


def digest(token: str) -> bytes:
    """Tokens are long and random, so a plain hash hides them well enough."""
    return hashlib.sha256(token.encode()).digest()


def level_of(visit: Visit, now: datetime) -> Level:
    """What the proof behind a visit is still worth."""
    method = Method.SIGNED_SESSION if visit.kind == EXCHANGE else Method.CODE
    proof = proof_by(method, f"{visit.kind}:{visit.key}", at=visit.proven_at)
    return level_now(proof, now)


async def begin(work: Work, link: Link, *, instead_of: str | None = None) -> tuple[str, Visit]:
    """Sign somebody in, always under a fresh token; what the browser had before ends."""
    if instead_of and _TOKEN.fullmatch(instead_of):
        await visits.end(work, digest(instead_of))
    now, token = work.now(), new_token()
    proven_at = link.proven_at or now
    visit = Visit(
        token_hash=digest(token),
        kind=link.kind,
        key=link.key,
        name=link.name,
        groups=link.groups,
        proven_at=proven_at,
        seen_at=now,
        expires_at=proven_at + LONGEST,
    )
    await visits.add(work, visit)
    return token, visit


async def visit_of(work: Work, token: str) -> Visit | None:
    """The visit behind a cookie or bearer token; None when it has ended or never was."""
    if not _TOKEN.fullmatch(token):
        return None
    visit = await visits.get(work, digest(token), since=work.now() - IDLE)
    if visit is not None and visit.seen_at < work.now() - _NOTE_EVERY:
        await visits.seen(work, visit.token_hash)
    return visit


async def end(work: Work, visit: Visit, *, everywhere: bool = False) -> None:
    """Sign out here, or wherever this identity is signed in."""
    if everywhere:
        await visits.end_all(work, visit.kind, visit.key)
    else:
        await visits.end(work, visit.token_hash)


async def make_link(work: Work, link: Link, *, lasts: timedelta) -> str:
    """The secret of a link that signs in once."""
    token = new_token()
    await visits.add_link(work, digest(token), link, until=work.now() + lasts)
    return token


async def look(work: Work, token: str) -> Link | None:
    """What a link stands for, without using it: programs that scan mail open links too."""
    return await visits.link(work, digest(token)) if _TOKEN.fullmatch(token) else None


async def use(work: Work, token: str) -> Link | None:
    """What a link stands for; it is worth nothing afterwards."""
    return await visits.use_link(work, digest(token)) if _TOKEN.fullmatch(token) else None


def ask_for_link(work: Work, wanted: MailLink, *, is_in_line: bool = False) -> None:
    """Have a link mailed if we know the address; who asks learns nothing of whether we do.

    ``is_in_line``: of a network that has had its share, so a few at a time.

    ``trust.service.sign_in_mails`` writes it.
    """
    key = f"people.mail_link:{digest(wanted.email).hex()}"
    work.enqueue("people.mail_link", wanted, key=key, lane=LINE if is_in_line else "default")


@job("people.tidy_visits")
@cron("people.tidy_visits", every_s=3600)
async def tidy(work: Work, _: None) -> None:
    """Forget visits and links that are past their time."""
    await visits.tidy(work, since=work.now() - IDLE)
