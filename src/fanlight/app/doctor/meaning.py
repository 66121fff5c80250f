"""Whether the model that searching by meaning is set to can be used."""

from collections.abc import AsyncIterator

from fanlight.app.doctor.finding import Finding, fail, ok
from fanlight.features.knowledge.meaning import local, sources
from fanlight.features.knowledge.meaning.embedder import NoMeaning
from fanlight.features.knowledge.meaning.settings import MeaningSettings
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.settings import Settings

_CHECK = "meaning"


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Nothing while it is off; else one passage is sent through the model."""
    section = settings[MeaningSettings]
    if section.source == "off":
        return
    if section.source == "endpoint" and not (section.url and section.model):
        yield fail(_CHECK, "The endpoint has no address or no model.", "Set meaning.url and .model")
        return
    if section.source != "endpoint" and (why := local.missing(section)):
        yield fail(_CHECK, why, "See docs/operations/meaning.md")
        return
    http = OutboundHttp(allowed=())
    model = sources.opened(section, http)
    try:
        if model is not None:
            vectors = await model.passages(["Is anybody there?"])
            yield ok(_CHECK, f"{model.name} gives {vectors.shape[1]} numbers a passage.")
    except NoMeaning as trouble:
        yield fail(_CHECK, f"The model does not answer: {trouble}.", "Searching is by words alone.")
    finally:
        if model is not None:
            await model.close()
        await http.close()
