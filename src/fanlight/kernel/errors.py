"""The one error family: what went wrong, said once, shown in any language."""

from enum import Enum
from typing import ClassVar


class Kind(Enum):
    """What a door answers: the HTTP status it stands for (RFC 9110)."""

    BAD_INPUT = 400
    UNAUTHENTICATED = 401
    FORBIDDEN = 403
    NOT_FOUND = 404
    CONFLICT = 409
    GONE = 410
    TOO_LARGE = 413
    UNPROCESSABLE = 422
    THROTTLED = 429
    UNAVAILABLE = 503


class FanlightError(Exception):
    """Base of every error we expect. An error without this base is a bug and pages someone.

    ``code`` is public and permanent: clients match on it and ``locales/`` translates it.
    ``params`` fill the translated sentence, so they must be safe to show to a customer.
    """

    code: ClassVar[str]
    kind: ClassVar[Kind]

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params

    @property
    def sentence(self) -> str:
        """The key of what people read of it; one code may have several."""
        return f"error.{self.code}"


class Malformed(FanlightError):
    """What came in does not have the shape we publish; ``where`` names the field."""

    code, kind = "malformed", Kind.BAD_INPUT


class TooLarge(FanlightError):
    """More bytes than this door takes; ``limit_bytes`` says how many it does."""

    code, kind = "too_large", Kind.TOO_LARGE


class SignInNeeded(FanlightError):
    """Nobody is signed in, or the session has ended."""

    code, kind = "sign_in_needed", Kind.UNAUTHENTICATED


class NotAllowed(FanlightError):
    """Somebody is signed in, but this is not theirs to do."""

    code, kind = "not_allowed", Kind.FORBIDDEN


class NotFound(FanlightError):
    """No such thing, or not one the actor may see: we never tell which."""

    code, kind = "not_found", Kind.NOT_FOUND


class TooManyTries(FanlightError):
    """A limit was reached; ``retry_after_s`` says when to come back, in seconds."""

    code, kind = "too_many_tries", Kind.THROTTLED


class Unavailable(FanlightError):
    """Something we stand on (the database, a disk) does not answer; nothing was changed."""

    code, kind = "unavailable", Kind.UNAVAILABLE
