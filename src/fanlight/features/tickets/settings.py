"""Settings of tickets."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.settings import Section

Minutes = Annotated[int, Meta(ge=1, le=60 * 24 * 30)]


class TicketSettings(Section, frozen=True, kw_only=True):
    """Tickets: where they land and when they come back."""

    section: ClassVar[str] = "tickets"

    default_team: str = "support"
    """The key of the team that gets what nothing else decides."""

    reopen_days: Annotated[int, Meta(ge=0, le=365)] = 14
    """A message on a ticket solved within so many days reopens it; later it opens a linked one."""

    reference_prefix: Annotated[str, Meta(pattern="^[A-Z]{2,4}$")] = "FL"
    """What references begin with."""

    report_team: str = "security"
    """The key of the team that reads mails to an address which takes reports of phishing."""

    acknowledge: bool = True
    """Whether mails and web forms are answered at once with reference and promised time."""


class PromiseSettings(Section, frozen=True, kw_only=True):
    """By when a person answers, counted from the customer's message, around the clock."""

    section: ClassVar[str] = "promises"

    urgent_minutes: Minutes = 15
    """For priority urgent, in minutes."""

    high_minutes: Minutes = 60
    """For priority high, in minutes."""

    normal_minutes: Minutes = 240
    """For priority normal, in minutes."""

    low_minutes: Minutes = 1440
    """For priority low, in minutes."""

    live_minutes: Minutes = 10
    """For live chat of any priority but urgent, in minutes."""
