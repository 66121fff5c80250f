"""What editors send is looked over for secrets before a verb keeps it.

Whatever an agent sends to the console is taken for a text that readers will see, so that a room
added later is looked over too; where nobody writes for readers ``opt=NOT_FOR_READERS`` says so. A
call is judged by its body, never by the type that it says the body has: the verbs read JSON
whatever that is.
"""

from collections.abc import Iterator
from typing import Any

from litestar import Request
from litestar.exceptions import SerializationException

from fanlight.features.trust.service import samples
from fanlight.kernel.i18n import negotiate
from fanlight.kernel.work import Work

HEADER = "x-fanlight-samples"
"""Keys of what the editor says are samples, parted by commas."""

NOT_FOR_READERS = {"not_for_readers": True}
"""The ``opt`` of agents' own work, their accounts, files, and what is kept nowhere."""

_WRITES = frozenset({"POST", "PUT", "PATCH"})
_API = "/api/console/"


async def look_over(request: Request[Any, Any, Any], work: Work) -> None:
    """Raises SecretsInText; what is said to be a sample is stored with the text itself."""
    if request.method not in _WRITES or request.route_handler.opt.get("not_for_readers"):
        return
    texts = await _texts(request)
    if not texts:
        return
    said = [key.strip() for key in request.headers.get(HEADER, "").split(",") if key.strip()]
    await samples.look_over(
        work,
        texts,
        target=request.url.path.removeprefix(_API)[:200],
        language=negotiate(request.headers.get("accept-language", "")),
        said=said,
    )


async def _texts(request: Request[Any, Any, Any]) -> list[str]:
    try:
        return list(_strings(await request.json()))  # decoded once, for the handler too
    except (SerializationException, RecursionError):
        return []  # the handler refuses it, or reads nothing of it


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
