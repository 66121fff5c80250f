"""The files' own site: hands out what a signed link stands for, and nothing that could run."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.files import link, read_link
from fanlight.features.people.masks import BLIND
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.errors import NotFound
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import SYSTEM, Work

AnyRequest = Request[Any, Any, Any]

# Pictures are of our own making (decoded and encoded again), so they may be shown in place.
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})
# A mail as it was laid out, with the true host of each link beside it (see the mail's cleaning).
_MAIL_STYLE = (
    "body{font:15px/1.5 sans-serif;margin:16px;color:#142122;background:#fff}"
    "body{overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}"
    ".link-target{color:#5f6a6b;font-size:12px}.link-target::before{content:'→ '}"
    ".link-lies{color:#9b1f1d;font-weight:600}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self'"
# Links of a mail open in a window of their own, outside the sandbox; nothing in it runs.
_MAIL_POLICY = f"sandbox allow-popups allow-popups-to-escape-sandbox; {_POLICY}"
_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": f"sandbox; {_POLICY}",
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
    for file in await conversations.files_of(work, [message_id]):
        if file.content_id and file.media_type in _SHOWN:
            until = work.now() + timedelta(minutes=10)
            path = link(work.of(Sealer), file.id, until=until)
            html = html.replace(f"cid:{file.content_id}", path)
    # The link does not say who opens it, so it shows what everybody may see.
    html = BLIND.markup(html)
    page = (
        f'<!doctype html><meta charset="utf-8"><base target="_blank">'
        f"<style>{_MAIL_STYLE}</style>{html}"
    )
    answer = _answer(page.encode(), "text/html", "inline")
    answer.headers["content-security-policy"] = _MAIL_POLICY
    return answer


async def _original(work: Work, message_id: Any) -> Response[bytes]:
    message = await conversations.get_message(work, message_id)
    if message.original_id is None:
        raise NotFound
    content = await work.of(Blobs).get(work, message.original_id)
    # A mail as it came by SMTP; what a vendor's hook or poll brought is JSON.
    if content.lstrip()[:1] == b"{":
        return _answer(content, "application/json", "attachment; filename=original.json")
    return _answer(content, "message/rfc822", "attachment; filename=original.eml")


def _answer(content: bytes, media_type: str, disposition: str) -> Response[bytes]:
    headers = {**_HEADERS, "content-disposition": disposition}
    return Response(content, media_type=media_type, headers=headers)


ROUTES = [hand_out]
