"""The invented exchange's own settings."""

from typing import ClassVar

from fanlight.kernel.settings import Section


class SandboxSettings(Section, frozen=True, kw_only=True):
    """The invented exchange; used with `exchange.connector = "sandbox"` and by the demo."""

    section: ClassVar[str] = "exchange_sandbox"

    seed: int = 7
    """Another number is another exchange; its four demo customers stay."""
