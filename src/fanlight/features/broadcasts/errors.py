"""What can go wrong with announcements."""

from fanlight.kernel.errors import FanlightError, Kind


class AnnouncementNotFound(FanlightError):
    """No such announcement, or not one the actor may see: we never tell which."""

    code, kind = "announcement_not_found", Kind.NOT_FOUND


class AnnouncementMoved(FanlightError):
    """Someone saved the announcement after we read it: read again, then decide again."""

    code, kind = "announcement_moved", Kind.CONFLICT


class AnnouncementUnwritten(FanlightError):
    """What readers get has a title and a text in one language at least."""

    code, kind = "announcement_unwritten", Kind.BAD_INPUT


class AnnouncementTooLong(FanlightError):
    """One announcement holds ``most`` characters, and a title or summary ``short``."""

    code, kind = "announcement_too_long", Kind.BAD_INPUT
