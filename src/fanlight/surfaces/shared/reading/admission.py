"""The exchange's word for a customer: a signed token, believed once, in whatever door it comes."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from fanlight.channels.adapters.webchat.identity import IdentityRefused, Verifier
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.queries.visits import Link
from fanlight.features.people.service import visits
from fanlight.features.people.service.customers import find_or_make_customer
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.onetime import use_token
from fanlight.surfaces.shared.sessions import is_from_our_page


async def vouched(work: Work, token: str, *, leads_to: str) -> Link:
    """Whom a token names, as they may be signed in now.

    Raises:
        IdentityRefused: the token is not good, or was used before, here or in the chat.
    """
    found = Verifier(work.of(Settings)[WebchatSettings]).read(token, work.now())
    proof = f"{found.uid}/{found.token_id}"
    if not await use_token(work, "identity", proof, until=found.expires_at):
        raise IdentityRefused(reason="replayed")
    name = redact(found.name).text[:120]
    await find_or_make_customer(
        work, visits.EXCHANGE, found.uid, language=found.locale or "en", name=name
    )
    return Link(
        kind=visits.EXCHANGE,
        key=found.uid,
        name=name,
        groups=list(found.groups),
        proven_at=found.proven_at,
        leads_to=leads_to,
    )


def is_from_the_exchange(request: Request[Any, Any, Any], settings: Settings) -> bool:
    """Whether a page of the exchange, or one of ours, sends this form.

    A stranger's page may hold a good token too: its owner's own. It would sign our reader in as
    somebody else, who then reads what they write.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin in settings[WebchatSettings].origins:
        return True
    return origin is not None and is_from_our_page(request)


def safe_place(wanted: str, lang: str) -> str:
    """A page of ours in any of our languages; the home page instead of anything else."""
    home = f"/{lang}/"
    if len(wanted) > 1000 or not wanted.isprintable() or "\\" in wanted:
        return home
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return home
    is_ours = not parts.scheme and not parts.netloc
    # As it was written, not as it was read: "///en/" has a path of ours, and leads to another host.
    is_page = wanted.startswith(tuple(f"/{tag}/" for tag in LANGUAGES))
    is_sign_in = len(parts.path.split("/")) > 2 and parts.path.split("/")[2].startswith("sign-")
    return wanted if is_ours and is_page and not is_sign_in else home
