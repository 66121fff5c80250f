"""How agents sign in, and for how long."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from fanlight.kernel.settings import Section


class SignInSettings(Section, frozen=True, kw_only=True):
    """How agents sign in to the console."""

    section: ClassVar[str] = "sign_in"

    second_factor: Literal["required", "optional"] = "required"
    """Whether an agent without a passkey or an authenticator app must set one up to go on."""

    address: str = ""
    """Where agents open the console, e.g. `https://desk.example`; passkeys are bound to its name.
    Empty: taken from the request, which is enough for one machine."""

    issuer: str = "Fanlight"
    """The name shown in authenticator apps and by passkeys."""

    idle_s: Annotated[int, Meta(ge=300)] = 12 * 3600
    """A session nobody uses ends after this many seconds."""

    longest_s: Annotated[int, Meta(ge=3600)] = 7 * 24 * 3600
    """Every session ends after this many seconds, used or not."""

    step_up_s: Annotated[int, Meta(ge=60)] = 300
    """How long a fresh proof is enough for revealing a fact or changing who may sign in, in
    seconds."""

    password_length: Annotated[int, Meta(ge=8, le=64)] = 12
    """The shortest password taken, in characters."""

    invite_s: Annotated[int, Meta(ge=3600)] = 72 * 3600
    """How long an invitation link works, in seconds."""
