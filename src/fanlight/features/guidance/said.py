"""Somebody's words as the guide takes them: without secrets, and with what they name."""

import re
from functools import cached_property

import msgspec

from fanlight.kernel.entities import Entity, recognise
from fanlight.kernel.secrets import redact

MARKER = re.compile("⟦hidden:([a-z_]+)⟧")  # what stands where a secret was
_READ = 8_000  # characters that are read; of a longer text the beginning and the end


class Said(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Words, looked over once for everybody who needs to know what is in them."""

    text: str
    read: str  # as much of it as is read
    hidden: tuple[str, ...]  # kinds of the secrets that were taken out here

    @classmethod
    def by_anyone(cls, text: str) -> "Said":
        """Words from outside: secrets in them are hidden before anything else."""
        clean = redact(text)
        return cls._of(clean.text, tuple(found.kind.value for found in clean.findings))

    @classmethod
    def cleaned(cls, text: str) -> "Said":
        """Words that the front door has looked over."""
        return cls._of(text, ())

    @classmethod
    def _of(cls, text: str, hidden: tuple[str, ...]) -> "Said":
        read = text if len(text) <= _READ else f"{text[: _READ // 2]}\n{text[-_READ // 2 :]}"
        return cls(text=text, read=read, hidden=hidden)

    @cached_property
    def named(self) -> tuple[Entity, ...]:
        """What is named in what is read."""
        return recognise(self.read)

    @property
    def secrets(self) -> set[str]:
        """Kinds of all secrets that were in these words, whoever took them out."""
        return {*self.hidden, *MARKER.findall(self.read)}
