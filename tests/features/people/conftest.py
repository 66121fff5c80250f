"""People at hand: sealed secrets, agents with roles, an actor with a fresh session."""

import base64
import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import cbor2
import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from fanlight.features.people.models import Agent, AgentState
from fanlight.features.people.passwords import hash_password
from fanlight.features.people.queries import sign_in
from fanlight.features.people.service import make_agent as make
from fanlight.features.people.service import make_team, sessions
from fanlight.features.people.service.sessions import Where
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel.ids import new_id
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work

PASSWORD = "lantern over the river"
HERE = Where(ip="192.0.2.7", user_agent="Firefox on Linux")

MakeAgent = Callable[..., Awaitable[Agent]]
ActAs = Callable[[Agent], Awaitable[Work]]


class Clock:
    """A still clock that a test moves by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock(work: Work) -> Clock:
    clock = Clock(work.now())
    work.now = clock
    return clock


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(bytes(range(32)))


@pytest.fixture
def settings() -> SignInSettings:
    return SignInSettings()


@pytest.fixture
def optional(settings: SignInSettings) -> SignInSettings:
    return msgspec.structs.replace(settings, second_factor="optional")


@pytest.fixture(scope="session")
async def password_hash() -> str:
    """Hashed once: it is slow on purpose, and hundreds of tests need an agent."""
    return await hash_password(PASSWORD)


@pytest.fixture
def make_agent(work: Work, password_hash: str) -> MakeAgent:
    """An agent whose password is the one of this file; invited only, with ``password=None``."""

    async def build(**wanted: Any) -> Agent:
        is_invited = wanted.pop("password", PASSWORD) is None
        plain = {"email": f"{new_id().hex}@desk.example", "name": "Mei Tan", "roles": ["agent"]}
        agent = await make(work, password=None, **plain | wanted)
        if is_invited:
            return agent
        await sign_in.save_password(work, agent.id, password_hash)
        return msgspec.structs.replace(agent, state=AgentState.ACTIVE)

    return build


@pytest.fixture
async def team(work: Work) -> str:
    return (await make_team(work, key="deposits", name="Deposits")).key


@pytest.fixture
def act_as(work: Work, settings: SignInSettings, clock: Clock) -> ActAs:
    """The same work in the name of an agent who signed in this moment."""

    async def act(agent: Agent) -> Work:
        opened = await sessions.open_session(
            work, agent.id, settings, state="full", method="password", where=HERE
        )
        return work.acting_as(await sessions.actor_for(work, opened.token))

    return act


class SoftPasskey:
    """An authenticator in software: it makes real keys and signs what the browser would."""

    def __init__(self, origin: str = "https://desk.example", rp_id: str = "desk.example") -> None:
        self.origin, self.rp_id = origin, rp_id
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(32)
        self.count = 0
        self.verifies_user = True

    def create(self, options: str) -> str:
        """The answer to ``navigator.credentials.create``."""
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        known = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cose
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(0x40) + known}
        return self._answer(
            {
                "clientDataJSON": b64(self._client("webauthn.create", options)),
                "attestationObject": b64(cbor2.dumps(attestation)),
                "transports": ["internal"],
            }
        )

    def get(self, options: str) -> str:
        """The answer to ``navigator.credentials.get``."""
        client, data = self._client("webauthn.get", options), self._data()
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(data),
                "signature": b64(signature),
                "userHandle": None,
            }
        )

    def _client(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int = 0) -> bytes:
        flags = 0x01 | (0x04 if self.verifies_user else 0) | more
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, Any]) -> str:
        name = b64(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture
def new_passkey() -> Callable[..., SoftPasskey]:
    return SoftPasskey
