"""What can go wrong with official sources, codes and reports."""

from fanlight.kernel.errors import FanlightError, Kind


class SourceNotFound(FanlightError):
    """No such official source, or no such change of one."""

    code, kind = "official_not_found", Kind.NOT_FOUND


class SourceUnfit(FanlightError):
    """It is nothing of its kind, or too long; ``where`` names the field."""

    code, kind = "official_unfit", Kind.BAD_INPUT


class SourceKnown(FanlightError):
    """This is in the registry, or proposed for it, already."""

    code, kind = "official_known", Kind.CONFLICT


class ChangeDecided(FanlightError):
    """Somebody decided it meanwhile, or the source has changed since it was proposed."""

    code, kind = "official_decided", Kind.CONFLICT


class AnotherPersonNeeded(FanlightError):
    """Who proposed a change of the registry does not confirm it."""

    code, kind = "another_person_needed", Kind.CONFLICT


class LookAlikeInReply(FanlightError):
    """An answer leads to a name that imitates ours, or was ours: ``value`` is like ``of``."""

    code, kind = "look_alike_in_reply", Kind.UNPROCESSABLE


class SecondLookNeeded(FanlightError):
    """An answer holds what has to be confirmed first; ``doubts`` names it, each with its key."""

    code, kind = "second_look_needed", Kind.CONFLICT


class CodeUnfit(FanlightError):
    """An anti-phishing code has ``least`` to ``most`` characters that cannot be mistaken."""

    code, kind = "code_unfit", Kind.BAD_INPUT


class CodeProofWrong(FanlightError):
    """The second proof was wrong; ``left`` tries remain."""

    code, kind = "code_proof_wrong", Kind.UNPROCESSABLE


class CodeProofEnded(FanlightError):
    """No second proof is waited for any more: begin again."""

    code, kind = "code_proof_ended", Kind.GONE


class CampaignNotFound(FanlightError):
    """No such campaign of scams."""

    code, kind = "campaign_not_found", Kind.NOT_FOUND


class CampaignMoved(FanlightError):
    """Somebody changed the campaign meanwhile: read again, then decide again."""

    code, kind = "campaign_moved", Kind.CONFLICT


class SecretsInText(FanlightError):
    """What an editor wrote looks like secrets; ``findings`` names each, with its key."""

    code, kind = "secrets_in_text", Kind.UNPROCESSABLE
