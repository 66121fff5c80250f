"""How closely the desk looks after its own."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.settings import Section

PerHour = Annotated[int, Meta(ge=1, le=100_000)]


class OversightSettings(Section, frozen=True, kw_only=True):
    """Reads of personal facts: what is much, what is too much, and what is shown."""

    section: ClassVar[str] = "oversight"

    alert_reveals: PerHour = 15
    """Facts an agent reveals in an hour before leads are told, unless they usually reveal more."""

    alert_opened: PerHour = 40
    """Tickets of nobody or of others that an agent opens in an hour before leads are told."""

    alert_searches: PerHour = 120
    """Searches of an agent in an hour before leads are told."""

    alert_pages: PerHour = 100
    """Further pages of lists an agent loads in an hour before leads are told."""

    alert_times: Annotated[float, Meta(ge=1.5, le=100)] = 4.0
    """How many times what is usual for an agent is unusual; the numbers above still hold below."""

    cap_reveals: PerHour = 60
    """Facts an agent reveals in an hour before a lead must give their word."""

    cap_opened: PerHour = 150
    """Tickets of nobody or of others opened in an hour before a lead must give their word."""

    cap_searches: PerHour = 400
    """Searches in an hour before a lead must give their word."""

    cap_pages: PerHour = 400
    """Further pages of lists in an hour before a lead must give their word."""

    word_lasts_minutes: Annotated[int, Meta(ge=5, le=1440)] = 60
    """How long a lead's word lets an agent go on beyond a cap, once more as far as the cap."""

    reveal_needs_proof: bool = True
    """Whether revealing asks for a fresh proof (`sign_in.step_up_s`)."""

    reveal_shown_s: Annotated[int, Meta(ge=10, le=600)] = 60
    """How long a revealed fact stands on the screen, in seconds."""

    watermark: bool = True
    """Whether the console shows, faintly, who looks and when, on screens with personal facts."""

    export_lives_h: Annotated[int, Meta(ge=1, le=168)] = 24
    """How long an export waits to be taken, in hours; then its file is forgotten."""
