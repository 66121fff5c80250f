"""What editors send is looked over for secrets before a verb keeps it.

It stands before every room in which texts are written, so that what is added there later is
looked over too; what keeps no words says so with ``opt=KEEPS_NO_WORDS``. A call is judged by its
body, never by the type that it says the body has: the verbs read JSON whatever that is.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Request

from fanlight.features.trust.service import samples
from fanlight.kernel.i18n import negotiate
from fanlight.surfaces.shared.sessions import agent_behind, edge_of

HEADER = "x-fanlight-samples"
"""Keys of what the editor says are samples, parted by commas."""

KEEPS_NO_WORDS = {"keeps_no_words": True}
_WRITES = frozenset({"POST", "PUT", "PATCH"})
_API = "/api/console/"


async def look_over(request: Request[Any, Any, Any]) -> None:
    """Raises SecretsInText. The guards of the address have let its agent in before."""
    if request.method not in _WRITES or request.route_handler.opt.get("keeps_no_words"):
        return
    texts = _texts(await request.body())
    if not texts:
        return
    said = [key.strip() for key in request.headers.get(HEADER, "").split(",") if key.strip()]
    async with edge_of(request).work(await agent_behind(request)) as work:
        await samples.look_over(
            work,
            texts,
            target=request.url.path.removeprefix(_API)[:200],
            language=negotiate(request.headers.get("accept-language", "")),
            said=said,
        )


def _texts(body: bytes) -> list[str]:
    try:
        return list(_strings(msgspec.json.decode(body)))
    except (msgspec.DecodeError, RecursionError):
        return []  # the handler refuses it


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _strings(each)
