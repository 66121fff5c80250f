"""What the guide refuses."""

from typing import ClassVar

from fanlight.kernel.errors import FanlightError, Kind


class RulesBroken(FanlightError):
    """The rules cannot be read, or a rule does not do what its own examples say."""

    code: ClassVar[str] = "guide_rules_broken"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE


class RulesMoved(FanlightError):
    """Somebody saved the rules since they were read."""

    code: ClassVar[str] = "guide_rules_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT
