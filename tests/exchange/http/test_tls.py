"""The client against a real server over loopback: TLS, mutual TLS, and the whole suite over it."""

import re
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fanlight.app.demo_exchange import AsgiApp, Receive, Scope, Send
from fanlight.exchange.conformance import ACTING, READING, Case, examine
from fanlight.exchange.connectors.http.connect import connect
from fanlight.exchange.connectors.http.door import Door
from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.exchange.contract import ExchangeDown
from fanlight.kernel.settings import BadSettings, Settings, load
from tests.builders.serving import served

SECRET = "a secret of thirty-two characters"
Signed = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def certificate(folder: Path, name: str, by: Signed | None = None) -> Signed:
    """A certificate in ``name.pem`` with its key in ``name.key``, signed by another or itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(by[1] if by else key, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kept = folder / f"{name}.key"
    kept.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    kept.chmod(0o600)
    return made, key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ours = certificate(tmp_path, "authority")
    certificate(tmp_path, "office", ours)
    certificate(tmp_path, "desk", ours)
    certificate(tmp_path, "stranger")
    certificate(tmp_path, "open", ours)
    (tmp_path / "open.key").chmod(0o644)
    return tmp_path


def app_of(door: Door) -> AsgiApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        query = scope["query_string"].decode()
        target = scope["raw_path"].decode() + (f"?{query}" if query else "")
        body = (await receive()).get("body", b"")
        said = await door.answer(scope["method"], target, headers, body)
        await send({"type": "http.response.start", "status": said.status, "headers": []})
        await send({"type": "http.response.body", "body": said.body})

    return app


@asynccontextmanager
async def office(sandbox: Sandbox, folder: Path, *, is_mutual: bool) -> AsyncIterator[str]:
    """The sandbox behind TLS; its address."""
    door = Door(sandbox, sandbox.chains, keys={"desk": SECRET.encode()})
    config = uvicorn.Config(
        app_of(door),
        port=0,
        lifespan="off",
        log_level="critical",
        ssl_certfile=folder / "office.pem",
        ssl_keyfile=folder / "office.key",
        ssl_ca_certs=str(folder / "authority.pem") if is_mutual else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if is_mutual else ssl.CERT_NONE,
    )
    async with served(config) as port:
        yield f"https://localhost:{port}"


def settings_of(folder: Path, url: str, **given: str) -> Settings:
    trusted = {"trusted_certificates": str(folder / "authority.pem")}
    section = HttpExchangeSettings(
        **{"url": url, "key_id": "desk", "secret": SECRET} | trusted | given
    )
    return load(data_dir=folder, environment={}).with_section(section)


def with_certificate(folder: Path, name: str) -> dict[str, str]:
    return {
        "client_certificate": str(folder / f"{name}.pem"),
        "client_key": str(folder / f"{name}.key"),
    }


async def test_every_check_holds_over_tls(folder: Path) -> None:
    sandbox = Sandbox()
    async with (
        office(sandbox, folder, is_mutual=False) as url,
        connect(settings_of(folder, url)) as (exchange, through),
    ):
        case = Case(exchange=exchange, uid=sandbox.uids[-3], other=sandbox.uids[5])
        results = await examine(case, [*READING, *ACTING])
        assert [each for each in results if each.state != "right"] == []
        chain = through("Bitcoin")
        assert chain is not None
        assert (await chain.head()).value > 0


async def test_a_server_that_is_not_theirs_is_not_asked(folder: Path) -> None:
    sandbox = Sandbox()
    async with office(sandbox, folder, is_mutual=False) as url:
        for trusted in (str(folder / "stranger.pem"), ""):
            settings = settings_of(folder, url, trusted_certificates=trusted)
            async with connect(settings) as (exchange, _):
                with pytest.raises(ExchangeDown):
                    await exchange.healthy()
        wrong_name = url.replace("localhost", "127.0.0.1")
        async with connect(settings_of(folder, wrong_name)) as (exchange, _):
            with pytest.raises(ExchangeDown):
                await exchange.healthy()


async def test_mutual_tls_lets_in_whom_the_authority_knows(folder: Path) -> None:
    sandbox = Sandbox()
    async with office(sandbox, folder, is_mutual=True) as url:
        known = settings_of(folder, url, **with_certificate(folder, "desk"))
        async with connect(known) as (exchange, _):
            assert (await exchange.account(sandbox.uids[0])).value.uid == sandbox.uids[0]
        for nobody in (
            settings_of(folder, url),
            settings_of(folder, url, **with_certificate(folder, "stranger")),
        ):
            async with connect(nobody) as (exchange, _):
                with pytest.raises(ExchangeDown):
                    await exchange.account(sandbox.uids[0])


@contextmanager
def refusing(folder: Path) -> Iterator[int]:
    """A server that tells in TLS's own words that it wants a certificate; its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=folder / "authority.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(folder / "office.pem", folder / "office.key")

    def answer(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                asked, _ = server.accept()
                told = context.wrap_socket(asked, server_side=True, do_handshake_on_connect=False)
                with told, suppress(ssl.SSLError):
                    try:
                        told.do_handshake()
                    finally:  # what they sent meanwhile is read, or a reset overtakes the alert
                        told.settimeout(1)
                        while socket.socket.recv(told, 4096):
                            pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


async def test_why_there_is_no_answer_is_said(folder: Path) -> None:
    stranger = {"trusted_certificates": str(folder / "stranger.pem")}
    with refusing(folder) as port:
        url = f"https://localhost:{port}"
        for settings, why in (
            (settings_of(folder, url), "certificate required"),
            (settings_of(folder, url, **stranger), "not trusted"),
            (settings_of(folder, url.replace("localhost", "127.0.0.1")), "another name"),
            (settings_of(folder, "https://localhost:1"), "connection refused"),
            (settings_of(folder, "https://exchange.invalid"), "name is not known"),
        ):
            async with connect(settings) as (exchange, _):
                with pytest.raises(ExchangeDown) as down:
                    await exchange.healthy()
            assert re.search(why, str(down.value.params["reason"])), down.value.params


async def test_a_key_that_others_may_read_is_refused(folder: Path) -> None:
    settings = settings_of(folder, "https://localhost:1", **with_certificate(folder, "open"))
    with pytest.raises(BadSettings, match="chmod 600"):
        async with connect(settings):
            pass
    missing = settings_of(folder, "https://localhost:1", trusted_certificates="/nowhere.pem")
    with pytest.raises(BadSettings, match=r"/nowhere\.pem: No such file"):
        async with connect(missing):
            pass


async def test_a_locked_key_is_said_and_nobody_is_asked_for_a_passphrase(folder: Path) -> None:
    kept = folder / "desk.key"
    key = serialization.load_pem_private_key(kept.read_bytes(), None)
    locked = serialization.BestAvailableEncryption(b"x")
    kept.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    )
    settings = settings_of(folder, "https://localhost:1", **with_certificate(folder, "desk"))
    with pytest.raises(BadSettings, match="passphrase"):
        async with connect(settings):
            pass
