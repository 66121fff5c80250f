"""What can go wrong in the emergency lane."""

from fanlight.kernel.errors import FanlightError, Kind


class ProofTooWeak(FanlightError):
    """What was shown does not cover this act; ``needed`` is the level that would."""

    code, kind = "freeze_proof_too_weak", Kind.FORBIDDEN


class FreezeNotFound(FanlightError):
    """No such freeze, or not this customer's."""

    code, kind = "freeze_not_found", Kind.NOT_FOUND


class NothingToLift(FanlightError):
    """No freeze stands that could be lifted or kept."""

    code, kind = "freeze_not_standing", Kind.CONFLICT


class CodeWrong(FanlightError):
    """The code from the mail, or from the app, is not the one; ``left`` tries remain."""

    code, kind = "freeze_code_wrong", Kind.UNPROCESSABLE


class CodeEnded(FanlightError):
    """The code was used, is too old, or was tried too often: a new one is needed."""

    code, kind = "freeze_code_ended", Kind.GONE
