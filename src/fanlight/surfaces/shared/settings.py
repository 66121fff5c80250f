"""What an installation decides about its help center."""

from typing import Annotated, ClassVar
from urllib.parse import urlencode

from msgspec import Meta

from fanlight.kernel.settings import Section


class HelpSettings(Section, frozen=True, kw_only=True):
    """The public help center."""

    section: ClassVar[str] = "help"

    featured: tuple[str, ...] = (
        "deposits-withdrawals/deposit-not-arrived",
        "deposits-withdrawals/missing-memo",
        "deposits-withdrawals/withdrawal-fees-and-limits",
        "account-security/lost-phone",
        "identity/photo-refused",
        "futures/liquidation",
    )
    """Articles on the home page, as `category/slug`; those that do not exist are left out."""

    emergency: str = "account-security/stolen-account"
    """The article for a stolen account, as `category/slug`; shown first wherever people ask."""

    asked_hours: Annotated[int, Meta(ge=1)] = 24
    """Over how many hours the home page counts what is asked most."""

    asked_least: Annotated[int, Meta(ge=1)] = 50
    """Readers and searches counted in that time before the list says "most asked"; below, the
    articles of `featured` are shown."""

    openapi: str = ""
    """File of the exchange's API in OpenAPI 3 (JSON or YAML), shown as the API reference; older
    versions beside it make the change log. Empty: no reference, or the demo's in a demo."""

    max_files: Annotated[int, Meta(ge=0)] = 5
    """How many files may come with a message from the help center."""

    sign_in_url: str = ""
    """A page of the exchange that signs its customers in here: it is opened with `lang` and `next`,
    and leads back with a code (`POST /api/app/v1/handover`). Empty: `brand.site_url` is named."""

    sign_ins_per_hour: Annotated[int, Meta(ge=1)] = 10
    """Sign-in links asked for from one network address in an hour without standing in line."""

    sign_in_mails: Annotated[int, Meta(ge=1)] = 3
    """How many sign-in links one mailbox gets in a quarter of an hour."""

    messages_per_hour: Annotated[int, Meta(ge=1)] = 10
    """How many messages one writer may send from the help center in an hour: a mailbox from one
    network address, an account that is signed in; three times as many in one open case."""

    network_messages_per_hour: Annotated[int, Meta(ge=1)] = 200
    """How many messages of mailboxes that anybody can make up are taken from one network address in
    an hour. Thousands share one at a mobile carrier; beyond this it is a flood."""

    guides_per_hour: int = 120
    """How often one address may ask the guide in an hour."""

    security_team: str = "security-reports"
    """The key of the team that reads reports of weaknesses; nobody else's queue shows them."""

    security_contact: str = ""
    """A further address for such reports, named in `/.well-known/security.txt` beside the form:
    `mailto:…` or `https://…`; empty: the form alone."""


def signing_in(page: str, lang: str, place: str) -> str:
    """The address at which the exchange signs its customers in here and leads on to a place."""
    return f"{page}{'&' if '?' in page else '?'}{urlencode({'lang': lang, 'next': place})}"
