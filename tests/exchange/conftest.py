"""What the exchange's tests share."""

from tests.builders.logs import logged

__all__ = ["logged"]
