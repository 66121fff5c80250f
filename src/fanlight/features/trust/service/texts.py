"""Links and addresses in what people write: found, judged, and kept beside the message."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from html import unescape
from uuid import UUID

from msgspec.structs import replace

from fanlight.features.people.masks import mask_email
from fanlight.features.trust.lookalikes import Registry, Standing
from fanlight.features.trust.naming import Name, SourceKind, address_of, has_suffix, read
from fanlight.features.trust.queries import names as kept
from fanlight.features.trust.queries import reports
from fanlight.features.trust.queries.names import Judged
from fanlight.features.trust.reports import key_of
from fanlight.features.trust.service.official import registry
from fanlight.kernel.entities import addresses_in
from fanlight.kernel.work import Work

_READ = 100_000  # characters of a text that are looked at
_SHORT = 16_000  # characters that are judged sooner than a thread has them
_MOST = 20  # names of one message that are kept
_TRIED = 80  # and looked at
_SHOWN = 200  # characters of one
_END = "\\s<>\"'“”‘’「」（）()，。；！？、⟦⟧"
_FOUND = re.compile(
    rf"(?P<url>(?:https?|hxxps?)://[^{_END}]+)"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)"
    rf"|(?P<host>(?<![\w@./-])(?:[\w-]+\.)+[\w-]{{2,}}(?:/[^{_END}]*)?)"
    r"|(?P<handle>(?<![\w@./])@[A-Za-z]\w{3,31})",
    re.IGNORECASE,
)
_HREF = re.compile(r"""href\s*=\s*["']((?:https?:|mailto:)[^"']{1,2000})["']""", re.IGNORECASE)
_TAIL = ".,;:!?)]}'\"…"


def names_in(text: str, html: str = "") -> list[str]:
    """What stands in a text that leads somewhere: links, hosts, mail addresses, handles."""
    found: dict[str, None] = {}
    for value in _values(text[:_READ], unescape(html[:_READ])):
        if len(found) >= _TRIED:
            break
        found.setdefault(value[:2_000], None)
    return list(found)


def _values(text: str, html: str) -> Iterator[str]:
    for match in _FOUND.finditer(text):
        value = match[0].rstrip(_TAIL)
        if match["host"] and not has_suffix(value):
            continue  # "e.g", "report.pdf": no host that anybody could own
        if value:
            yield value
    for match in _HREF.finditer(html):
        yield (
            match[1].removeprefix("mailto:").partition("?")[0]
            if match[1].startswith("mailto:")
            else match[1]
        )


def _judge(ours: Registry, names: Sequence[str], sender: str) -> list[Judged]:
    """Every name of a message with its verdict, the worst first; strangers' handles are no news."""
    judged: list[Judged] = []
    if sender:
        said = ours.judge(sender)
        if said.verdict is not Standing.UNKNOWN:
            judged.append(
                Judged(
                    place="sender",
                    # Agents see whom it apes, not the person's own address.
                    value=mask_email(address_of(sender)),
                    verdict=said.verdict,
                    apes=said.of,
                    reasons=said.reasons,
                )
            )
    seen: set[str] = set()
    for value in names:
        name = read(value)
        key = _key(name) if name else value
        if key in seen:
            continue
        seen.add(key)
        said = ours.judge(value)
        is_handle = name is not None and name.kind is SourceKind.HANDLE and not name.host
        if is_handle and said.verdict is Standing.UNKNOWN:
            continue
        judged.append(
            Judged(value=_shown(value), verdict=said.verdict, apes=said.of, reasons=said.reasons)
        )
    return sorted(judged, key=lambda each: _ORDER.index(each.verdict))[:_MOST]


_ORDER = (Standing.LOOK_ALIKE, Standing.RETIRED, Standing.UNKNOWN, Standing.OFFICIAL)


def _key(name: Name) -> str:
    """What is told once: all links to one host, unless more of it matters."""
    return name.whole if not (name.before_at or name.path) else f"{name.whole}{name.path}"


def _shown(value: str) -> str:
    return "".join(c for c in value if c.isprintable())[:_SHOWN]


async def note(
    work: Work, message_id: UUID, text: str, *, html: str | None = None, sender: str = ""
) -> list[Judged]:
    """Judge what a fresh message names and keep it beside the message."""
    found = await _judged(work, text, html=html or "", sender=sender)
    kept.keep(work, message_id, found)
    return found


async def note_again(work: Work, message_id: UUID, text: str) -> None:
    """The message says something else now."""
    kept.keep_again(work, message_id, await _judged(work, text))


async def _judged(work: Work, text: str, *, html: str = "", sender: str = "") -> list[Judged]:
    names, addresses = names_in(text, html), addresses_in(text[:_READ])
    if not (sender or names or addresses):
        return []  # as nearly every line of a chat
    ours = await registry(work)
    if len(text) + len(html) < _SHORT:
        found = _judge(ours, names, sender)
    else:
        found = await asyncio.to_thread(_judge, ours, names, sender)
    return await _watched(work, found, addresses, address_of(sender) if sender else "")


async def _watched(
    work: Work, found: list[Judged], addresses: Sequence[str], sender: str
) -> list[Judged]:
    """The same, with what belongs to a campaign that is watched for; that it came again counts."""
    values = {each.value: _keys(each.value) for each in found if each.place == "text"}
    keys = [key for each in values.values() for key in each]
    keys += [f"address:{each.lower()}" for each in addresses] + _keys(sender)
    hits = await reports.watched(work, keys)
    if not hits:
        return found
    await reports.count_hits(work, list(dict.fromkeys(hits.values())))
    told = [
        replace(
            each, campaign_id=next((hits[k] for k in values.get(each.value, ()) if k in hits), None)
        )
        for each in found
    ]
    more = [(each, hits.get(f"address:{each.lower()}")) for each in addresses]
    told += [
        Judged(value=_shown(each), verdict=Standing.UNKNOWN, campaign_id=hit)
        for each, hit in more
        if hit is not None
    ]
    by_sender = next((hits[key] for key in _keys(sender) if key in hits), None)
    if by_sender is not None:
        told = [each for each in told if each.place != "sender"] + [
            Judged(
                place="sender",
                value=mask_email(sender),
                verdict=Standing.UNKNOWN,
                campaign_id=by_sender,
            )
        ]
    return sorted(told, key=lambda each: each.campaign_id is None)[:_MOST]


def _keys(value: str) -> list[str]:
    name = read(value) if value else None
    return [key_of(name)] if name else []


async def of_messages(work: Work, ids: Sequence[UUID]) -> dict[UUID, list[Judged]]:
    """What these messages name, as it was judged when they came."""
    return await kept.of_messages(work, ids)
