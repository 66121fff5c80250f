"""Which model this installation has, if any."""

from fanlight.features.knowledge.meaning.embedder import Embedder
from fanlight.features.knowledge.meaning.local import LocalModel
from fanlight.features.knowledge.meaning.remote import Endpoint
from fanlight.features.knowledge.meaning.settings import MeaningSettings
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import NotOnShelf, Shelf


class _Source:
    """One model a process, opened on first use."""

    def __init__(self, model: Embedder | None) -> None:
        self.model = model


def opened(settings: MeaningSettings, http: OutboundHttp, *, hands: int = 1) -> Embedder | None:
    """The model that the settings name; nothing runs before it is asked. ``hands``: LocalModel."""
    if settings.source == "off":
        return None
    if settings.source == "endpoint":
        return Endpoint(settings, http)
    return LocalModel(settings, hands=hands)


def embedder_of(shelf: Shelf) -> Embedder | None:
    """The model of this process; None when there is none."""
    try:
        return shelf.of(_Source).model
    except NotOnShelf:
        settings = shelf.of(Settings)[MeaningSettings]
        shelf.offer(_Source(opened(settings, shelf.of(OutboundHttp))))
        return shelf.of(_Source).model
