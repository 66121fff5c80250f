"""What a look at personal facts is refused for."""

from fanlight.kernel.errors import FanlightError, Kind


class CapReached(FanlightError):
    """More in this hour than an agent's work asks for: a lead must give their word first."""

    code, kind = "cap_reached", Kind.THROTTLED


class OpenTicketNeeded(FanlightError):
    """A fact is revealed for a ticket that is being worked on; this one is solved."""

    code, kind = "open_ticket_needed", Kind.CONFLICT


class AlertNotFound(FanlightError):
    """No such alert, or somebody settled it already."""

    code, kind = "alert_not_found", Kind.NOT_FOUND


class WordNotFound(FanlightError):
    """Nobody waits for this word any more."""

    code, kind = "word_not_found", Kind.NOT_FOUND


class WordNotOnesOwn(FanlightError):
    """A lead lets others go on, never themselves."""

    code, kind = "word_not_ones_own", Kind.FORBIDDEN


class ExportNotFound(FanlightError):
    """No such export, or not one that the actor can take now."""

    code, kind = "export_not_found", Kind.NOT_FOUND


class ExportSettled(FanlightError):
    """Somebody has decided about it already."""

    code, kind = "export_settled", Kind.CONFLICT


class ExportNotOnesOwn(FanlightError):
    """Whoever asks for an export does not confirm it."""

    code, kind = "export_not_ones_own", Kind.FORBIDDEN


class ExportTooLarge(FanlightError):
    """More than one export may hold: a shorter time is asked for."""

    code, kind = "export_too_large", Kind.TOO_LARGE
