"""Settings of the web chat."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.settings import Section

Seconds = Annotated[int, Meta(ge=10, le=86_400)]
# On a path of 24 by 24 only commands and numbers stand: it is written into an attribute.
PathData = Annotated[str, Meta(pattern=r"^[MmLlHhVvCcSsQqTtAaZz0-9eE ,.\-]*$", max_length=2000)]


class WebchatSettings(Section, frozen=True, kw_only=True):
    """The chat that the exchange embeds in its site, and how its customers say who they are."""

    section: ClassVar[str] = "webchat"

    origins: tuple[str, ...] = ()
    """Sites that may embed the widget, as exact origins, e.g. ["https://www.exchange.example"]. \
Empty: none but our own pages."""

    issuer: str = ""
    """What an identity token says in `iss`. Empty: no token is believed, everybody is a guest."""

    audience: str = "fanlight"
    """What an identity token must say in `aud`."""

    hs256_keys: dict[str, str] = {}
    """Shared secrets for identity tokens by their `kid`, 32 characters or more each. Two stand \
while one replaces the other."""

    es256_keys: dict[str, str] = {}
    """Public keys (PEM) for identity tokens by their `kid`: better, since only the exchange can \
sign."""

    guests: bool = True
    """Whether people who are not signed in may write."""

    mail_after_s: Seconds = 120
    """After how long an unread answer goes on by e-mail once the customer has left, in seconds."""

    mail_while_open_s: Seconds = 600
    """The same while their page is still open but nobody looks, in seconds."""

    brand_mark: PathData = ""
    """Outline of the exchange's logo: SVG path data on a grid of 24, drawn in the line's colour."""
