"""Whose desk this is: the name, the addresses and the clock that customers see."""

from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fanlight.kernel.settings import Section, checked_origin


class BrandSettings(Section, frozen=True, kw_only=True):
    """The exchange whose desk this is."""

    section: ClassVar[str] = "brand"

    name: str = "Meridian"
    """What customers call the exchange."""

    help_url: str = "http://localhost:8000"
    """Where customers open the help center, without a slash at the end."""

    site_url: str = ""
    """The exchange's own site, linked from the help center; empty: no link."""

    email: str = ""
    """The address customers write to, as shown to them; empty: none is shown."""

    time_zone: str = "Asia/Singapore"
    """The zone in which customers read hours, an IANA name."""

    is_demo: bool = False
    """Whether pages say that their data is invented."""

    def __post_init__(self) -> None:
        checked_origin(self.help_url, name="help_url")
        checked_origin(self.site_url.rstrip("/"), name="site_url")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"no time zone is called {self.time_zone!r}") from None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def help_host(self) -> str:
        """The help center's address as people say it."""
        return self.help_url.partition("://")[2] or self.help_url
