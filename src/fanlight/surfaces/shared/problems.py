"""Every refusal as ``application/problem+json`` (RFC 9457), in the reader's language."""

import logging
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from fanlight.kernel.errors import FanlightError, Kind, Malformed
from fanlight.kernel.i18n import negotiate, translate

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
AnyRequest = Request[Any, Any, Any]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong, for people (``title``) and for programs (``code``, ``params``)."""

    type: str
    title: str
    status: int
    code: str
    params: dict[str, Any]


def problem_of(error: FanlightError, language: str) -> Problem:
    """The problem an expected error is, said in a language."""
    return Problem(
        type=f"/errors/{error.code}",
        title=translate(language, error.sentence, **error.params),
        status=error.kind.value,
        code=error.code,
        params=error.params,
    )


def _answer(request: AnyRequest, error: FanlightError) -> Response[bytes]:
    language = negotiate(request.headers.get("accept-language", ""))
    problem = problem_of(error, language)
    headers = {"cache-control": "no-store"}
    if error.kind is Kind.THROTTLED:
        headers["retry-after"] = str(error.params.get("retry_after_s", 60))
    if error.kind is Kind.UNAVAILABLE:
        headers["retry-after"] = "5"
    return Response(
        msgspec.json.encode(problem, enc_hook=str),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def expected(request: AnyRequest, error: FanlightError) -> Response[bytes]:
    """A refusal of ours."""
    return _answer(request, error)


_WORDS = {
    400: "malformed",
    401: "sign_in_needed",
    403: "not_allowed",
    404: "not_found",
    405: "not_allowed_here",
    413: "too_large",
    415: "malformed",
    429: "too_many_tries",
}


def framework(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """What the framework refused, in the same shape as ours; no internals in it."""
    if isinstance(error, ValidationException):
        where = ""
        if isinstance(error.extra, list) and error.extra:
            first = error.extra[0]
            where = str(first.get("key", "")) if isinstance(first, dict) else ""
        return _answer(request, Malformed(where=where or "body"))
    status = error.status_code
    if status == 400:
        return _answer(request, Malformed(where="body"))
    language = negotiate(request.headers.get("accept-language", ""))
    code = _WORDS.get(status, "bug" if status >= 500 else "malformed")
    problem = Problem(
        type=f"/errors/{code}",
        title=translate(language, f"error.{code}"),
        status=status,
        code=code,
        params={},
    )
    return Response(
        msgspec.json.encode(problem),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=error.headers or {},
    )


def too_deep(request: AnyRequest, error: RecursionError) -> Response[bytes]:
    """Brackets in brackets by the thousand: no decoder goes that deep, and nothing of ours does."""
    log.warning("body nested too deep on %s", request.url.path, exc_info=error)
    return _answer(request, Malformed(where="body"))


def no_text(request: AnyRequest, error: UnicodeDecodeError) -> Response[bytes]:
    """A body that is no UTF-8: the decoder of JSON says so with an error of its own."""
    log.warning("bytes that are no text on %s", request.url.path, exc_info=error)
    return _answer(request, Malformed(where="body"))


def grouped(request: AnyRequest, error: ExceptionGroup[Any]) -> Response[bytes]:
    """What ended a unit of work while its request was cleaned up: a refusal of ours, or a bug."""
    refusals = error.subgroup(FanlightError)
    first: Any = refusals
    while isinstance(first, ExceptionGroup):
        first = first.exceptions[0]
    return expected(request, first) if first is not None else bug(request, error)


def bug(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Nobody expected this: it is logged with its trace, the caller learns only that it was us."""
    log.error("unexpected error on %s %s", request.method, request.url.path, exc_info=error)
    language = negotiate(request.headers.get("accept-language", ""))
    problem = Problem(
        type="/errors/bug",
        title=translate(language, "error.bug"),
        status=500,
        code="bug",
        params={},
    )
    return Response(msgspec.json.encode(problem), status_code=500, media_type=MEDIA_TYPE)
