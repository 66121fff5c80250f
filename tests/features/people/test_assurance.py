"""How sure we are of a speaker decays, and never rises without a session under it."""

from datetime import UTC, datetime, timedelta

import pytest

from fanlight.features.people.assurance import Level, Method, Proof, level_now, proof_by, stepped_up

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACCOUNT = "exchange:48812217"


def after(proof: Proof, **time: float) -> Level:
    return level_now(proof, NOON + timedelta(**time))


@pytest.mark.parametrize(
    ("method", "level"),
    [
        (Method.PLATFORM_ID, Level.L0),
        (Method.DMARC, Level.L1),
        (Method.CODE, Level.L1),
        (Method.QUESTIONS, Level.L1),
        (Method.SIGNED_SESSION, Level.L2),
        # A second proof without a session is worth nothing.
        (Method.TOTP, Level.L0),
        (Method.PASSKEY, Level.L0),
        (Method.SMS, Level.L0),
    ],
)
def test_what_a_method_proves_by_itself(method: Method, level: Level) -> None:
    assert proof_by(method, ACCOUNT, at=NOON).level is level


@pytest.mark.parametrize("method", [Method.TOTP, Method.PASSKEY, Method.SMS])
def test_a_second_proof_raises_a_session_for_a_quarter_of_an_hour(method: Method) -> None:
    raised = stepped_up(proof_by(Method.SIGNED_SESSION, ACCOUNT, at=NOON), method, at=NOON)

    assert after(raised, minutes=15) is Level.L3
    assert after(raised, minutes=15, seconds=1) is Level.L2
    assert after(raised, minutes=60, seconds=1) is Level.L1
    assert after(raised, hours=24, seconds=1) is Level.L0


@pytest.mark.parametrize("method", [Method.QUESTIONS, Method.CODE, Method.DMARC])
def test_nothing_else_raises_a_session(method: Method) -> None:
    session = proof_by(Method.SIGNED_SESSION, ACCOUNT, at=NOON)
    assert stepped_up(session, method, at=NOON) == session


def test_a_stale_session_is_not_raised() -> None:
    session = proof_by(Method.SIGNED_SESSION, ACCOUNT, at=NOON)
    late = NOON + timedelta(minutes=61)
    assert stepped_up(session, Method.TOTP, at=late) == session


def test_an_address_alone_is_not_raised() -> None:
    address = proof_by(Method.CODE, "email:lin@mail.example", at=NOON)
    assert stepped_up(address, Method.TOTP, at=NOON) == address


def test_an_authenticated_mail_counts_for_itself_only() -> None:
    mail = proof_by(Method.DMARC, "email:lin@mail.example", at=NOON)
    assert after(mail) is Level.L1
    assert after(mail, seconds=1) is Level.L0


def test_a_session_decays_to_an_address_and_then_to_nothing() -> None:
    session = proof_by(Method.SIGNED_SESSION, ACCOUNT, at=NOON)
    assert after(session, minutes=60) is Level.L2
    assert after(session, minutes=61) is Level.L1
    assert after(session, days=2) is Level.L0
