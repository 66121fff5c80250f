"""How somebody likes to be helped: language, no calls, quiet hours, reading with the ears."""

import re
from datetime import datetime, tzinfo

import msgspec

_QUIET = re.compile(r"([01]?[0-9]|2[0-3])-([01]?[0-9]|2[0-3])")


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen; nothing chosen changes nothing."""

    language: str = ""  # answers are wished in it; "": in that of the page
    no_calls: bool = False
    quiet: tuple[int, int] | None = None  # from this hour to that one, over midnight too
    screen_reader: bool = False

    @property
    def is_plain(self) -> bool:
        return self == Preferences()

    def written(self) -> str:
        """As a cookie keeps it: words and digits only."""
        parts = [f"lang:{self.language}"] if self.language else []
        parts += ["no-calls"] if self.no_calls else []
        parts += [f"quiet:{self.quiet[0]}-{self.quiet[1]}"] if self.quiet else []
        parts += ["ears"] if self.screen_reader else []
        return ".".join(parts)

    @classmethod
    def read(cls, written: str, languages: tuple[str, ...]) -> "Preferences":
        """From what a browser sent; whatever is not ours is passed over."""
        parts = written[:200].split(".")
        named = dict(part.partition(":")[::2] for part in parts)
        return cls(
            language=named.get("lang", "") if named.get("lang") in languages else "",
            no_calls="no-calls" in named,
            quiet=quiet_of(named.get("quiet", "")),
            screen_reader="ears" in named,
        )

    def is_quiet(self, at: datetime, zone: tzinfo) -> bool:
        """Whether nothing should reach them at this moment."""
        if self.quiet is None:
            return False
        hour, (begin, end) = at.astimezone(zone).hour, self.quiet
        return begin <= hour < end if begin < end else hour >= begin or hour < end


def quiet_of(written: str) -> tuple[int, int] | None:
    """Two hours of a day, as "22-8"; None for anything else, and for a whole day."""
    found = _QUIET.fullmatch(written.strip())
    if found is None or int(found[1]) == int(found[2]):
        return None
    return int(found[1]), int(found[2])
