"""Settings of the editors' room."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.settings import Section


class KnowledgeSettings(Section, frozen=True, kw_only=True):
    """Articles: who publishes them and when they are looked at again."""

    section: ClassVar[str] = "knowledge"

    two_persons: bool = False
    """Whether a text needs two persons: who wrote it alone cannot publish or schedule it."""

    review_days: Annotated[int, Meta(ge=1, le=3650)] = 180
    """How many days ahead an article is looked at again, once somebody said it is still true."""
