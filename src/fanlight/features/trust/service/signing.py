"""The registry as a signed document, for whoever wants to check without asking us each time."""

import base64
from datetime import date, datetime

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fanlight.features.trust.models import Kind, Official, State
from fanlight.features.trust.queries import official as queries
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_PURPOSE = "official sources"


class Listed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One source as the document names it."""

    kind: Kind
    value: str
    state: State
    since: date
    until: date | None = None
    platform: str = ""
    native_id: str = ""
    words: dict[str, str] = {}

    @classmethod
    def of(cls, source: Official) -> "Listed":
        return cls(
            kind=source.kind,
            value=source.value,
            state=source.state,
            since=source.since,
            until=source.until,
            platform=source.platform,
            native_id=source.native_id,
            words=dict(source.words),
        )


class Staff(msgspec.Struct, frozen=True):
    """One agent's public id; names stand nowhere in the document."""

    public_id: str
    state: State


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """All that is ours at one moment. ``signature`` is over everything else in it."""

    issuer: str
    address: str
    made_at: datetime
    sources: list[Listed]
    agents: list[Staff]
    key: str  # the Ed25519 public key, base64
    signature: str = ""


class BadSignature(Exception):
    """The document was changed, or another key has signed it."""


def _key(sealer: Sealer) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sealer.derive(_PURPOSE))


def public_key(sealer: Sealer) -> str:
    """What the document is checked with, base64 of 32 bytes."""
    raw = _key(sealer).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


async def document(work: Work) -> bytes:
    """The signed document as it stands now, as JSON."""
    brand, sealer = work.of(Settings)[BrandSettings], work.of(Sealer)
    agents = await queries.agent_ids(work)
    made = Document(
        issuer=brand.name,
        address=brand.help_url,
        made_at=work.now().replace(microsecond=0),
        sources=[Listed.of(each) for each in await queries.sources(work)],
        agents=[
            Staff(each.public_id, State.OFFICIAL if each.is_active else State.RETIRED)
            for each in agents
        ],
        key=public_key(sealer),
    )
    fields = msgspec.to_builtins(made)
    del fields["signature"]
    fields["signature"] = base64.b64encode(_key(sealer).sign(_canonical(fields))).decode()
    return msgspec.json.format(msgspec.json.encode(fields), indent=1)


def verify(text: bytes, *, key: str | None = None) -> Document:
    """The document, once its signature holds.

    Args:
        key: the public key it has to be signed with; None: the one it names, which proves only
            that nothing was changed since.

    Raises:
        BadSignature: it does not hold, or this is no such document.
    """
    try:
        fields = msgspec.json.decode(text, type=dict[str, object])
        signature = base64.b64decode(str(fields.pop("signature", "")), validate=True)
        named = str(fields.get("key", ""))
        if key is not None and key != named:
            raise BadSignature("signed with another key")
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(named, validate=True))
        public.verify(signature, _canonical(fields))
        return msgspec.json.decode(text, type=Document)
    except (ValueError, RecursionError, InvalidSignature, msgspec.MsgspecError) as error:
        raise BadSignature(str(error) or "the signature does not hold") from error


def _canonical(fields: dict[str, object]) -> bytes:
    """Sorted keys, no blanks, UTF-8: what ``jq -cSj 'del(.signature)'`` prints."""
    return msgspec.json.encode(fields, order="sorted")
