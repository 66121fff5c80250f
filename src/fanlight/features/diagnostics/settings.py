"""How long results of checks are kept, and how long the exchange may take."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.settings import Section


class DiagnosticsSettings(Section, frozen=True, kw_only=True):
    """Checks: why is my deposit missing, my withdrawal late, my order gone."""

    section: ClassVar[str] = "diagnostics"

    kept_days: Annotated[int, Meta(ge=1, le=365)] = 30
    """A result is kept for this many days, so that its link works; on a ticket for as long as
    the ticket."""

    patience_s: Annotated[float, Meta(gt=0, le=30)] = 4.0
    """How long one question to the exchange or to a network may take, in seconds; then a person
    has to look, and that is said."""

    per_hour: Annotated[int, Meta(ge=1)] = 60
    """How many checks one customer, or one visitor's network, may run in an hour."""
