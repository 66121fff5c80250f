"""An answer with its source and its age."""

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Known(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """An answer, who gave it, and how old it is: nothing is told without the last two."""

    value: T
    source: str
    """Where it stands, as customers are told: ``exchange`` or a network's name."""
    as_of: datetime
