"""Names that pages ask for in vain: told to the editors, however many pages ask."""

from fanlight.features.knowledge import contexts
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.limits import spend
from fanlight.surfaces.help.forms import visitor_of
from fanlight.surfaces.help.site import Asked
from fanlight.surfaces.shared.sessions import edge_of

_MOST, _HOUR = 30, 3600


async def note_wanted(request: Asked, key: str) -> None:
    """Remember the name; a visitor who asks for very many is no longer listened to."""
    try:
        async with edge_of(request).work() as work:
            await spend(work, f"kb.wanted:{visitor_of(request)}", limit=_MOST, window_s=_HOUR)
            await contexts.note_wanted(work, key)
    except TooManyTries:
        pass  # what the reader sees is the same
