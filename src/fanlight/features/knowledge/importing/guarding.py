"""Keys and passwords in what comes in: taken out and told, unless they are said to be samples."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from fanlight.features.knowledge import contexts, figures, glossary, legal, questions, synonyms
from fanlight.features.knowledge.importing.found import Page, Plan, at_line
from fanlight.features.trust.queries import samples as kept
from fanlight.features.trust.service.samples import Lookout, Suspect, say
from fanlight.kernel.i18n import DEFAULT, translate
from fanlight.kernel.work import Work

T = TypeVar("T")
_BEFORE = (60, 20, 0)  # characters before a secret by which its place in the file is found

_TABLES = {
    "categories": "categories.toml",
    "ways": "paths.toml",
    "teams": "teams.toml",
    "asked": questions.FILE,
}
_SHARED = {
    "terms": glossary.FILE,
    "legal_texts": legal.FILE,
    "figures": figures.FILE,
    "same": synonyms.FILE,
    "named": contexts.FILE,
}


class Guard:
    """Looks over everything of one import.

    ``found`` has the place, with its line where that is known, and the kind of each secret that
    nobody has said to be a sample.
    """

    def __init__(
        self, lookout: Lookout, known: set[str], planned: Plan, *, are_samples: bool
    ) -> None:
        self._lookout = lookout
        self._known = known
        self._planned = planned
        self._are_samples = are_samples
        self._said: dict[str, Suspect] = {}
        self.found: list[tuple[str, str]] = []

    @classmethod
    async def of(cls, work: Work, planned: Plan, *, are_samples: bool) -> "Guard":
        known = await kept.everything(work)
        return cls(Lookout(work), known, planned, are_samples=are_samples)

    async def page(self, page: Page) -> Page:
        """An article as it may be kept."""
        # Scanning and reading the file again wait for processor and disk.
        text = await asyncio.to_thread(self._of, page.text, page.file, page.language)
        return replace(page, text=text)

    async def beside(self) -> Plan:
        """The plan, with what stands beside its articles as it may be kept."""
        plan = self._planned
        looked = await self._tables(plan, _TABLES)
        shared = await self._tables(plan.shared, _SHARED)
        return replace(plan, shared=replace(plan.shared, **shared), **looked)

    async def _tables(self, of: msgspec.Struct, files: Mapping[str, str]) -> dict[str, Any]:
        return {
            name: await asyncio.to_thread(self._of, getattr(of, name), file, DEFAULT)
            for name, file in files.items()
        }

    async def say(self, work: Work) -> None:
        """What was taken for a sample is one from now on."""
        await say(work, self._said.values(), target="import")

    def _of(self, value: Any, place: str, language: str) -> Any:
        """The same with every text in it looked over; what has none is the same object."""
        if isinstance(value, str):
            return self._text(value, place, language) if type(value) is str else value
        if isinstance(value, msgspec.Struct):
            given = {name: getattr(value, name) for name in value.__struct_fields__}
            looked = {name: self._of(each, place, language) for name, each in given.items()}
            changed = {name: each for name, each in looked.items() if each is not given[name]}
            return replace(value, **changed) if changed else value
        if isinstance(value, Mapping):
            return _same(value, {k: self._of(v, place, language) for k, v in value.items()})
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            return _same(value, type(value)(self._of(each, place, language) for each in value))  # type: ignore[call-arg]
        return value

    def _text(self, text: str, place: str, language: str) -> str:
        strange = [s for s in self._lookout.suspects(text) if s.fingerprint not in self._known]
        for each in strange:
            self.found.append((self._place(place, text, each), each.kind))
        if self._are_samples:
            self._said |= {each.fingerprint: each for each in strange}
            return text
        for each in reversed(strange):
            name = translate(language, f"help.secret.{each.kind}")
            words = translate(language, "help.secret.removed", kind=name)
            text = text[: each.start] + words + text[each.end :]
        return text

    def _place(self, place: str, text: str, suspect: Suspect) -> str:
        """File and line; the file alone where the text stands there in another form."""
        whole = self._planned.read_again(place)
        for before in _BEFORE:  # a short password also stands where it is an ordinary word
            start = max(suspect.start - before, 0)
            at = whole.find(text[start : suspect.end])
            if at >= 0:
                return at_line(place, whole.count("\n", 0, at + suspect.start - start) + 1)
        return place


def _same(before: T, after: T) -> T:
    return before if before == after else after
