"""What can go wrong with a ticket."""

from fanlight.kernel.errors import FanlightError, Kind


class TicketNotFound(FanlightError):
    """No such ticket, or not one the actor may see: we never tell which."""

    code, kind = "ticket_not_found", Kind.NOT_FOUND


class TicketMoved(FanlightError):
    """Someone saved the ticket after we read it: read again, then decide again."""

    code, kind = "ticket_moved", Kind.CONFLICT


class TicketAlreadySolved(FanlightError):
    """A solved ticket keeps its last owner: reopen it first."""

    code, kind = "ticket_already_solved", Kind.CONFLICT


class NewerMessages(FanlightError):
    """The customer or a colleague wrote since the agent's screen was drawn; nothing was sent.

    ``message_ids`` names what is new, for the door to show.
    """

    code, kind = "newer_messages", Kind.CONFLICT


class UnknownTeam(FanlightError):
    """There is no such team, or it was closed."""

    code, kind = "unknown_team", Kind.UNPROCESSABLE


class NotAssignable(FanlightError):
    """This agent cannot own the ticket: not active, or not one who sees its team."""

    code, kind = "not_assignable", Kind.UNPROCESSABLE


class BadTag(FanlightError):
    """A tag is one word of up to 40 characters; a ticket carries 20 at most."""

    code, kind = "bad_tag", Kind.UNPROCESSABLE


class CannotReplyHere(FanlightError):
    """This conversation takes no answer: the customer left it or its channel is gone."""

    code, kind = "cannot_reply_here", Kind.CONFLICT


class ObjectNotFound(FanlightError):
    """The ticket names no such thing (any more)."""

    code, kind = "object_not_found", Kind.NOT_FOUND
