"""Why something of an import was not taken: said in English, and kept so that any language can."""

from typing import Any, Self

from fanlight.kernel.i18n import DEFAULT, translate


class Why(str):
    """A sentence that is read as any other text, with the key and the values it was made of."""

    key: str
    params: dict[str, Any]

    def __new__(cls, key: str, /, **params: object) -> Self:
        made = super().__new__(cls, translate(DEFAULT, key, **params))
        made.key, made.params = key, params
        return made

    @classmethod
    def of(cls, error: Exception) -> Self:
        """What an error says of itself: ours by its key, another's in its own words."""
        told = error.args[0] if error.args else ""
        return told if isinstance(told, cls) else cls("import.why.said", words=str(error))


def not_utf8(error: UnicodeDecodeError) -> Why:
    return Why("import.why.utf8", byte=error.start)
