"""Settings of the API for the exchange's own pages, app and server."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.settings import Section

Count = Annotated[int, Meta(ge=1)]


class AppsSettings(Section, frozen=True, kw_only=True):
    """The API for the exchange's own pages, app and server (`/api/app/v1`). Which pages of other \
sites may use it is said in `webchat.origins`."""

    section: ClassVar[str] = "apps"

    reads_per_minute: Count = 600
    """Requests from one network address in a minute that are not answered from the cache: \
articles, links, categories, searches."""

    sign_ins_per_minute: Count = 600
    """Sessions and one-time codes made for one network address in a minute; an exchange's server \
asks for all of its customers."""
