"""What can go wrong between people and the desk."""

from fanlight.kernel.errors import FanlightError, Kind


class WrongCredentials(FanlightError):
    """Address, password or code do not fit; never said which, nor whether the account exists."""

    code, kind = "wrong_credentials", Kind.UNAUTHENTICATED


class StepUpNeeded(FanlightError):
    """Signed in, but this act wants a fresh proof from the person before the screen."""

    code, kind = "step_up_needed", Kind.FORBIDDEN


class SecondFactorNeeded(FanlightError):
    """The last second factor cannot go while the desk requires one."""

    code, kind = "second_factor_needed", Kind.CONFLICT


class PasswordTooWeak(FanlightError):
    """Too short, too common, or the person's own address or name; ``at_least`` is in characters."""

    code, kind = "password_too_weak", Kind.UNPROCESSABLE


class PasskeyRefused(FanlightError):
    """The passkey's answer does not hold: late, used twice, for another site, or not verified."""

    code, kind = "passkey_refused", Kind.UNPROCESSABLE


class CodeRefused(FanlightError):
    """The code from the app is wrong or was used already."""

    code, kind = "code_refused", Kind.UNPROCESSABLE


class LinkEnded(FanlightError):
    """A one-time link that was used, has expired, or never existed."""

    code, kind = "link_ended", Kind.GONE


class AgentNotFound(FanlightError):
    """No such agent."""

    code, kind = "agent_not_found", Kind.NOT_FOUND


class EmailTaken(FanlightError):
    """Another agent signs in with this address."""

    code, kind = "email_taken", Kind.CONFLICT


class LastAdministrator(FanlightError):
    """Somebody must remain who can administer the desk."""

    code, kind = "last_administrator", Kind.CONFLICT


class TeamNotFound(FanlightError):
    """No such team."""

    code, kind = "team_not_found", Kind.NOT_FOUND


class TeamKeyTaken(FanlightError):
    """A team, perhaps an archived one, has this key."""

    code, kind = "team_key_taken", Kind.CONFLICT


class RoleNotFound(FanlightError):
    """No such role."""

    code, kind = "role_not_found", Kind.NOT_FOUND


class RoleFixed(FanlightError):
    """A role that comes with the desk stays as it is; make one of your own beside it."""

    code, kind = "role_fixed", Kind.CONFLICT


class CustomerNotFound(FanlightError):
    """No such customer."""

    code, kind = "customer_not_found", Kind.NOT_FOUND


class CustomerMoved(FanlightError):
    """Someone changed a customer after we read it: read again, then decide again."""

    code, kind = "customer_moved", Kind.CONFLICT


class DifferentAccounts(FanlightError):
    """Two customers bound to different exchange accounts are two people, whatever they say."""

    code, kind = "different_accounts", Kind.CONFLICT


class IdentityTaken(FanlightError):
    """This identity belongs to another customer; an agent may merge the two."""

    code, kind = "identity_taken", Kind.CONFLICT


class NotProven(FanlightError):
    """The proof at hand does not cover this; ``needed`` is the level that would."""

    code, kind = "not_proven", Kind.FORBIDDEN


class ReasonNeeded(FanlightError):
    """Personal facts are shown for a stated reason only."""

    code, kind = "reason_needed", Kind.UNPROCESSABLE
