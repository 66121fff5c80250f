"""Which exchange this desk answers for."""

from typing import ClassVar, Literal

from fanlight.kernel.settings import Section


class ExchangeSettings(Section, frozen=True, kw_only=True):
    """The exchange behind this desk. Without one, what would need it goes to a person."""

    section: ClassVar[str] = "exchange"

    connector: Literal["", "sandbox", "http"] = ""
    """How it is asked: `http` over its HTTP interface (section `exchange_http`), `sandbox` for an
    invented one of 10,000 accounts. Empty: no exchange is connected."""
