"""What an installation decides about answers by a model."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.settings import Section


class AnswerSettings(Section, frozen=True, kw_only=True):
    """Answers that a model makes from published articles, when a reader asks for one."""

    section: ClassVar[str] = "answers"

    url: str = ""
    """An endpoint up to `/chat/completions` that speaks OpenAI's interface, e.g. \
`https://models.internal:8000/v1`. Empty: no answers. Passages of published articles and, without \
their secrets, readers' questions are sent there."""

    model: str = ""
    """The endpoint's name for the model."""

    key: str = ""
    """The endpoint's key, sent as a bearer token. Empty: none is sent."""

    time_limit_s: Annotated[float, Meta(ge=1, le=60)] = 12.0
    """How long a reader waits for an answer; then the articles stand alone."""

    per_hour: Annotated[int, Meta(ge=0)] = 300
    """How many answers may be made in an hour. What is answered already costs nothing."""

    per_visitor: Annotated[int, Meta(ge=0)] = 10
    """How many of them for one visitor."""

    most_tokens: Annotated[int, Meta(ge=50, le=4000)] = 500
    """How long an answer may be, in tokens of the model."""

    @property
    def is_on(self) -> bool:
        return bool(self.url and self.model)

    def __repr__(self) -> str:
        return f"AnswerSettings(model={self.model!r})"
