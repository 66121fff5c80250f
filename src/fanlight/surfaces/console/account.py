"""An agent's own account: settings, password, second factors, sessions, presence."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from fanlight.features.oversight.settings import OversightSettings
from fanlight.features.people.models import (
    Density,
    Passkey,
    PresenceState,
    Profile,
    Session,
    Theme,
)
from fanlight.features.people.service import (
    account,
    enrolment,
    passkeys,
    sessions,
    sign_in,
    totp,
)
from fanlight.features.people.service.sessions import Opened
from fanlight.features.people.service.sign_in import Refused
from fanlight.features.people.settings import SignInSettings
from fanlight.features.trust.service.agents import public_id
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.console.auth import CodeForm, CredentialForm
from fanlight.surfaces.shared.guards import from_our_page, signed_in
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import (
    NO_STORE,
    agent_behind,
    committed,
    cookie_for,
    edge_of,
    sign_in_settings,
    site_of,
    token_of,
)
from fanlight.surfaces.shared.works import changing

AnyRequest = Request[Any, Any, Any]


class MeOut(Profile, frozen=True, kw_only=True):
    """All an agent is shown about themselves, and what the house asks of them."""

    second_factor: Literal["required", "optional"]
    watermark: str | None
    """The agent's public id, which stands faintly behind what they read; None: switched off."""

    @classmethod
    async def of(cls, work: Work, profile: Profile) -> Self:
        settings = work.of(Settings)
        is_marked = settings[OversightSettings].watermark
        return cls(
            **msgspec.structs.asdict(profile),
            second_factor=settings[SignInSettings].second_factor,
            watermark=await public_id(work, profile.id) if is_marked else None,
        )


class ChangeMe(msgspec.Struct, frozen=True, kw_only=True):
    language: str | None = None
    theme: Theme | None = None
    density: Density | None = None
    public_name: str | None = None


class PasswordForm(msgspec.Struct, frozen=True):
    current: str
    new: str


class PresenceForm(msgspec.Struct, frozen=True):
    state: PresenceState


class StepUpForm(msgspec.Struct, frozen=True):
    """A code from the app; the password only where there is no second factor."""

    code: str | None = None
    password: str | None = None


class SessionOut(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ip: str
    user_agent: str
    method: str
    is_current: bool

    @classmethod
    def of(cls, session: Session, current_id: UUID | None) -> Self:
        return cls(
            id=session.id,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            expires_at=session.expires_at,
            ip=session.ip,
            user_agent=session.user_agent,
            method=session.method,
            is_current=session.id == current_id,
        )


class TotpOut(msgspec.Struct, frozen=True):
    """The secret to type, the address behind the QR code, the QR code; shown this once."""

    secret: str
    uri: str
    svg: str


class CodesOut(msgspec.Struct, frozen=True):
    """Recovery codes, shown this once."""

    recovery_codes: tuple[str, ...]
    next: Literal["done"] = "done"


class PasskeyForm(CredentialForm, frozen=True):
    name: str = ""


class PasskeyMade(msgspec.Struct, frozen=True):
    """The new passkey; recovery codes come with the first second factor only."""

    passkey: Passkey
    recovery_codes: tuple[str, ...]
    next: Literal["done"] = "done"


class AccountController(Controller):
    path = "/api/console/me"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["account"]

    # The first time their public id is given to them.
    @get("/", guards=[signed_in], dependencies={"work": Provide(changing)})
    async def me(self, work: NamedDependency[Work]) -> MeOut:
        """Who is signed in."""
        return await MeOut.of(work, await account.profile(work))

    @patch("/", guards=[signed_in])
    async def change_me(self, data: JSONBody[ChangeMe], work: NamedDependency[Work]) -> MeOut:
        """Change one's own settings."""
        changed = await account.save_profile(
            work,
            language=data.language,
            theme=data.theme,
            density=data.density,
            public_name=data.public_name,
        )
        return await MeOut.of(work, changed)

    @put("/presence", guards=[signed_in], status_code=204)
    async def set_presence(self, data: JSONBody[PresenceForm], work: NamedDependency[Work]) -> None:
        """Say whether one answers now."""
        await account.set_presence(work, data.state)

    @post("/password", guards=[signed_in], status_code=204)
    async def change_password(self, request: AnyRequest, data: JSONBody[PasswordForm]) -> None:
        """Set a new password; every other session ends."""

        async def do(work: Work) -> Refused | None:
            return await sign_in.change_password(
                work, sign_in_settings(request), current=data.current, new=data.new
            )

        await committed(request, do, actor=await agent_behind(request))

    @get("/sessions", guards=[signed_in])
    async def list_sessions(self, work: NamedDependency[Work]) -> list[SessionOut]:
        """Where one is signed in."""
        found = await sessions.sessions_of(work)
        return [SessionOut.of(each, work.actor.session_id) for each in found]

    @delete("/sessions", guards=[signed_in])
    async def revoke_others(self, work: NamedDependency[Work]) -> None:
        """End every other session."""
        await sessions.revoke_others(work)

    @delete("/sessions/{session_id:uuid}", guards=[signed_in])
    async def revoke(self, session_id: FromPath[UUID], work: NamedDependency[Work]) -> None:
        """End one session."""
        await sessions.revoke(work, session_id)


class FactorController(Controller):
    """Second factors. Their own guard is ``enroller``: half signed-in agents come here too."""

    path = "/api/console/me"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["account"]
    guards = [from_our_page]

    @post("/totp", status_code=200)
    async def begin_totp(self, request: AnyRequest) -> TotpOut:
        """Make a secret for an authenticator app."""
        settings = sign_in_settings(request)
        async with edge_of(request).work() as work:
            who = await enrolment.enroller(work, token_of(request), settings)
            begun = await totp.begin(
                work.acting_as(who.actor), work.of(Sealer), settings, who.agent_id
            )
        return TotpOut(begun.secret, begun.uri, begun.svg)

    @post("/totp/confirm", status_code=200)
    async def confirm_totp(
        self, request: AnyRequest, data: JSONBody[CodeForm]
    ) -> Response[CodesOut]:
        """Turn the app on by its first code."""
        settings = sign_in_settings(request)
        async with edge_of(request).work() as work:
            who = await enrolment.enroller(work, token_of(request), settings)
            codes = await totp.confirm(
                work.acting_as(who.actor), work.of(Sealer), who.agent_id, data.code
            )
            opened = await enrolment.finish(work, who, settings, factor="totp")
        return _with_session(request, CodesOut(codes), opened)

    @delete("/totp", guards=[signed_in])
    async def turn_off_totp(self, request: AnyRequest, work: NamedDependency[Work]) -> None:
        """Sign in without the app from now on."""
        await totp.turn_off(work, sign_in_settings(request))

    @post("/recovery-codes", guards=[signed_in], status_code=200)
    async def new_codes(self, request: AnyRequest, work: NamedDependency[Work]) -> CodesOut:
        """Print new recovery codes; the old ones stop working."""
        await sessions.needs_fresh_proof(work, within_s=sign_in_settings(request).step_up_s)
        return CodesOut(await totp.new_recovery_codes(work, work.of(Sealer), work.actor.id))

    @get("/passkeys", guards=[signed_in])
    async def list_passkeys(self, work: NamedDependency[Work]) -> list[Passkey]:
        """One's passkeys."""
        return await passkeys.passkeys_of(work)

    @post("/passkeys/options", status_code=200)
    async def passkey_options(self, request: AnyRequest) -> dict[str, Any]:
        """What to ask the browser to make a passkey of."""
        settings = sign_in_settings(request)
        async with edge_of(request).work() as work:
            who = await enrolment.enroller(work, token_of(request), settings)
            options = await passkeys.registration_options(
                work, site_of(request, settings), who.agent_id
            )
        return msgspec.json.decode(options, type=dict[str, Any])

    @post("/passkeys")
    async def add_passkey(
        self, request: AnyRequest, data: JSONBody[PasskeyForm]
    ) -> Response[PasskeyMade]:
        """Keep a passkey the browser has made."""
        settings = sign_in_settings(request)
        async with edge_of(request).work() as work:
            who = await enrolment.enroller(work, token_of(request), settings)
            made = await passkeys.register(
                work.acting_as(who.actor),
                work.of(Sealer),
                site_of(request, settings),
                who.agent_id,
                credential=data.as_json(),
                name=data.name,
            )
            opened = await enrolment.finish(work, who, settings, factor="passkey")
        answer = PasskeyMade(made.passkey, made.recovery_codes)
        return _with_session(request, answer, opened, status_code=201)

    @delete("/passkeys/{passkey_id:uuid}", guards=[signed_in])
    async def remove_passkey(
        self, request: AnyRequest, passkey_id: FromPath[UUID], work: NamedDependency[Work]
    ) -> None:
        """Take a passkey away."""
        await passkeys.remove(work, sign_in_settings(request), passkey_id)

    @post("/step-up", guards=[signed_in], status_code=204)
    async def step_up(self, request: AnyRequest, data: JSONBody[StepUpForm]) -> None:
        """Prove again who sits before the screen."""

        async def do(work: Work) -> Refused | None:
            return await sign_in.step_up(
                work, work.of(Sealer), code=data.code, password=data.password
            )

        await committed(request, do, actor=await agent_behind(request))

    @post("/step-up/passkey/options", guards=[signed_in], status_code=200)
    async def step_up_options(
        self, request: AnyRequest, work: NamedDependency[Work]
    ) -> dict[str, Any]:
        """What to ask the browser's passkeys."""
        site = site_of(request, sign_in_settings(request))
        return msgspec.json.decode(await passkeys.step_up_options(work, site), type=dict[str, Any])

    @post("/step-up/passkey", guards=[signed_in], status_code=204)
    async def step_up_by_passkey(self, request: AnyRequest, data: JSONBody[CredentialForm]) -> None:
        """Prove again who sits before the screen, by a passkey."""

        async def do(work: Work) -> Refused | None:
            site = site_of(request, sign_in_settings(request))
            return await passkeys.step_up(work, site, credential=data.as_json())

        await committed(request, do, actor=await agent_behind(request))


def _with_session(
    request: AnyRequest, answer: Any, opened: Opened | None, *, status_code: int = 200
) -> Response[Any]:
    cookies = [cookie_for(request, opened)] if opened else []
    return Response(answer, status_code=status_code, cookies=cookies)


ROUTES = [AccountController, FactorController]
