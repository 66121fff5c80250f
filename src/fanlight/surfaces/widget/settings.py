"""Settings of the widget's door: how much one person, or one address, may ask of it."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.settings import Section

Count = Annotated[int, Meta(ge=1)]


class WidgetSettings(Section, frozen=True, kw_only=True):
    """Limits of the chat widget."""

    section: ClassVar[str] = "widget"

    sessions_per_minute: Count = 120
    """Sessions begun from one network address in a minute; offices share one."""

    talks_per_hour: Count = 20
    """Chats begun by one person in an hour; from one address ten times as many."""

    messages_per_minute: Count = 60
    """Messages of one person in a minute."""

    files_per_hour: Count = 60
    """Files uploaded by one person in an hour."""

    sockets_per_session: Annotated[int, Meta(ge=1, le=100)] = 12
    """Open sockets of one session in one process: one a tab."""

    session_hours: Annotated[int, Meta(ge=1, le=720)] = 12
    """How long a session lasts; a guest's own key makes the next one."""
