"""The files' own site: hands out what a signed link stands for, and nothing that could run."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.files import read_link
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.errors import NotFound
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import SYSTEM, Work

AnyRequest = Request[Any, Any, Any]

# Pictures are of our own making (decoded and encoded again), so they may be shown in place.
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})
_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self'",  # noqa: E501
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-store",
}


@get(["/files/{signed:str}", "/files/{signed:str}/{name:str}"], include_in_schema=False)
async def hand_out(signed: FromPath[str], work: NamedDependency[Work]) -> Response[bytes]:
    """The thing a link stands for. Raises LinkExpired."""
    work = work.acting_as(SYSTEM)
    kind, thing_id = read_link(work.of(Sealer), signed, now=datetime.now(UTC))
    match kind:
        case "file":
            return await _file(work, thing_id)
        case "html":
            return await _html(work, thing_id)
        case "original":
            return await _original(work, thing_id)


async def _file(work: Work, file_id: Any) -> Response[bytes]:
    found = await conversations.file(work, file_id)
    if found is None or found.blob_id is None:
        raise NotFound
    content = await work.of(Blobs).get(work, found.blob_id)
    place = "inline" if found.media_type in _SHOWN else "attachment"
    return _answer(content, found.media_type, f"{place}; filename*=UTF-8''{quote(found.name)}")


async def _html(work: Work, message_id: Any) -> Response[bytes]:
    html = await work.one(str, conversations.HTML, id=message_id)
    if html is None:
        raise NotFound
    page = f'<!doctype html><meta charset="utf-8"><base target="_blank">{html}'
    return _answer(page.encode(), "text/html; charset=utf-8", "inline")


async def _original(work: Work, message_id: Any) -> Response[bytes]:
    message = await conversations.get_message(work, message_id)
    if message.original_id is None:
        raise NotFound
    content = await work.of(Blobs).get(work, message.original_id)
    return _answer(content, "message/rfc822", "attachment; filename=original.eml")


def _answer(content: bytes, media_type: str, disposition: str) -> Response[bytes]:
    headers = {**_HEADERS, "content-disposition": disposition}
    return Response(content, media_type=media_type, headers=headers)


ROUTES = [hand_out]
