"""An invented exchange on the next port, so that the chat is really embedded across sites.

It does what a real one would: it knows who is signed in, signs a token for them, loads one script,
and has a back office for the desk to ask (``demo_backoffice``). What it shows stands in
``demo_site/`` and in the sandbox; it has no database and no part in the desk.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import jinja2
import msgspec
from joserfc import jwt
from joserfc.jwk import OctKey
from msgspec.structs import replace

from fanlight.app import demo_backoffice
from fanlight.app.demo_backoffice import BackOffice
from fanlight.channels.adapters.email.settings import EmailSettings, Mailbox
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.exchange.facts import Deposit, Transaction
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.i18n import DEFAULT, day, negotiate
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared.assets import stylesheet
from fanlight.surfaces.shared.settings import HelpSettings

SITE = Path(__file__).with_name("demo_site")
ISSUER = "https://www.meridian.example"
KEY_ID = "meridian-demo"
MARK = "M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0M12 3c-5.2 4.8-5.2 13.2 0 18M3.6 9h16.8"
TOKEN_LIVES = timedelta(minutes=5)
_COOKIE = "meridian_demo"
_LONGEST_BODY = 4096
_PATIENCE_S = 5.0  # with the desk

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody invented, with invented balances."""

    uid: str
    name: str
    email: str
    language: str
    country: str  # where they live, ISO 3166
    entity: str  # whose customer they are
    tier: str
    assets: list[tuple[str, str, str, str]]

    @property
    def total(self) -> str:
        return _grouped(str(sum(Decimal(value) for *_, value in self.assets)))


class Site(msgspec.Struct, frozen=True):
    """What stands in ``customers.toml``."""

    customer: list[Customer]
    words: dict[str, dict[str, str]]


@cache
def site() -> Site:
    """The invented customers and the words of their exchange."""
    return msgspec.toml.decode((SITE / "customers.toml").read_bytes(), type=Site)


def demo_settings(settings: Settings, *, port: int) -> Settings:
    """The settings of a demo: the desk believes this exchange and lets it embed the chat.

    ``port`` is the exchange's own. The key is derived from the installation's, so that desk and
    exchange agree on it in whatever processes they run.
    """
    chat = settings[WebchatSettings]
    origins = (f"http://localhost:{port}", f"http://127.0.0.1:{port}")
    key = Sealer.open(settings).derive("demo exchange identity").hex()
    # Whoever tries the demo out has no authenticator app at hand for six invented agents.
    sign_in = replace(settings[SignInSettings], second_factor="optional")
    # Mail comes in at a door beside the exchange's and goes out into a folder: it can be tried
    # from end to end, and nothing leaves the machine.
    mail = replace(
        settings[EmailSettings],
        mailboxes=(
            Mailbox(id="support", address="support@meridian.example", name="Meridian"),
            Mailbox(
                id="phishing",
                address="phishing@meridian.example",
                name="Meridian",
                takes_reports=True,
            ),
        ),
        pickup_folder=str(settings.data_dir / "outbox"),
        listen="smtp",
        listen_port=port + 1,
    )
    if not settings[EmailSettings].mailboxes:
        settings = settings.with_section(mail)
    settings = demo_backoffice.connected(settings, port=port)
    brand, help_site = settings[BrandSettings], settings[HelpSettings]
    settings = settings.with_section(replace(brand, site_url=brand.site_url or origins[0]))
    sign_in_url = help_site.sign_in_url or f"{origins[0]}/help"
    settings = settings.with_section(replace(help_site, sign_in_url=sign_in_url))
    return settings.with_section(sign_in).with_section(
        replace(
            chat,
            origins=tuple(dict.fromkeys((*chat.origins, *origins))),
            issuer=chat.issuer or ISSUER,
            hs256_keys={**chat.hs256_keys, KEY_ID: key},
            brand_mark=chat.brand_mark or MARK,
        )
    )


def identity_token(settings: Settings, customer: Customer, now: datetime) -> str:
    """What the desk gets told about who is signed in here."""
    chat = settings[WebchatSettings]
    claims = {
        "iss": chat.issuer,
        "aud": chat.audience,
        "sub": customer.uid,
        "iat": int(now.timestamp()),
        "exp": int((now + TOKEN_LIVES).timestamp()),
        "jti": secrets.token_urlsafe(16),
        "name": customer.name,
        "email": customer.email,
        "email_verified": True,
        "locale": customer.language,
        "country": customer.country,
        "entity": customer.entity,
        "tier": customer.tier,
    }
    key = OctKey.import_key(chat.hs256_keys[KEY_ID])
    return jwt.encode({"alg": "HS256", "kid": KEY_ID}, claims, key)


def create_app(settings: Settings) -> AsgiApp:
    """The exchange as a plain ASGI application."""
    exchange = _Exchange(settings)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            status, headers, body = await exchange.answer(scope, receive)
            await _send(send, status, headers, body)
        else:
            await send({"type": "websocket.close", "code": 1000})

    return app


Answer = tuple[int, list[tuple[str, str]], bytes]
_NO_STORE = ("cache-control", "no-store")


class _Exchange:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._backoffice = BackOffice(settings)
        self._desk = settings[BrandSettings].help_url
        loader = jinja2.FileSystemLoader(SITE)
        self._template = jinja2.Environment(autoescape=True, loader=loader).get_template(
            "page.html"
        )
        parts = ("elements", "controls", "parts", "blocks")
        shared = stylesheet(
            "exchange", ["shared/tokens.css", *(f"shared/styles/{part}.css" for part in parts)]
        )
        self._files = {
            "/site.css": ("text/css; charset=utf-8", shared.answer.plain + _file("site.css")),
            "/site.js": ("text/javascript; charset=utf-8", _file("site.js")),
            "/logo.svg": ("image/svg+xml", _file("logo.svg")),
        }

    async def answer(self, scope: Scope, receive: Receive) -> Answer:
        path, method = scope["path"], scope["method"]
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if method in {"GET", "HEAD"} and path in self._files:
            kind, body = self._files[path]
            return 200, [("content-type", kind), ("cache-control", "max-age=60")], body
        if method in {"GET", "HEAD"} and path == "/":
            return await self._page(headers, _asked(scope).get("next", ""))
        if method == "GET" and path in {"/help", "/cases"}:
            asked = _asked(scope) if path == "/help" else {"next": "/cases"}
            return await self._over(headers, asked)
        if method == "POST" and path == "/session" and _is_ours(headers):
            return _sign_in(await _form(receive))
        if method == "POST" and path == "/alert" and _is_ours(headers):
            return self._alert(headers)
        if method == "POST" and path == "/session/identity" and "x-meridian" in headers:
            return self._identity(headers)
        if path.startswith(demo_backoffice.PATH):
            said = await self._backoffice.answer(
                method,
                scope["raw_path"].decode("latin-1") + _query(scope),
                headers,
                await _body(receive, demo_backoffice.MAX_BODY_BYTES),
            )
            return said.status, [("content-type", "application/json"), _NO_STORE], said.body
        return 404, [("content-type", "text/plain"), _NO_STORE], b"There is no such page.\n"

    async def _page(self, headers: Mapping[str, str], leads_to: str) -> Answer:
        customer = _signed_in(headers)
        deposits = await self._backoffice.deposits(customer.uid) if customer else []
        codes, alerts = self._backoffice.phone(customer.uid) if customer else ([], [])
        asked = headers.get("accept-language", "")
        language = customer.language if customer else negotiate(asked)
        if language not in site().words:  # the desk may speak more than this exchange does
            language = DEFAULT
        text = self._template.render(
            customer=customer,
            customers=site().customer,
            language=language,
            words=site().words[language],
            desk=self._desk,
            mark=MARK,
            leads_to=leads_to,
            codes=codes,
            alerts=alerts,
            sent=_sent(self._backoffice.sent(customer.uid)) if customer else [],
            **_figures(customer, deposits, language),
        )
        policy = (
            f"default-src 'none'; script-src 'self' {self._desk}; style-src 'self'; "
            f"img-src 'self'; connect-src 'self' {self._desk}; frame-src {self._desk}; "
            f"form-action 'self' {self._desk}; base-uri 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types fanlight"
        )
        return (
            200,
            [
                ("content-type", "text/html; charset=utf-8"),
                ("content-security-policy", policy),
                ("vary", "cookie, accept-language"),
                _NO_STORE,
            ],
            text.encode(),
        )

    async def _over(self, headers: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
        """Over to the help site, signed in there as here: our server asks it for a code.

        Whoever is not signed in here does that first; they are led on afterwards.
        """
        customer = _signed_in(headers)
        place = asked.get("next") or "/"
        if customer is None:
            return 302, [("location", f"/?{urlencode({'next': place})}"), _NO_STORE], b""
        language = asked.get("lang") or customer.language
        if place in {"/", "/cases"}:
            place = f"/{language}{place}"
        token = identity_token(self._settings, customer, datetime.now(UTC))
        try:
            async with httpx2.AsyncClient(timeout=_PATIENCE_S) as client:
                answer = await client.post(
                    f"{self._desk}/api/app/v1/handover",
                    json={"identity": token, "lang": language, "next": place},
                )
                answer.raise_for_status()
            to = answer.json()["url"]
        except httpx2.HTTPError:
            to = f"{self._desk}/{language}/"  # the help site asks them to sign in then
        return 302, [("location", to), _NO_STORE], b""

    def _alert(self, headers: Mapping[str, str]) -> Answer:
        """As after a sign-in from an unknown device: a mail with a link that locks the account."""
        customer = _signed_in(headers)
        if customer is not None:
            self._backoffice.alert(customer.uid)
        return 303, [("location", "/#phone"), _NO_STORE], b""

    def _identity(self, headers: Mapping[str, str]) -> Answer:
        customer = _signed_in(headers)
        kind = ("content-type", "application/json")
        if customer is None:
            return 401, [kind, _NO_STORE], b'{"token":null}'
        token = identity_token(self._settings, customer, datetime.now(UTC))
        return 200, [kind, _NO_STORE], msgspec.json.encode({"token": token})


def _figures(customer: Customer | None, deposits: list[Deposit], language: str) -> dict[str, Any]:
    if customer is None:
        return {}
    return {
        "total": customer.total,
        "assets": [(code, *map(_grouped, figures)) for code, *figures in customer.assets],
        "deposits": [
            (
                each.seen_at.isoformat(),
                f"{day(language, each.seen_at.date())} {each.seen_at:%H:%M}",
                each.asset,
                each.network,
                _grouped(str(each.amount)),
                each.state.value,
            )
            for each in deposits
        ],
    }


def _sent(transactions: list[Transaction]) -> list[tuple[str, str, str]]:
    """Amount, network and hash of each."""
    return [
        (f"{_grouped(str(moved.amount))} {moved.asset}", each.network, each.hash)
        for each in transactions
        for moved in each.transfers[:1]
    ]


def _grouped(figure: str) -> str:
    """1,250.00: groups of three, the asset's own decimals."""
    return f"{Decimal(figure):,}"


def _is_ours(headers: Mapping[str, str]) -> bool:
    """A form of this very page: no other site may switch who is signed in."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _signed_in(headers: Mapping[str, str]) -> Customer | None:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return None
    wanted = cookie.value if cookie is not None else ""
    return next((each for each in site().customer if each.uid == wanted), None)


def _sign_in(form: Mapping[str, str]) -> Answer:
    uid = next((each.uid for each in site().customer if each.uid == form.get("uid")), "")
    cookie = f"{_COOKIE}={uid}; Path=/; HttpOnly; SameSite=Lax{'' if uid else '; Max-Age=0'}"
    on = f"/help?{urlencode({'next': form['next']})}" if uid and form.get("next") else "/"
    return 303, [("location", on), ("set-cookie", cookie), _NO_STORE], b""


async def _body(receive: Receive, limit_bytes: int) -> bytes:
    body = b""
    while len(body) <= limit_bytes:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    return body


def _query(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return f"?{query.decode('latin-1')}" if query else ""


async def _form(receive: Receive) -> dict[str, str]:
    return _pairs(await _body(receive, _LONGEST_BODY))


def _asked(scope: Scope) -> dict[str, str]:
    """What stands after the question mark."""
    return _pairs(scope["query_string"])


def _pairs(text: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text.decode("latin-1")).items()}


def _file(name: str) -> bytes:
    return (SITE / name).read_bytes()


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return


async def _send(send: Send, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers]
    raw += [(b"content-length", str(len(body)).encode()), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
