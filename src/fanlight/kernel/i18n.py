"""What the house says, in the languages of ``locales/``: catalogues, choosing one, days and hours.

A sentence is asked for by its key, never by its English words. Every ``*.po`` file of a language
folder is read, so that each face keeps its own; a key must stand in all languages (a test says so).
"""

import gettext
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path

import msgspec
from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parents[1] / "locales"
DEFAULT = "en"


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """What ``language.toml`` says: how a language is called, whom it serves, how it writes days."""

    name: str  # as it calls itself
    serves: tuple[str, ...]  # tags of readers, in lower case; the longest that fits decides
    months: tuple[str, ...]
    weekdays: tuple[str, ...]  # Monday first
    day: str
    day_of_year: str
    day_of_week: str
    moment: str  # a day and an hour
    month_of_year: str


class _Catalogue:
    def __init__(self, folder: Path) -> None:
        self.messages: dict[str, str | tuple[str, ...]] = {}
        self.plural: Callable[[int], int] = lambda _: 0
        for file in sorted(folder.glob("*.po")):
            with file.open("rb") as stream:
                catalogue = read_po(stream, locale=folder.name.replace("-", "_"))
            self.plural = gettext.c2py(catalogue.plural_expr)
            for message in catalogue:
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    said = message.string
                    self.messages[key] = said if isinstance(said, str) else tuple(said or ())

    def say(self, key: str, params: Mapping[str, object]) -> str | None:
        found = self.messages.get(key)
        if found is None:
            return None
        if isinstance(found, tuple):
            count = params.get("count")
            found = found[self.plural(count if isinstance(count, int) else 0)]
        return found.format_map(params) if "{" in found else found


@cache
def _languages() -> dict[str, Language]:
    found = sorted(FOLDER.glob("*/language.toml"), key=lambda file: file.parent.name != DEFAULT)
    return {
        file.parent.name: msgspec.toml.decode(file.read_bytes(), type=Language) for file in found
    }


def languages() -> tuple[str, ...]:
    """The tags of the languages the house speaks, English first."""
    return tuple(_languages())


@cache
def _catalogue(tag: str) -> _Catalogue:
    return _Catalogue(FOLDER / tag)


def keys(tag: str) -> Mapping[str, str | tuple[str, ...]]:
    """Every key of a language with its sentence, or its plural forms."""
    return _catalogue(tag).messages


def translate(tag: str, key: str, /, **params: object) -> str:
    """A sentence in this language; in English when it is missing there; the key as a last resort.

    ``count`` chooses between the forms of a sentence that has a plural.
    """
    said = _catalogue(tag).say(key, params) if tag in languages() else None
    if said is None and tag != DEFAULT:
        said = _catalogue(DEFAULT).say(key, params)
    return key if said is None else said


def speaker(tag: str) -> Callable[..., str]:
    """``translate`` for one language of ours, for pages that say a hundred sentences."""
    say = _catalogue(tag).say

    def speak(key: str, /, **params: object) -> str:
        return say(key, params) or translate(tag, key, **params)

    return speak


def knows(key: str) -> bool:
    """Whether there is such a sentence at all."""
    return key in _catalogue(DEFAULT).messages


def nearest(tag: str) -> str | None:
    """The language of ours that serves a reader of this one; None when none does."""
    asked = tag.lower().replace("_", "-")
    while asked:
        for ours, language in _languages().items():
            if asked == ours.lower() or asked in language.serves:
                return ours
        asked = asked.rpartition("-")[0]
    return None


def negotiate(accept_language: str) -> str:
    """The language for a browser's ``Accept-Language`` (RFC 9110, 12.5.4), English if none fits."""
    wishes: list[tuple[float, int, str]] = []
    for place, item in enumerate(accept_language[:1000].split(",")):
        tag, _, weight = item.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if tag and quality > 0:
            wishes.append((-quality, place, tag.strip()))
    for _, _, tag in sorted(wishes):
        if (found := nearest(tag)) is not None:
            return found
    return DEFAULT


def name_of(tag: str) -> str:
    """What a language calls itself."""
    return _languages()[tag].name if tag in _languages() else tag


def called(tag: str, in_tag: str) -> str:
    """What a language is called in another one, e.g. 英语 for ``en`` in ``zh-Hans``."""
    try:
        said = Locale.parse(tag, sep="-").get_display_name(Locale.parse(in_tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        said = None
    return said or name_of(tag)


def day(tag: str, of: date, *, this_year: int | None = None, has_weekday: bool = False) -> str:
    """A day as people write it, such as ``Mon 23 Nov``; with the year when it is another one."""
    written = _languages().get(tag) or _languages()[DEFAULT]
    said = written.day.format(d=of.day, m=of.month, month=written.months[of.month - 1])
    if this_year is not None and of.year != this_year:
        said = written.day_of_year.format(day=said, year=of.year)
    if has_weekday:
        said = written.day_of_week.format(day=said, weekday=written.weekdays[of.weekday()])
    return said


def month(tag: str, year: int, number: int) -> str:
    """A month as a heading, such as ``Nov 2026``."""
    written = _languages().get(tag) or _languages()[DEFAULT]
    return written.month_of_year.format(year=year, month=written.months[number - 1])


def moment(tag: str, at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """A moment: by the hour today, else with its day."""
    there, today = at.astimezone(zone), now.astimezone(zone).date()
    hour = f"{there:%H:%M}"
    if there.date() == today:
        return hour
    said = day(tag, there.date(), this_year=today.year, has_weekday=True)
    written = _languages().get(tag) or _languages()[DEFAULT]
    return written.moment.format(day=said, hour=hour)


def offset(at: datetime, zone: tzinfo) -> str:
    """Which clock a moment was told by, such as ``UTC+8`` or ``UTC−3:30``."""
    minutes = int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
