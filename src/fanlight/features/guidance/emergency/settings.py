"""What a freeze stops, how soon a person comes, and whom the lane calls."""

from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from msgspec import Meta

from fanlight.kernel.settings import Section

Stop = Literal["withdrawals", "api_keys", "new_sessions", "security_changes"]
Count = Annotated[int, Meta(ge=1, le=1000)]


class EmergencySettings(Section, frozen=True, kw_only=True):
    """The emergency lane: a customer freezes their account, and a person comes at once."""

    section: ClassVar[str] = "emergency"

    stops: tuple[Stop, ...] = ("withdrawals", "api_keys", "new_sessions", "security_changes")
    """What a freeze stops. Open positions, orders and deposits always go on."""

    lasts_hours: Annotated[int, Meta(ge=1, le=24 * 7)] = 24
    """After how many hours a freeze ends by itself, unless the customer confirms it."""

    first_try_s: Annotated[float, Meta(ge=0.2, le=1.5)] = 1.2
    """How long the customer's page waits for the exchange, in seconds; after that it says so and
    the desk goes on asking."""

    retry_s: Annotated[float, Meta(ge=1, le=60)] = 10
    """How long a later try waits for the exchange, in seconds."""

    retry_hours: Annotated[int, Meta(ge=1, le=72)] = 12
    """How long the desk goes on asking an exchange that does not answer, in hours."""

    team: str = "security"
    """The key of the team that gets these tickets; without such a team, `support`."""

    answer_minutes: Annotated[int, Meta(ge=1, le=120)] = 5
    """Within how many minutes a person takes the ticket."""

    per_account_per_day: Count = 5
    """How often one account may be frozen in a day."""

    per_source_per_hour: Count = 10
    """How many links of alert mails, and how many codes, one network address has done at once in an
    hour. More wait some seconds or minutes; nobody is refused for their neighbours' sake."""

    codes_per_mailbox: Count = 3
    """How many codes one mailbox gets in a quarter of an hour for one who asks; four times as many
for all."""

    pager_url: str = ""
    """Where a pager is told by a signed webhook, e.g. `https://pager.example/hooks/4711`. Empty:
    none is."""

    pager_secret: str = ""
    """The key of the webhook's signature (HMAC-SHA256, in `Fanlight-Signature`)."""

    on_call: tuple[str, ...] = ()
    """Mail addresses that are told as well. They hear the reference, never whose account it is."""

    def __post_init__(self) -> None:
        if not self.stops:
            raise ValueError("stops is empty: a freeze that stops nothing helps nobody")
        if not self.pager_url:
            return
        parts = urlsplit(self.pager_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("pager_url is no address of the web")
        if not self.pager_secret:
            raise ValueError("pager_url needs pager_secret: the pager must know that it is us")
