"""Keys, phrases and passwords in what editors write: said to be samples, or not kept.

An article may have to show what a seed phrase looks like, so nothing is refused for good: whoever
writes says once that it is a sample, and it passes in every text from then on.
"""

import asyncio
import hmac
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

import msgspec

from fanlight.features.trust.errors import SecretsInText
from fanlight.features.trust.queries import samples as kept
from fanlight.kernel import audit
from fanlight.kernel.i18n import translate
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.secrets import Finding, scan
from fanlight.kernel.work import Work

_LEAST = 4  # characters: no secret is shorter
_MAC_BYTES = 16
_BEFORE = 40  # characters told that stand before it in its line
_LONG = 16  # from so many on, three letters of either end give nothing away


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a text that looks like a secret."""

    kind: str
    start: int
    end: int
    fingerprint: str


class Lookout:
    """Finds secrets in texts, and knows each of them again."""

    def __init__(self, work: Work) -> None:
        self._shelf = work.shelf

    @cached_property
    def _key(self) -> bytes:
        return self._shelf.of(Sealer).derive("samples in texts")

    def suspects(self, text: str) -> list[Suspect]:
        """Everything in a text that looks like a secret, in order. Slow where the text is long."""
        if len(text) < _LEAST:
            return []
        return [self._suspect(text, finding) for finding in scan(text)]

    def _suspect(self, text: str, finding: Finding) -> Suspect:
        # The same phrase on two lines, or with other blanks between its words, is the same.
        words = " ".join(text[finding.start : finding.end].split())
        mac = hmac.digest(self._key, f"{finding.kind}\n{words}".encode(), "sha256")
        return Suspect(
            kind=finding.kind.value,
            start=finding.start,
            end=finding.end,
            fingerprint=mac[:_MAC_BYTES].hex(),
        )


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an editor is asked about: enough to find it in their text, too little to use it."""

    kind: str
    name: str  # the kind in words
    before: str  # what stands before it in its line
    shown: str
    key: str  # says it again when it is a sample


async def look_over(
    work: Work, texts: Sequence[str], *, target: str, language: str, said: Collection[str] = ()
) -> None:
    """Let what an editor wrote pass, or ask.

    Args:
        target: what the audit log names when something was said to be a sample.
        language: of whoever is asked.
        said: keys of what the editor says are samples; they are so from now on.

    Raises:
        SecretsInText: something looks like a secret, and nobody has said that it is a sample.
    """
    lookout = Lookout(work)
    found = await asyncio.to_thread(lambda: [(text, lookout.suspects(text)) for text in texts])
    seen = {each.fingerprint: (text, each) for text, many in found for each in many}
    if not seen:
        return
    new = seen.keys() - await kept.known(work, seen.keys())
    if asked := [seen[key] for key in seen if key in new and key not in said]:
        raise SecretsInText(
            findings=[msgspec.to_builtins(_told(text, each, language)) for text, each in asked]
        )
    await say(work, [seen[key][1] for key in seen if key in new], target=target)


async def say(work: Work, suspects: Iterable[Suspect], *, target: str) -> None:
    """These are samples: nobody is asked about them again, in whatever text they stand."""
    kinds = {each.fingerprint: each.kind for each in suspects}
    if kinds:
        await kept.add(work, kinds)
        await audit.record(work, "text.samples_said", target, kinds=sorted(kinds.values()))


def _told(text: str, suspect: Suspect, language: str) -> Told:
    line = text.rfind("\n", 0, suspect.start) + 1
    value = text[suspect.start : suspect.end]
    is_long = len(value) >= _LONG
    return Told(
        kind=suspect.kind,
        name=translate(language, f"help.secret.{suspect.kind}"),
        before=text[max(line, suspect.start - _BEFORE) : suspect.start].strip(),
        shown=f"{value[:3]}…{value[-3:]}" if is_long else f"{value[:1]}…",
        key=suspect.fingerprint,
    )
