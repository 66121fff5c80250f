"""What an installation decides about its help center."""

from typing import ClassVar

from fanlight.kernel.settings import Section


class HelpSettings(Section, frozen=True, kw_only=True):
    """The public help center."""

    section: ClassVar[str] = "help"

    featured: tuple[str, ...] = (
        "deposits-withdrawals/deposit-not-arrived",
        "deposits-withdrawals/missing-memo",
        "deposits-withdrawals/withdrawal-fees-and-limits",
        "account-security/lost-phone",
        "identity/photo-refused",
        "futures/liquidation",
    )
    """Articles on the home page, as `category/slug`; those that do not exist are left out."""

    emergency: str = "account-security/stolen-account"
    """The article for a stolen account, as `category/slug`; shown first wherever people ask."""

    max_files: int = 5
    """How many files may come with a message from the help center."""

    messages_per_hour: int = 10
    """How many messages one address may send from the help center in an hour."""
