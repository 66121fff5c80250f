"""Checks that freeze and challenge: only for an account that is there to be tried."""

import secrets
from datetime import timedelta

from fanlight.exchange.conformance.case import AHEAD, Case, checks, need
from fanlight.exchange.contract import FREEZABLE, FreezeRefused
from fanlight.exchange.facts import ChallengeState, Freeze, FreezeState

ACTING, of = checks()
STOPS = frozenset({"withdrawals", "api_keys"})
LASTS = timedelta(minutes=10)


async def _freeze(case: Case, key: str) -> Freeze:
    return await case.exchange.freeze(
        case.uid, stops=STOPS, lasts=LASTS, reason="conformance", key=key
    )


@of("freeze")
async def freezes_once(case: Case) -> None:
    key = secrets.token_hex(8)
    first, second = await _freeze(case, key), await _freeze(case, key)
    need(first.uid == case.uid, "another account is frozen")
    need(first.id == second.id, "the same key froze twice")
    need(first.state is FreezeState.FROZEN and first.stops >= STOPS, "not all is stopped")
    need(first.stops <= FREEZABLE, "it stops what nobody may stop")
    need(first.until is None or first.until > case.now() - AHEAD, "it is over before it began")


@of("confirm_freeze")
async def keeps_this_one(case: Case) -> None:
    freeze = await _freeze(case, secrets.token_hex(8))
    kept = await case.exchange.confirm_freeze(freeze.id, key=secrets.token_hex(8))
    need((kept.id, kept.uid) == (freeze.id, case.uid), "another freeze is kept")
    need(kept.state is FreezeState.FROZEN and kept.is_confirmed, "to be kept, and it is not")


@of("freeze")
async def tells_of_it(case: Case) -> None:
    freeze = await _freeze(case, secrets.token_hex(8))
    standing = (await case.exchange.frozen(case.uid)).value
    need(standing is not None and standing.id == freeze.id, "frozen, and not told")
    need((await case.exchange.account(case.uid)).value.is_frozen, "the account says otherwise")


@of("freeze")
async def stops_nothing_else(case: Case) -> None:
    """Open positions are nobody's to close."""
    try:
        await case.exchange.freeze(
            case.uid,
            stops=frozenset({"positions"}),
            lasts=LASTS,
            reason="conformance",
            key=secrets.token_hex(8),
        )
    except FreezeRefused:
        return
    need(False, "positions may be stopped")


@of("unfreeze")
async def wants_a_proof(case: Case) -> None:
    freeze = await _freeze(case, secrets.token_hex(8))
    try:
        await case.exchange.unfreeze(
            freeze.id, assertion="fanlight-no-proof", key=secrets.token_hex(8)
        )
    except FreezeRefused:
        return
    need(False, "lifted without a proof")


@of("challenge")
async def asks_once(case: Case) -> None:
    key = secrets.token_hex(8)
    asked = [
        await case.exchange.challenge(
            case.uid, method="totp", purpose="identify", language="en", key=key
        )
        for _ in range(2)
    ]
    need(asked[0].id == asked[1].id, "the same key asked twice")
    need(asked[0].method == "totp", "another proof is asked for")
    need(asked[0].state is ChallengeState.SENT, "asked, and not sent")
    need(asked[0].expires_at > case.now() - AHEAD, "over before it began")


@of("answer_challenge")
async def a_wrong_answer_is_a_state(case: Case) -> None:
    asked = await case.exchange.challenge(
        case.uid, method="totp", purpose="identify", language="en", key=secrets.token_hex(8)
    )
    wrong = await case.exchange.answer_challenge(asked.id, "fanlight-wrong")
    need(wrong.id == asked.id, "it is about another challenge")
    need(wrong.state is ChallengeState.WRONG, f"a wrong answer is {wrong.state}")
    need(wrong.tries_left < asked.tries_left, "it may be guessed without end")
