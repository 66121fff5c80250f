"""Asks an exchange's back office over HTTP, believes nothing unchecked, and never asks too much."""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
import structlog

from fanlight.exchange.connectors.http.calm import Answers, Circuit, Key
from fanlight.exchange.connectors.http.checks import Lie, OtherAccount, checked
from fanlight.exchange.connectors.http.questions import (
    QUESTIONS,
    Answer,
    AskChallenge,
    AskFreeze,
    FindAccount,
    GiveAnswer,
    Lift,
    Question,
    Refusal,
    Spend,
)
from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
from fanlight.exchange.connectors.http.signing import IDEMPOTENCY, signed_headers
from fanlight.exchange.contract import (
    Exchange,
    ExchangeDown,
    FreezeRefused,
    NoSuchAccount,
    NotOffered,
)
from fanlight.exchange.facts import (
    Account,
    AddressUse,
    ApiFailure,
    ApiKey,
    Challenge,
    Deposit,
    Device,
    FiatTransfer,
    Freeze,
    IdentityCheck,
    Known,
    Network,
    Order,
    Outgoing,
    SecurityChange,
    SignIn,
    TradingFees,
    Transaction,
    Withdrawal,
)
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.http import Answer as HttpAnswer
from fanlight.kernel.http import (
    AnswerTooLarge,
    HttpTrouble,
    HungUp,
    MaybeSent,
    NotSent,
    OutboundHttp,
)

log = structlog.get_logger(__name__)

MAX_BYTES = 2**20
TRIES = 2
_PAUSE_S = (0.05, 0.2)
_PASSING = frozenset({429, 502, 503, 504})
"""Answers after which a second try may go better."""
_ALWAYS = frozenset(
    ("freeze", "confirm_freeze", "unfreeze", "frozen", "challenge", "answer_challenge")
) | {"account_at", "one_use"}
"""The emergency lane: asked also when the circuit is open, and in no line behind others."""


class HttpExchange(Exchange):
    """An exchange behind its HTTP interface. One object for a process: it knows what it asked."""

    name = "http"

    def __init__(self, settings: HttpExchangeSettings, http: OutboundHttp) -> None:
        self._settings, self._http = settings, http
        self._base = settings.url.rstrip("/")
        self._path = urlsplit(self._base).path
        self._secret = settings.secret.encode()
        self._circuit = Circuit(
            failures=settings.gives_up_after, rests_s=settings.rests_s, clock=time.monotonic
        )
        self._answers = Answers(time.monotonic)
        self._turn = asyncio.Semaphore(settings.at_once)

    async def account(self, uid: str) -> Known[Account]:
        return await self._known("account", uid=uid)

    async def account_at(self, email: str) -> Known[Account | None]:
        body = msgspec.json.encode(FindAccount(email=email))
        answer = await self._asked(QUESTIONS["account_at"], body, "", {"email": email})
        return Known(value=answer.value, source="exchange", as_of=answer.as_of)

    async def identity(self, uid: str) -> Known[IdentityCheck]:
        return await self._known("identity", uid=uid)

    async def networks(self, asset: str | None = None) -> Known[Sequence[Network]]:
        return await self._known("networks", asset=asset)

    async def fees(self, uid: str | None, market: str) -> Known[TradingFees]:
        return await self._known("fees", uid=uid, market=market)

    async def deposits(
        self, uid: str, *, tx_hash: str | None = None, limit: int = 50
    ) -> Known[Sequence[Deposit]]:
        return await self._known("deposits", uid=uid, tx_hash=tx_hash, limit=limit)

    async def withdrawals(
        self, uid: str, *, withdrawal_id: str | None = None, limit: int = 50
    ) -> Known[Sequence[Withdrawal]]:
        return await self._known("withdrawals", uid=uid, withdrawal_id=withdrawal_id, limit=limit)

    async def address(self, uid: str, address: str, network: str) -> Known[AddressUse]:
        return await self._known("address", uid=uid, address=address, network=network)

    async def orders(
        self, uid: str, *, order_id: str | None = None, limit: int = 50
    ) -> Known[Sequence[Order]]:
        return await self._known("orders", uid=uid, order_id=order_id, limit=limit)

    async def sign_ins(self, uid: str, *, limit: int = 50) -> Known[Sequence[SignIn]]:
        return await self._known("sign_ins", uid=uid, limit=limit)

    async def devices(self, uid: str) -> Known[Sequence[Device]]:
        return await self._known("devices", uid=uid)

    async def security_changes(
        self, uid: str, *, limit: int = 50
    ) -> Known[Sequence[SecurityChange]]:
        return await self._known("security_changes", uid=uid, limit=limit)

    async def api_keys(self, uid: str) -> Known[Sequence[ApiKey]]:
        return await self._known("api_keys", uid=uid)

    async def api_failures(self, uid: str, *, limit: int = 50) -> Known[Sequence[ApiFailure]]:
        return await self._known("api_failures", uid=uid, limit=limit)

    async def fiat(self, uid: str, *, limit: int = 50) -> Known[Sequence[FiatTransfer]]:
        return await self._known("fiat", uid=uid, limit=limit)

    async def challenge(
        self, uid: str, *, method: str, purpose: str, language: str, key: str
    ) -> Challenge:
        asked = AskChallenge(method=method, purpose=purpose, language=language)
        done: Challenge = await self._done("challenge", asked, key=key, uid=uid, method=method)
        return done

    async def answer_challenge(self, challenge_id: str, answer: str) -> Challenge:
        given = GiveAnswer(answer=answer)
        done: Challenge = await self._done("answer_challenge", given, challenge_id=challenge_id)
        return done

    async def freeze(
        self, uid: str, *, stops: frozenset[str], lasts: timedelta, reason: str, key: str
    ) -> Freeze:
        asked = AskFreeze(stops=stops, lasts_s=int(lasts.total_seconds()), reason=reason)
        done: Freeze = await self._done("freeze", asked, key=key, uid=uid)
        return done

    async def confirm_freeze(self, freeze_id: str, *, key: str) -> Freeze:
        done: Freeze = await self._done("confirm_freeze", None, key=key, freeze_id=freeze_id)
        return done

    async def unfreeze(self, freeze_id: str, *, assertion: str, key: str) -> Freeze:
        given = Lift(assertion=assertion)
        done: Freeze = await self._done("unfreeze", given, key=key, freeze_id=freeze_id)
        return done

    async def frozen(self, uid: str) -> Known[Freeze | None]:
        return await self._known("frozen", uid=uid)

    async def one_use(self, token: str, *, key: str) -> Outgoing | None:
        done: Outgoing | None = await self._done("one_use", Spend(token=token), key=key)
        return done

    async def anti_phishing_code(self, uid: str) -> Known[str | None]:
        return await self._known("anti_phishing_code", uid=uid)

    async def transaction(self, network: str, tx_hash: str) -> Known[Transaction | None]:
        """As the exchange's own node of that network has it."""
        return await self._known("transaction", source=network, network=network, tx_hash=tx_hash)

    async def head(self, network: str) -> Known[int]:
        return await self._known("head", source=network, network=network)

    async def healthy(self) -> Mapping[str, str]:
        found: Known[dict[str, str]] = await self._known("healthy")
        age = time.time() - found.as_of.timestamp()
        return {**found.value, "age": f"{max(age, 0):.1f} s"}

    async def _known(self, name: str, *, source: str = "exchange", **given: Any) -> Known[Any]:
        question = QUESTIONS[name]
        answer: Answer[Any] = await self._asked(question, b"", "", given)
        value = answer.value
        if isinstance(value, list):
            value = value[: given.get("limit")]
        return Known(value=value, source=source, as_of=answer.as_of)

    async def _done(self, name: str, said: object, *, key: str = "", **given: Any) -> Any:
        """Something that changes the world. What was known of the account is asked anew."""
        body = msgspec.json.encode(said if said is not None else {})
        try:
            answer = await self._asked(QUESTIONS[name], body, key, given)
        finally:
            self._answers.forget(given.get("uid"))
        if isinstance(answer.value, Freeze):
            self._answers.forget(answer.value.uid)
        return answer.value

    async def _asked(
        self, question: Question, body: bytes, key: str, given: Mapping[str, Any]
    ) -> Answer[Any]:
        target = question.address(given)

        async def ask() -> Answer[Any]:
            return await self._ask(question, target, body, key, given)

        if not question.keeps_s:
            return await ask()
        kept: Key = (question.name, given.get("uid"), target)
        found: Answer[Any] = await self._answers.get(kept, question.keeps_s, ask)
        return found

    async def _ask(
        self,
        question: Question,
        target: str,
        body: bytes,
        key: str,
        given: Mapping[str, Any],
    ) -> Answer[Any]:
        is_urgent = question.name in _ALWAYS
        if not is_urgent and not self._circuit.lets_through:
            raise ExchangeDown(question=question.name, reason="resting")
        try:
            if is_urgent:
                status, content = await self._sent(question, target, body, key)
            else:
                async with self._turn:
                    status, content = await self._sent(question, target, body, key)
            answer = _read(question, status, content, given)
        except (HttpTrouble, Lie) as trouble:
            self._circuit.went_wrong()
            why = str(trouble)
            if isinstance(trouble, HungUp) and self._base.startswith("https:"):
                why += ": perhaps it wants another client certificate"
            log.warning("exchange.no_answer", question=question.name, reason=why)
            if isinstance(trouble, OtherAccount):
                self.on_other_account(question.name)
            raise ExchangeDown(question=question.name, reason=why) from None
        self._circuit.went_well()
        if isinstance(answer, FanlightError):
            raise answer
        return answer

    async def _sent(
        self, question: Question, target: str, body: bytes, key: str
    ) -> tuple[int, bytes]:
        """Status and body; tried once more where that cannot do a thing twice."""
        method = "POST" if question.body is not None else "GET"
        for left in reversed(range(TRIES)):
            try:
                answer = await self._once(method, target, body, key)
            except HttpTrouble as trouble:
                if not left or not (question.is_safe_twice or isinstance(trouble, NotSent)):
                    raise
            else:
                is_passing = answer.status_code in _PASSING and question.is_safe_twice
                if not left or not is_passing:
                    return answer.status_code, answer.content
            await asyncio.sleep(random.uniform(*_PAUSE_S))  # noqa: S311 - spreads, guards nothing
        raise AssertionError  # the last try returns or raises

    async def _once(self, method: str, target: str, body: bytes, key: str) -> HttpAnswer:
        try:
            # The whole of it, not only between two bytes.
            async with asyncio.timeout(self._settings.timeout_s):
                return await self._http.request(
                    method,
                    self._base + target,
                    headers=self._headers(method, target, body, key),
                    content=body,
                    limit_bytes=MAX_BYTES,
                )
        except TimeoutError:
            raise MaybeSent("timeout") from None
        except AnswerTooLarge:
            raise Lie("an answer is larger than any should be") from None

    def _headers(self, method: str, target: str, body: bytes, key: str) -> dict[str, str]:
        headers = {"accept": "application/json"}
        if body:
            headers["content-type"] = "application/json"
        if not self._settings.key_id:
            return headers | ({IDEMPOTENCY: key} if key else {})
        return headers | signed_headers(
            self._settings.key_id,
            self._secret,
            method,
            self._path + target,
            body,
            now_s=time.time(),
            idempotency_key=key,
        )


@cache
def _decoder(name: str) -> msgspec.json.Decoder[Answer[Any]]:
    kind: Any = Answer
    return msgspec.json.Decoder(kind[QUESTIONS[name].answers])


def _read(
    question: Question, status: int, content: bytes, given: Mapping[str, Any]
) -> Answer[Any] | FanlightError:
    """The answer, or the refusal that the exchange means. Raises Lie."""
    try:
        if status == 200:
            return checked(question, _decoder(question.name).decode(content), given)
        refusal = msgspec.json.decode(content, type=Refusal)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise Lie(f"{status} with what does not fit: {type(error).__name__}") from None
    match status, refusal.code:
        case 404, "no_account":
            return NoSuchAccount(uid=given.get("uid", ""))
        case 501, "not_offered":
            return NotOffered(question=question.name)
        case 409, "freeze_refused":
            return FreezeRefused(reason=refusal.reason[:80])
    raise Lie(f"{status} {refusal.code}")
