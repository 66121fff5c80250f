"""Signing in and out of the console, the first administrator's link, invitations."""

from typing import Any, Self

import msgspec
from litestar import Controller, Request, Response, post
from litestar.params import JSONBody

from fanlight.features.people.models import Session
from fanlight.features.people.service import links, passkeys, sessions, sign_in
from fanlight.features.people.service.sign_in import Factor, Next, Refused, SignedIn
from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.guards import from_our_page
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import (
    COOKIE,
    NO_STORE,
    committed,
    cookie_for,
    edge_of,
    no_cookie,
    sign_in_settings,
    site_of,
    token_of,
    where_from,
)
from fanlight.surfaces.shared.works import VISITOR

AnyRequest = Request[Any, Any, Any]


class SignInForm(msgspec.Struct, frozen=True):
    email: str
    password: str


class CodeForm(msgspec.Struct, frozen=True):
    code: str


class CredentialForm(msgspec.Struct, frozen=True):
    """What the browser's passkey answered, as its ``toJSON`` writes it."""

    credential: dict[str, Any]

    def as_json(self) -> str:
        return msgspec.json.encode(self.credential).decode()


class SetUpForm(msgspec.Struct, frozen=True):
    token: str
    name: str
    email: str
    password: str


class AcceptForm(msgspec.Struct, frozen=True):
    token: str
    password: str
    name: str = ""


class SignInOut(msgspec.Struct, frozen=True):
    """What comes next: nothing, a second step (any of ``ways``), or setting one up."""

    next: Next
    ways: tuple[Factor, ...] = ()

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        return cls(next=signed_in.next, ways=signed_in.factors)


class SignInController(Controller):
    path = "/api/console"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["sign-in"]
    guards = [from_our_page]

    @post("/sign-in", status_code=200)
    async def with_password(
        self, request: AnyRequest, data: JSONBody[SignInForm]
    ) -> Response[SignInOut]:
        """Sign in with address and password."""
        where = where_from(request)
        async with edge_of(request).work(VISITOR) as work:
            tried = await sign_in.count_try(work, email=data.email, where=where)
        fits = await sign_in.fits(tried, data.password)

        async def do(work: Work) -> SignedIn | Refused:
            return await sign_in.sign_in(
                work,
                sign_in_settings(request),
                tried,
                fits=fits,
                password=data.password,
                where=where,
            )

        return _answer(request, await committed(request, do))

    @post("/sign-in/totp", status_code=200)
    async def with_code(self, request: AnyRequest, data: JSONBody[CodeForm]) -> Response[SignInOut]:
        """Second step: a code from the authenticator app."""

        async def do(work: Work) -> SignedIn | Refused:
            half = await sessions.half_signed_in(work, token_of(request))
            return await sign_in.with_code(
                work, work.of(Sealer), sign_in_settings(request), half, data.code
            )

        return _answer(request, await committed(request, do))

    @post("/sign-in/recovery", status_code=200)
    async def with_recovery_code(
        self, request: AnyRequest, data: JSONBody[CodeForm]
    ) -> Response[SignInOut]:
        """Second step: a code from the printed list."""

        async def do(work: Work) -> SignedIn | Refused:
            half = await sessions.half_signed_in(work, token_of(request))
            return await sign_in.with_recovery_code(
                work, work.of(Sealer), sign_in_settings(request), half, data.code
            )

        return _answer(request, await committed(request, do))

    @post("/sign-in/passkey/options", status_code=200)
    async def passkey_options(self, request: AnyRequest) -> dict[str, Any]:
        """What to ask the browser's passkeys, with or without a password before."""
        async with edge_of(request).work() as work:
            half = await _half(work, request)
            options = await passkeys.sign_in_options(
                work, _site(request), half, where=where_from(request)
            )
        return msgspec.json.decode(options, type=dict[str, Any])

    @post("/sign-in/passkey", status_code=200)
    async def with_passkey(
        self, request: AnyRequest, data: JSONBody[CredentialForm]
    ) -> Response[SignInOut]:
        """Sign in with a passkey."""

        async def do(work: Work) -> SignedIn | Refused:
            return await passkeys.sign_in(
                work,
                sign_in_settings(request),
                _site(request),
                await _half(work, request),
                credential=data.as_json(),
                where=where_from(request),
            )

        return _answer(request, await committed(request, do))

    @post("/sign-out", status_code=204)
    async def sign_out(self, request: AnyRequest) -> Response[None]:
        """End this session."""
        token = request.cookies.get(COOKIE)
        if token:
            async with edge_of(request).work() as work:
                await sessions.sign_out(work, token)
        return Response(None, status_code=204, cookies=[no_cookie(request)])

    @post("/set-up", status_code=200)
    async def set_up(self, request: AnyRequest, data: JSONBody[SetUpForm]) -> Response[SignInOut]:
        """Make the first administrator by the link shown at the first start."""

        async def do(work: Work) -> SignedIn:
            return await links.set_up(
                work,
                sign_in_settings(request),
                token=data.token,
                name=data.name,
                email=data.email,
                password=data.password,
                where=where_from(request),
            )

        return _answer(request, await committed(request, do))

    @post("/accept-invite", status_code=200)
    async def accept_invite(
        self, request: AnyRequest, data: JSONBody[AcceptForm]
    ) -> Response[SignInOut]:
        """Set a password by a one-time link."""

        async def do(work: Work) -> SignedIn:
            return await links.accept_link(
                work,
                sign_in_settings(request),
                token=data.token,
                name=data.name,
                password=data.password,
                where=where_from(request),
            )

        return _answer(request, await committed(request, do))


def _answer(request: AnyRequest, signed_in: SignedIn) -> Response[SignInOut]:
    return Response(
        SignInOut.of(signed_in), status_code=200, cookies=[cookie_for(request, signed_in.opened)]
    )


def _site(request: AnyRequest) -> passkeys.Site:
    return site_of(request, sign_in_settings(request))


async def _half(work: Work, request: AnyRequest) -> Session | None:
    """The session of whoever gave a password just now; None for who comes with a passkey alone."""
    try:
        return await sessions.half_signed_in(work, token_of(request))
    except SignInNeeded:
        return None


ROUTES = [SignInController]
