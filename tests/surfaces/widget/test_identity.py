"""Who the exchange says is speaking: a good token counts once, every other is refused."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from fanlight.channels.adapters.webchat.identity import IdentityRefused, Verifier
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.kernel.settings import BadSettings
from tests.conftest import NOON
from tests.surfaces.widget.house import People

SECRET, OTHER_SECRET = "a" * 40, "b" * 40
PAIR = ECKey.generate_key("P-256")
SETTINGS = WebchatSettings(
    issuer="https://www.exchange.example",
    audience="fanlight",
    hs256_keys={"2026-11": SECRET, "2026-10": OTHER_SECRET},
    es256_keys={"signer": PAIR.as_pem(private=False).decode()},
)


def claims(**changes: Any) -> dict[str, Any]:
    at = int(NOON.timestamp())
    good = {
        "iss": "https://www.exchange.example",
        "aud": "fanlight",
        "sub": "48812217",
        "iat": at,
        "exp": at + 300,
        "jti": "one",
        "name": "Lin Yue",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def hs256(*, kid: str = "2026-11", secret: str = SECRET, alg: str = "HS256", **changes: Any) -> str:
    return jwt.encode({"alg": alg, "kid": kid}, claims(**changes), OctKey.import_key(secret))


def read(token: str, at: datetime = NOON) -> str:
    """The UID a token stands for, or why it is refused."""
    try:
        return Verifier(SETTINGS).read(token, at).uid
    except IdentityRefused as refused:
        return str(refused.params["reason"])


def unsigned(header: dict[str, Any], **changes: Any) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(claims(**changes))}."


def test_a_good_token_names_the_customer() -> None:
    assert read(hs256()) == "48812217"
    assert read(hs256(kid="2026-10", secret=OTHER_SECRET)) == "48812217"  # while keys rotate
    es256 = jwt.encode({"alg": "ES256", "kid": "signer"}, claims(), PAIR)
    assert read(es256) == "48812217"
    assert read(hs256(aud=["other", "fanlight"])) == "48812217"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://www.impostor.example"}, "issuer"),
        ({"aud": "somebody else"}, "audience"),
        ({"aud": []}, "audience"),
        ({"exp": int(NOON.timestamp()) - 61}, "expired"),
        ({"iat": int(NOON.timestamp()) + 61, "exp": int(NOON.timestamp()) + 300}, "not_yet"),
        ({"exp": int(NOON.timestamp()) + 601}, "too_long_lived"),
        ({"exp": 10**40}, "malformed"),
        ({"sub": ""}, "malformed"),
        ({"sub": None}, "malformed"),
        ({"sub": 48812217}, "malformed"),
        ({"sub": "4" * 129}, "malformed"),
        ({"jti": None}, "malformed"),
        ({"exp": None}, "malformed"),
        ({"iat": None}, "malformed"),
    ],
)
def test_a_token_that_says_something_else_is_refused(changes: dict[str, Any], reason: str) -> None:
    assert read(hs256(**changes)) == reason


def test_clocks_may_stand_a_minute_apart() -> None:
    assert read(hs256(), NOON + timedelta(seconds=359)) == "48812217"
    assert read(hs256(), NOON + timedelta(seconds=360)) == "expired"
    assert read(hs256(), NOON - timedelta(seconds=60)) == "48812217"
    assert read(hs256(), NOON - timedelta(seconds=61)) == "not_yet"


def test_the_algorithm_is_that_of_our_key() -> None:
    assert read(unsigned({"alg": "none", "kid": "2026-11"})) == "unknown_key"
    assert read(unsigned({"alg": "none"})) == "malformed"
    assert read(hs256(kid="gone")) == "unknown_key"
    assert read(hs256(secret=OTHER_SECRET)) == "signature"
    # The public key is public: nobody may sign with it as if it were a shared secret.
    body = unsigned({"alg": "HS256", "kid": "signer"}).rstrip(".")
    mac = hmac.digest(PAIR.as_pem(private=False), body.encode(), "sha256")
    confused = f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert read(confused) == "unknown_key"


def test_rubbish_is_malformed_and_never_a_crash() -> None:
    good = hs256()
    for token in ("", ".", "..", "a.b.c", good + "x" * 5000, good.replace(".", ""), "[" * 4000):
        assert read(token) in {"malformed", "signature"}
    head, body, mac = good.split(".")
    assert read(f"{head}.{body}.{mac[:-4]}AAAA") == "signature"
    assert read(f"{head}.{body[:-2]}AA.{mac}") == "signature"


def test_weak_or_wrong_keys_stop_the_start() -> None:
    with pytest.raises(BadSettings, match="32 characters"):
        Verifier(WebchatSettings(hs256_keys={"short": "secret"}))
    with pytest.raises(BadSettings, match="no EC key"):
        Verifier(WebchatSettings(es256_keys={"x": "-----BEGIN"}))
    with pytest.raises(BadSettings, match="private key"):
        Verifier(WebchatSettings(es256_keys={"x": PAIR.as_pem(private=True).decode()}))
    with pytest.raises(IdentityRefused):
        Verifier(WebchatSettings()).read(hs256(), datetime.now(UTC))


async def test_a_signed_customer_is_known_and_keeps_their_talk(people: People) -> None:
    amara = await people.signed("61724093")
    customer = amara.session["customer"]
    assert (customer["name"], customer["level"]) == ("Amara Okafor", 2)
    talk = (await amara.begin("Where is my deposit?"))["conversation"]["id"]

    elsewhere = await people.signed("61724093")
    jonas = await people.signed("73105528")

    assert elsewhere.session["conversation"]["id"] == talk
    assert jonas.session["conversation"] is None
    assert elsewhere.session["customer"]["id"] == customer["id"]
    assert jonas.session["customer"]["id"] != customer["id"]


async def test_a_token_is_good_once(people: People) -> None:
    token = people.token()
    await people.guest(identity=token)
    again = await people.client().post("/api/widget/session", json={"identity": token})
    assert (again.status_code, again.json()["code"]) == (422, "identity_refused")
    assert again.json()["params"] == {"reason": "replayed"}
