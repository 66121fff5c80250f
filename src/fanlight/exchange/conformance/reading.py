"""Checks that ask and change nothing."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any

from fanlight.exchange.conformance.case import Case, checks, need
from fanlight.exchange.contract import NoSuchAccount
from fanlight.exchange.facts import (
    DepositState,
    FiatState,
    Known,
    OrderState,
    WithdrawalState,
)

READING, of = checks()
_FEW = 2

# The closed lists of ``facts``: what is not among them is told as "another reason".
DEPOSIT_HOLDS = frozenset(("", "review", "travel_rule", "region", "maintenance"))
WITHDRAWAL_HOLDS = frozenset(
    ("", "review", "new_address", "security_change", "limit", "maintenance", "travel_rule")
) | {"frozen"}
WITHDRAWAL_FAILS = frozenset(
    ("", "bad_address", "memo_missing", "network_error", "insufficient", "rejected")
)
SIGN_IN_REASONS = frozenset(
    ("", "wrong_password", "wrong_code", "locked", "region", "unknown_device", "frozen")
)
RIGHTS = frozenset({"read", "trade", "withdraw"})


@of("account")
async def account(case: Case) -> None:
    known = await case.exchange.account(case.uid)
    case.fresh(known.as_of)
    need(known.value.uid == case.uid, "it is about another account")
    case.aware(known.value.created_at, "created_at")
    need(len(known.value.region) == 2 and known.value.region.isupper(), "region is no ISO code")


@of("account")
async def refuses_nobody(case: Case) -> None:
    try:
        await case.exchange.account(case.nobody)
    except NoSuchAccount:
        return
    need(False, "an account that does not exist was answered for")


@of("account_at")
async def account_at(case: Case) -> None:
    email = (await case.exchange.account(case.uid)).value.email
    if email is not None:
        found = (await case.exchange.account_at(email.lower())).value
        need(found is not None and found.uid == case.uid, "not found by their own mailbox")
    nobody = (await case.exchange.account_at("fanlight-nobody@nowhere.invalid")).value
    need(nobody is None, "a mailbox that is nobody's has an account")


@of("identity")
async def identity(case: Case) -> None:
    known = await case.exchange.identity(case.uid)
    case.fresh(known.as_of)
    case.aware(known.value.submitted_at, "submitted_at")
    case.aware(known.value.decided_at, "decided_at")


@of("networks")
async def networks(case: Case) -> None:
    known = await case.exchange.networks()
    case.fresh(known.as_of)
    need(known.value, "no network is named")
    names = [(each.asset, each.network) for each in known.value]
    need(len(set(names)) == len(names), "an asset stands twice on one network")
    for each in known.value:
        need(each.confirmations >= 1 and each.block_s > 0, f"{each.network} has no blocks")
        need(each.asset.isupper() or each.asset.isdigit(), f"{each.asset} is no ticker in capitals")
        need(min(each.min_deposit, each.min_withdrawal, each.withdrawal_fee) >= 0, "below zero")
    one = known.value[0].asset
    only = (await case.exchange.networks(one)).value
    need({each.asset for each in only} == {one}, "asked for one asset it names others")


@of("fees")
async def fees(case: Case) -> None:
    for uid in (case.uid, None):
        known = await case.exchange.fees(uid, "BTC/USDT")
        case.fresh(known.as_of)
        need(known.value.market == "BTC/USDT", "it is about another market")
        need(abs(known.value.taker) < 1 and abs(known.value.maker) < 1, "a fee is a share")


@of("deposits")
async def deposits(case: Case) -> None:
    found = await _listed(case, case.exchange.deposits, lambda each: each.seen_at)
    for each in found:
        need(each.amount > 0, "an amount is not above zero")
        need(each.hold_reason in DEPOSIT_HOLDS, "a hold_reason is none of the list")
        is_credited = each.state is DepositState.CREDITED
        need(is_credited == (each.credited_at is not None), "credited_at and state differ")
        need(is_credited or each.confirmations >= 0, "confirmations below zero")
    if found:
        same = (await case.exchange.deposits(case.uid, tx_hash=found[0].tx_hash)).value
        need([each.id for each in same if each.id == found[0].id], "not found by its hash")
        need(all(each.tx_hash == found[0].tx_hash for each in same), "others are told with it")
        if case.other is not None:
            theirs = await case.exchange.deposits(case.other, tx_hash=found[0].tx_hash)
            need(not theirs.value, "a deposit is told to another account")
    nothing = await case.exchange.deposits(case.uid, tx_hash="0" * 64)
    need(not nothing.value, "a hash that is nobody's finds something")


@of("withdrawals")
async def withdrawals(case: Case) -> None:
    found = await _listed(case, case.exchange.withdrawals, lambda each: each.requested_at)
    for each in found:
        need(each.amount > 0 and each.fee >= 0, "an amount is below zero")
        need(each.hold_reason in WITHDRAWAL_HOLDS, "a hold_reason is none of the list")
        need(each.fail_reason in WITHDRAWAL_FAILS, "a fail_reason is none of the list")
        is_out = each.state in (WithdrawalState.SENT, WithdrawalState.DONE)
        need(not is_out or each.tx_hash, "sent, and no transaction")
        need(each.changed_at >= each.requested_at, "changed before it was requested")
    await _only_their_own(case, case.exchange.withdrawals, "withdrawal_id", found)


@of("address")
async def address(case: Case) -> None:
    deposits = (await case.exchange.deposits(case.uid)).value
    for each in deposits[:_FEW]:
        use = (await case.exchange.address(case.uid, each.address, each.network)).value
        need(use.address == each.address, "it is about another address")
        need(use.is_ours, "where they deposited is none of the exchange's")
        need(use.is_theirs or use.is_shared or use.is_retired, "their own address is not theirs")
        need(not use.is_shared or use.memo, "an address is shared and has no memo")
        if case.other is not None and not use.is_shared:
            theirs = (await case.exchange.address(case.other, each.address, each.network)).value
            need(not theirs.is_theirs and theirs.memo is None, "it is told as somebody else's")
    if deposits:
        network = deposits[0].network
        stranger = (await case.exchange.address(case.uid, "fanlight-no-address", network)).value
        need(not stranger.is_ours and not stranger.is_theirs, "what is no address is theirs")


@of("orders")
async def orders(case: Case) -> None:
    found = await _listed(case, case.exchange.orders, lambda each: each.created_at)
    for each in found:
        need("/" in each.market, "a market is base and quote: BTC/USDT")
        need(each.side in ("buy", "sell"), "a side is buy or sell")
        need(0 <= each.filled <= each.quantity, "more is filled than was ordered")
        traded = sum((fill.quantity for fill in each.fills), Decimal(0))
        need(not each.fills or traded == each.filled, "the fills do not add up")
        is_filled = each.state is OrderState.FILLED
        need(not is_filled or each.filled == each.quantity, "filled, and not wholly")
    await _only_their_own(case, case.exchange.orders, "order_id", found)


@of("sign_ins")
async def sign_ins(case: Case) -> None:
    for each in await _listed(case, case.exchange.sign_ins, lambda each: each.at):
        need(each.reason in SIGN_IN_REASONS, "a reason is none of the list")
        need(not (each.is_success and each.reason), "a reason without a refusal")
        need(not any(map(str.isdigit, each.place)), "a place is no address of the internet")


@of("devices")
async def devices(case: Case) -> None:
    known = await case.exchange.devices(case.uid)
    case.fresh(known.as_of)
    for each in known.value:
        case.aware(each.last_seen_at, "last_seen_at")
        need(each.first_seen_at <= each.last_seen_at, "seen last before it was seen first")


@of("security_changes")
async def security_changes(case: Case) -> None:
    for each in await _listed(case, case.exchange.security_changes, lambda each: each.at):
        need(each.action in ("added", "changed", "removed", "reset"), "an action unheard of")


@of("api_keys")
async def api_keys(case: Case) -> None:
    known = await case.exchange.api_keys(case.uid)
    case.fresh(known.as_of)
    for each in known.value:
        need(len(each.prefix) <= 16, "more of a key is told than its first characters")
        need(each.rights <= RIGHTS, "a right is none of the list")


@of("api_failures")
async def api_failures(case: Case) -> None:
    for each in await _listed(case, case.exchange.api_failures, lambda each: each.at):
        need("?" not in each.path, "parameters are told")


@of("fiat")
async def fiat(case: Case) -> None:
    for each in await _listed(case, case.exchange.fiat, lambda each: each.created_at):
        need(each.direction in ("in", "out"), "a direction is in or out")
        need(len(each.currency) == 3 and each.currency.isupper(), "a currency is no ISO code")
        need(each.amount > 0, "an amount is not above zero")
        need(each.state is not FiatState.FAILED or each.fail_reason, "failed without a reason")


@of("frozen")
async def frozen(case: Case) -> None:
    known = await case.exchange.frozen(case.uid)
    case.fresh(known.as_of)
    need(known.value is None or known.value.uid == case.uid, "it is about another account")


@of("anti_phishing_code")
async def anti_phishing_code(case: Case) -> None:
    case.fresh((await case.exchange.anti_phishing_code(case.uid)).as_of)


@of("one_use")
async def one_use(case: Case) -> None:
    need(
        await case.exchange.one_use("fanlight-no-token", key="fanlight-no-key") is None,
        "a guessed token is taken",
    )


@of("healthy")
async def healthy(case: Case) -> None:
    await case.exchange.healthy()


async def _listed(
    case: Case, ask: Callable[..., Awaitable[Known[Any]]], when: Callable[[Any], Any]
) -> Sequence[Any]:
    """A list: fresh, newest first, no longer than asked, and refused for nobody."""
    known = await ask(case.uid)
    case.fresh(known.as_of)
    times = [when(each) for each in known.value]
    for moment in times:
        case.aware(moment, "a moment")
    need(times == sorted(times, reverse=True), "not the newest first")
    few = (await ask(case.uid, limit=_FEW)).value
    need(len(few) <= _FEW, "more than was asked for")
    try:
        await ask(case.nobody)
    except NoSuchAccount:
        return list(known.value)
    need(False, "an account that does not exist was answered for")
    return ()


async def _only_their_own(
    case: Case,
    ask: Callable[..., Awaitable[Known[Any]]],
    name: str,
    found: Sequence[Any],
) -> None:
    """By its id one is found by its owner, and by nobody else."""
    for each in found[:_FEW]:
        same = (await ask(case.uid, **{name: each.id})).value
        need([one.id for one in same] == [each.id], "not found by its id, or others with it")
        if case.other is not None:
            theirs = (await ask(case.other, **{name: each.id})).value
            need(not theirs, "it is told to another account")
