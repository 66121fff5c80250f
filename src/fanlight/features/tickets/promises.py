"""By when we answer: set when the customer speaks, gone when we have."""

from datetime import datetime, timedelta

from fanlight.features.tickets.models import Priority
from fanlight.features.tickets.settings import PromiseSettings


def promised_at(
    settings: PromiseSettings, priority: Priority, *, is_live: bool, now: datetime
) -> datetime:
    """The moment a person must have answered by. Chat is live: there the wait is minutes."""
    minutes = {
        Priority.URGENT: settings.urgent_minutes,
        Priority.HIGH: settings.high_minutes,
        Priority.NORMAL: settings.normal_minutes,
        Priority.LOW: settings.low_minutes,
    }[priority]
    if is_live:
        minutes = min(minutes, settings.live_minutes)
    return now + timedelta(minutes=minutes)
