"""What every page of ours for readers says beside its words, and how a draft is looked at."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from litestar import Request

from fanlight.features.broadcasts.models import Told
from fanlight.features.knowledge.queries import Reading
from fanlight.features.knowledge.render import Fault
from fanlight.kernel.work import Work

HTML = "text/html; charset=utf-8"
SECURITY = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " media-src 'self';"
        " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}

AnyRequest = Request[Any, Any, Any]


class Previews(msgspec.Struct, frozen=True):
    """Stands on the shelf: pages of drafts, by whoever makes the readers' pages."""

    article: Callable[[AnyRequest, Work, Reading, Sequence[Fault]], Awaitable[bytes]]
    announcement: Callable[[AnyRequest, Work, Told], Awaitable[bytes]]
