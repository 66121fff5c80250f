"""The other end of the wire: answers signed requests from any ``Exchange``.

The demo's exchange stands behind it, and so do the tests of the client. For an exchange's engineer
it is the reference: the same requests, read, believed and answered in two hundred lines.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from inspect import signature
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import msgspec

from fanlight.exchange.connectors.http.questions import (
    QUESTIONS,
    Answer,
    AskFreeze,
    Question,
    Refusal,
)
from fanlight.exchange.connectors.http.signing import IDEMPOTENCY, Verifier
from fanlight.exchange.contract import (
    Chains,
    Exchange,
    ExchangeDown,
    FreezeRefused,
    NoSuchAccount,
    NotConnected,
    NotOffered,
)
from fanlight.exchange.facts import Known

_MOST = 200


class Said(NamedTuple):
    """Status and body of an answer."""

    status: int
    body: bytes


class Door:
    """The HTTP interface of an exchange, without a web server of its own."""

    def __init__(
        self,
        exchange: Exchange,
        chains: Chains,
        *,
        keys: Mapping[str, bytes],
        prefix: str = "",
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """Args:
        keys: the secrets by their names; nothing unsigned is answered.
        prefix: the path under which the interface stands.
        """
        self._exchange, self._chains, self._prefix = exchange, chains, prefix
        self._verifier = Verifier(keys, now_s)

    async def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Said:
        """What to say. ``target`` is path and query as they came; ``headers`` in small letters."""
        if not self._verifier.believes(method, target, headers, body):
            return _no(401, "unauthorized")
        path, _, query = target.partition("?")
        found = _question(method, path.removeprefix(self._prefix))
        if found is None:
            return _no(501, "not_offered")
        question, given = found
        given |= {name: value for name, value in parse_qsl(query) if name in question.query}
        try:
            if question.body is not None:
                given |= _posted(question, body, headers.get(IDEMPOTENCY, ""))
            if "limit" in given:
                given["limit"] = min(max(int(given["limit"]), 1), _MOST)
            value = await self._ask(question.name, given)
        except (msgspec.DecodeError, ValueError, KeyError):
            return _no(400, "malformed")
        except NoSuchAccount:
            return _no(404, "no_account")
        except (NotOffered, NotConnected):
            return _no(501, "not_offered")
        except FreezeRefused as refused:
            return _no(409, "freeze_refused", str(refused.params.get("reason", "")))
        except ExchangeDown:
            return Said(503, b"")
        return _yes(value, given.get("uid"))

    async def _ask(self, name: str, given: dict[str, Any]) -> Any:
        if name in ("transaction", "head"):
            chain = self._chains.of(given.pop("network"))
            if chain is None:
                raise NotOffered(question=name)
            return await getattr(chain, name)(**given)
        if name == "fees":
            given.setdefault("uid", None)
        verb = getattr(self._exchange, name)
        try:
            signature(verb).bind(**given)
        except TypeError:
            raise ValueError("something that is needed was not given") from None
        return await verb(**given)


def _question(method: str, path: str) -> tuple[Question, dict[str, Any]] | None:
    parts = path.split("/")
    for question in QUESTIONS.values():
        given = _matched(question.path.split("/"), parts)
        if given is not None and method == ("POST" if question.body is not None else "GET"):
            return question, given
    return None


def _matched(pattern: Sequence[str], parts: Sequence[str]) -> dict[str, Any] | None:
    """The names in a path, or None where it is another's."""
    if len(pattern) != len(parts):
        return None
    given = {}
    for wanted, part in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            given[wanted[1:-1]] = unquote(part)
        elif wanted != part:
            return None
    return given


def _posted(question: Question, body: bytes, key: str) -> dict[str, Any]:
    said = msgspec.json.decode(body, type=question.body)
    given: dict[str, Any] = {field: getattr(said, field) for field in said.__struct_fields__}
    if isinstance(said, AskFreeze):
        given["lasts"] = timedelta(seconds=given.pop("lasts_s"))
    if question.has_key:
        if not key:
            raise ValueError("no Idempotency-Key")
        given["key"] = key
    return given


def _yes(value: Any, uid: str | None) -> Said:
    as_of = datetime.now(UTC)
    if isinstance(value, Known):  # the sandbox's clock may be ahead; nothing is of the future
        value, as_of = value.value, min(value.as_of, as_of)
    return Said(200, msgspec.json.encode(Answer(value=value, uid=uid, as_of=as_of)))


def _no(status: int, code: Any, reason: str = "") -> Said:
    return Said(status, msgspec.json.encode(Refusal(code=code, reason=reason)))
