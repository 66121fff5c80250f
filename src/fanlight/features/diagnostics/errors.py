"""What may go wrong when a check is asked for."""

from fanlight.kernel.errors import FanlightError, Kind


class NoSuchCheck(FanlightError):
    """No check has this symptom."""

    code, kind = "no_such_check", Kind.NOT_FOUND


class NotSureEnough(FanlightError):
    """Facts of an account are told to whoever is signed in through the exchange, and now."""

    code, kind = "not_sure_enough", Kind.FORBIDDEN


class DiagnosisNotFound(FanlightError):
    """No such result, or not one the asker may see: we never tell which."""

    code, kind = "diagnosis_not_found", Kind.NOT_FOUND


class NoAccountBehind(FanlightError):
    """The ticket's customer has never been proven to own an account at the exchange."""

    code, kind = "no_account_behind", Kind.CONFLICT
