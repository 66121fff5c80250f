"""Customers: found or made by an identity, linked to more by proof, merged by an agent."""

from uuid import UUID

from fanlight.features.people.assurance import Level, Proof, level_now
from fanlight.features.people.errors import (
    CustomerMoved,
    DifferentAccounts,
    IdentityTaken,
    NotProven,
    ReasonNeeded,
)
from fanlight.features.people.events import CustomerMade, CustomersMerged, IdentityLinked
from fanlight.features.people.models import Customer, Identity
from fanlight.features.people.names import one_line
from fanlight.features.people.permissions import needs
from fanlight.features.people.queries import customers as queries
from fanlight.kernel import audit
from fanlight.kernel.errors import Malformed
from fanlight.kernel.ids import new_id
from fanlight.kernel.mailbox import NoMailbox, wired
from fanlight.kernel.secrets import scan
from fanlight.kernel.work import Work

EXCHANGE = "exchange"  # the kind of identity that is an account
EMAIL = "email"
_LONGEST_KEY = 320  # RFC 5321: 64 before the @, 255 after it
_LONGEST_NAME = 120
_LONGEST_REASON = 300

# What it takes to bind an identity to somebody who is already a customer.
_NEEDED = {EXCHANGE: Level.L2, "visitor": Level.L0}


def normal_key(kind: str, key: str) -> str:
    """The form in which identities are compared.

    Raises:
        Malformed: empty, too long, or no mail address where one is meant.
    """
    key = key.strip()
    if kind == EMAIL:
        local, at, domain = key.lower().rpartition("@")
        if not at or not local or not domain or any(c.isspace() for c in key):
            raise Malformed(where="email")
        key = f"{local}@{domain.rstrip('.')}"
    if not key or len(key) > _LONGEST_KEY or not key.isprintable() or not kind:
        raise Malformed(where=kind or "kind")
    return key


def typed_address(text: str) -> str:
    """A mail address that somebody typed, as it is compared, and one that we can write to.

    Stricter than ``normal_key``: what mail brings in is kept however odd it is, but nobody is
    promised an answer at an address that our own mailer refuses.

    Raises:
        Malformed: no mail address, or none that servers take.
    """
    try:
        found = normal_key(EMAIL, wired(text))
    except NoMailbox as error:
        raise Malformed(where="email") from error
    if scan(text):  # a key pasted into the wrong field
        raise Malformed(where="email")
    return found


async def known_customer(work: Work, kind: str, key: str) -> Customer | None:
    """The customer who has this identity, if anybody has."""
    return await queries.customer_with(work, kind, normal_key(kind, key))


async def find_or_make_customer(
    work: Work,
    kind: str,
    key: str,
    *,
    display: str = "",
    language: str = "en",
    name: str = "",
) -> Customer:
    """The customer who has this identity; a new one when nobody has.

    Two first messages at the same moment make one customer.
    """
    found = await known_customer(work, kind, key)
    if found is None:
        return await make_customer(work, kind, key, display=display, language=language, name=name)
    return await called(work, found, name)


async def make_customer(
    work: Work, kind: str, key: str, *, display: str = "", language: str = "en", name: str = ""
) -> Customer:
    """A new one for whoever asked a moment ago and found nobody; may be there by now."""
    key = normal_key(kind, key)
    made = await queries.add_with_identity(
        work,
        kind,
        key,
        display=_display(display, key),
        name=one_line(name, _LONGEST_NAME),
        language=language,
    )
    if made is not None:
        work.publish(CustomerMade(customer_id=made.id, kind=kind, made_at=made.created_at))
        return made
    found = await queries.customer_with(work, kind, key)
    if found is None:
        raise CustomerMoved  # made and merged away in between: the caller comes again
    return await called(work, found, name)


async def called(work: Work, found: Customer, name: str) -> Customer:
    """The customer by this name where none was known; a known one stays, for what a channel calls
    its sender can be anything.
    """
    name = one_line(name, _LONGEST_NAME)
    if name and not found.name and await queries.fill_name(work, found.id, name):
        return await queries.get_customer(work, found.id)
    return found


async def identities_of(work: Work, customer_id: UUID) -> list[Identity]:
    """All identities of a customer, unmasked: for sending, never for a screen."""
    customer = await queries.get_customer(work, customer_id)
    return await queries.identities_of(work, customer.id)


async def mark_proven(work: Work, kind: str, key: str, proof: Proof) -> None:
    """Note on an identity that its owner proved it now; the level stays with the event."""
    key = normal_key(kind, key)
    found = await queries.identity(work, kind, key)
    if found is not None and _covers(proof, kind, key) and proof.level >= _needed(kind):
        await queries.mark_proven(work, found.id, at=proof.proven_at, by=proof.method)


async def link_identity(
    work: Work, customer_id: UUID, kind: str, key: str, *, display: str = "", proof: Proof
) -> Identity:
    """Bind one more identity to a customer; a second call with the same changes only its proof.

    Raises:
        NotProven: the proof is for something else, too weak (an account needs a signed session,
            an address a code or an authenticated mail), or too old.
        IdentityTaken: another customer has it.
        DifferentAccounts: this customer has another exchange account already.
    """
    key = normal_key(kind, key)
    needed = _needed(kind)
    if not _covers(proof, kind, key) or level_now(proof, work.now()) < needed:
        raise NotProven(needed=int(needed))
    customer = await queries.get_customer(work, customer_id)
    existing = await queries.identities_of(work, customer.id)
    if kind == EXCHANGE and any(each.kind == EXCHANGE and each.key != key for each in existing):
        raise DifferentAccounts
    fresh = _identity(work, customer.id, kind, key, display, proof)
    if await queries.add_identity(work, fresh):
        await queries.touch(work, customer.id)
        work.publish(IdentityLinked(customer_id=customer.id, identity_id=fresh.id, kind=kind))
        return fresh
    found = await queries.identity(work, kind, key)
    if found is None or found.customer_id != customer.id:
        raise IdentityTaken(kind=kind)
    await queries.mark_proven(work, found.id, at=proof.proven_at, by=proof.method)
    return found


async def save_language(work: Work, customer_id: UUID, language: str) -> None:
    """The language the customer chose themselves."""
    customer = await queries.get_customer(work, customer_id)
    await queries.save_language(work, customer.id, language)


async def merge(
    work: Work, kept_id: UUID, merged_id: UUID, *, versions: tuple[int, int], reason: str
) -> Customer:
    """Make one customer of two; ``versions`` are those of the preview, kept one first.

    The identities move, the other id becomes a signpost, and whoever holds tickets hears of it.

    Raises:
        NotAllowed: the actor may not merge.
        ReasonNeeded: none was given.
        CustomerMoved: one of them was changed since the preview.
        DifferentAccounts: they are bound to different exchange accounts.
    """
    needs(work.actor, "customer.merge")
    reason = one_line(reason, _LONGEST_REASON)
    if not reason:
        raise ReasonNeeded
    if kept_id == merged_id:
        raise Malformed(where="merged_id")
    kept, merged = await queries.lock_both(work, kept_id, merged_id)
    if (kept.version, merged.version) != versions:
        raise CustomerMoved
    moved = await queries.identities_of(work, merged_id)
    if not are_one_account([*await queries.identities_of(work, kept_id), *moved]):
        raise DifferentAccounts
    await queries.store_merge(
        work,
        kept_id=kept_id,
        merged_id=merged_id,
        moved=[each.id for each in moved],
        reason=reason,
    )
    if merged.name:
        await queries.fill_name(work, kept_id, merged.name)
    await audit.record(
        work, "customer.merged", f"customer:{kept_id}", merged_id=merged_id, reason=reason
    )
    work.publish(CustomersMerged(kept_id=kept_id, merged_id=merged_id))
    return await queries.get_customer(work, kept_id)


def are_one_account(identities: list[Identity]) -> bool:
    """Whether these can belong to one person: at most one exchange account among them."""
    return len({each.key for each in identities if each.kind == EXCHANGE}) <= 1


def _needed(kind: str) -> Level:
    return _NEEDED.get(kind, Level.L1)


def _covers(proof: Proof, kind: str, key: str) -> bool:
    return proof.subject == f"{kind}:{key}"


def _identity(
    work: Work, customer_id: UUID, kind: str, key: str, display: str, proof: Proof
) -> Identity:
    return Identity(
        id=new_id(),
        customer_id=customer_id,
        kind=kind,
        key=key,
        display=_display(display, key),
        proven_at=proof.proven_at,
        proven_by=proof.method,
        created_at=work.now(),
    )


def _display(display: str, key: str) -> str:
    return one_line(display, _LONGEST_KEY) or key
