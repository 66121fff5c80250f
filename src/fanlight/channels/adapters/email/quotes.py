"""What a person wrote in a mail, apart from what their program quoted below or between it."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from fanlight.channels.adapters.email import phrases, signatures

_QUOTED = re.compile(r"\s{0,3}[>＞]")
_NEWLINE = re.compile(r"[^\n]*\n|[^\n]+")
# Of a letter longer than that only the beginning is looked at: the rest goes with its last lines.
_MAX_LINES = 4000
_MAX_CHARS = 150_000
_ATTRIBUTION_LINES = 4
_ATTRIBUTION_CHARS = 500
_HEADER_BLOCK_LINES = 9
_SHORT_CHARS = 300  # more is an answer of its own, wherever "below" points
_DASHES = "-–—"
_RULE = re.compile(r"\s*[_=*─━-]{8,}\s*")
_ABOVE_HEADERS = re.compile(r"\s*(?:[|+][-=+|]{4,}>?|<?[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?)\s*")
_BRACKETED_END = re.compile(r"@[^\s<>()]+[>)]\s*$")
_CLOSE = re.compile(r"[:：]\s*[\u200e\u200f\u202a-\u202e*_-]*\s*$")

Kind = Literal["reply", "quote", "signature"]


class Segment(msgspec.Struct, frozen=True):
    kind: Kind
    text: str


class Trimmed(msgspec.Struct, frozen=True):
    """A letter in segments, in order; joined they are the whole letter again."""

    segments: tuple[Segment, ...]

    @property
    def reply(self) -> str:
        """What to show first: the writer's own words, without quotes and signature."""
        return self._joined("reply")

    @property
    def reply_with_signature(self) -> str:
        return self._joined("reply", "signature")

    @property
    def signature(self) -> str:
        return self._joined("signature")

    @property
    def full(self) -> str:
        return "".join(segment.text for segment in self.segments)

    def _joined(self, *kinds: Kind) -> str:
        texts = "".join(segment.text for segment in self.segments if segment.kind in kinds)
        return re.sub(r"\n\s*\n\s*\n+", "\n\n", texts).strip()


def trim(text: str, *, sender_name: str = "", sender_mail: str = "", subject: str = "") -> Trimmed:
    """Split a letter into what was written, what was quoted, and the signature.

    Nothing is lost: the segments joined are ``text``. Where nothing of the writer's would be
    left, nothing is hidden. What was forwarded on purpose is the message and stays.
    """
    lines = _NEWLINE.findall(text[:_MAX_CHARS])
    rest = "".join(lines[_MAX_LINES:]) + text[_MAX_CHARS:]
    lines = list(_with_breaks(lines[:_MAX_LINES]))
    marks = _marks(lines, is_forward=phrases.FORWARD_SUBJECT.match(subject) is not None)
    _mark_signature(lines, marks, sender_name, sender_mail)
    segments = list(_segments(lines, marks))
    if rest:
        segments.append(Segment(segments[-1].kind if segments else "reply", rest))
    if not any(segment.kind == "reply" and segment.text.strip() for segment in segments):
        return Trimmed((Segment("reply", text),))
    if _answers_between(segments):
        return Trimmed((Segment("reply", text),))
    return Trimmed(tuple(segments))


def _answers_between(segments: list[Segment]) -> bool:
    """Whether the writer says that answers stand in what is quoted, and no mark tells which.

    Outlook quotes without ``>``: what was typed there would be hidden with the rest.
    """
    said = "".join(each.text for each in segments if each.kind == "reply")
    quoted = [each.text for each in segments if each.kind == "quote"]
    if len(said) > _SHORT_CHARS or phrases.ANSWERS_BELOW.search(said) is None:
        return False
    return any(not any(map(_is_quoted, text.splitlines())) for text in quoted)


def _with_breaks(lines: list[str]) -> Iterator[str]:
    """The lines, broken where a program put "On … wrote:" behind the last words of the answer."""
    for at, line in enumerate(lines):
        found = phrases.MID_OPENER.search(line) if len(line) < _ATTRIBUTION_CHARS else None
        before = line[: found.start()].rstrip(f"{_DASHES} ") if found is not None else ""
        if before.strip(" >") and not _BRACKETED_END.search(before):
            tail = line[len(before) :]
            if _attribution([tail, *lines[at + 1 : at + _ATTRIBUTION_LINES]], 0) is not None:
                yield before
                yield tail
                continue
        yield line


def _marks(lines: list[str], *, is_forward: bool) -> list[Kind]:
    marks: list[Kind] = ["reply"] * len(lines)
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif phrases.FORWARDED.match(line) or (is_forward and _header_block(lines, at)):
            break  # from here on it was sent on purpose
        elif _is_quoted(line):
            end = _quoted_run(lines, at)
            marks[at:end] = ["quote"] * (end - at)
            at = end
        elif (split := _splitter(lines, at)) is not None:
            begin, end = split
            end = _quote_after(lines, end)
            marks[begin:end] = ["quote"] * (end - begin)
            at = end
        else:
            at += 1
    return marks


def _is_quoted(line: str) -> bool:
    return _QUOTED.match(line) is not None and not _is_decorated(line.strip())


def _is_decorated(line: str) -> bool:
    """ ">>> look here <<<" is no quote. By hand: a pattern would try every ">" as the first."""
    return line.startswith(">") and line.endswith("<") and bool(line[1:-1].strip())


def _quoted_run(lines: list[str], start: int) -> int:
    """The end of a run of ``>`` lines, over blank lines and lines that were wrapped."""
    end = at = start
    while at < len(lines):
        if _is_quoted(lines[at]):
            end = at + 1
        elif lines[at].strip() and not _is_wrapped(lines, at):
            break
        at += 1
    return end


def _is_wrapped(lines: list[str], at: int) -> bool:
    """A line between two quoted ones that only lost its mark when the program broke it."""
    if at + 1 >= len(lines) or not _is_quoted(lines[at - 1]) or not _is_quoted(lines[at + 1]):
        return False
    before = lines[at - 1]
    return before.count("(") > before.count(")") or before.count("<") > before.count(">") - 1 > 0


def _quote_after(lines: list[str], start: int) -> int:
    """Where the quote that a splitter announces ends: its ``>`` lines, or else everything."""
    at = start
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at < len(lines) and _is_quoted(lines[at]):
        return _quoted_run(lines, at)
    return len(lines)


def _splitter(lines: list[str], at: int) -> tuple[int, int] | None:
    """(first line, line behind) of what separates an answer from its quote, if one starts here."""
    line = phrases.unescaped(lines[at].rstrip("\n"))
    if len(line) > _ATTRIBUTION_CHARS:
        return None
    if (
        phrases.DIVIDER.fullmatch(line)
        or _is_between_dashes(line)
        or phrases.REPLY_ABOVE.fullmatch(line)
        or _header_block(lines, at)
    ):
        return at, at + 1
    # Outlook's line, a table's border, the writer's own address: if a header block is below it.
    if _RULE.fullmatch(line) or _ABOVE_HEADERS.fullmatch(line):
        below = next((n for n in range(at + 1, min(at + 6, len(lines))) if lines[n].strip()), None)
        if below is not None and _header_block(lines, below):
            return at, below
    return _attribution(lines, at)


def _is_between_dashes(line: str) -> bool:
    """ "---- Mei Chen wrote ----"."""
    bare = line.strip()
    inner = bare.strip(_DASHES).strip(" :")
    return (
        bare[:2].strip(_DASHES) == ""
        and bare[-2:].strip(_DASHES) == ""
        and 0 < len(inner) <= 200
        and phrases.VERB_LAST.search(inner) is not None
    )


def _attribution(lines: list[str], at: int) -> tuple[int, int] | None:
    """“On Tuesday Mei wrote:” in any language, over up to four lines, starting here."""
    for end in range(at + 1, min(at + 1 + 2 * _ATTRIBUTION_LINES, len(lines) + 1)):
        window = lines[at:end]
        filled = [line.strip() for line in window if line.strip()]
        joined = " ".join(filled)
        if len(filled) > _ATTRIBUTION_LINES or len(joined) > _ATTRIBUTION_CHARS:
            return None
        if len(filled) < len(window) and not _may_have_gaps(joined):
            return None
        if window[-1].strip() and _is_attribution(joined, lines, end):
            return (at, end) if _starts_here(window, lines, end) else None
    return None


def _may_have_gaps(joined: str) -> bool:
    return joined.endswith("<") or phrases.OPENER.match(joined) is not None


def _is_attribution(joined: str, lines: list[str], end: int) -> bool:
    # Dates are what costs: they are looked for last.
    has_address = phrases.BRACKETED_ADDRESS.search(joined) is not None
    if _CLOSE.search(joined):
        verb = phrases.VERB.search(joined)
        if verb is not None and phrases.MAIL_ADDRESS.search(joined):
            return True
        if not has_address and (verb is None or not _is_spoken(joined, verb, lines, end)):
            return False
        return _has_date(joined)  # with a mailbox and a colon: in whatever language
    if not has_address or not phrases.OPENER.match(joined):
        return False
    if phrases.VERB_LAST.search(joined):
        return _has_date(joined)
    # Old Gmail without a colon: "2011/4/7 Mei <mei@…>", then quoted lines.
    return joined.endswith((">", ")")) and _quote_follows(lines, end) and _has_date(joined)


def _has_date(joined: str) -> bool:
    return phrases.DATE.search(joined) is not None


def _is_near_an_end(joined: str, verb: re.Match[str]) -> bool:
    """The verb closes the line, or stands right behind the date that opens it."""
    return len(joined) - verb.end() < 60 and phrases.OPENER.match(joined) is not None


def _is_spoken(joined: str, verb: re.Match[str], lines: list[str], end: int) -> bool:
    """The verb is at an end, or closes a line that does not open with its date and has a quote
    below: "Meridian 於 2024/3/5 10:23 寫道:"."""
    if _is_near_an_end(joined, verb):
        return True
    return not _CLOSE.sub("", joined[verb.end() :]).strip() and _quote_follows(lines, end)


def _quote_follows(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at:] if line.strip()), "")
    return _is_quoted(following) and not _CLOSE.search(following)


def _starts_here(window: list[str], lines: list[str], end: int) -> bool:
    """Whether the attribution begins with this window's first line, not with a later one."""
    later = [n for n in range(1, len(window)) if window[n].strip()]
    rest = " ".join(line.strip() for line in window[later[0] :]) if later else ""
    if _BRACKETED_END.search(window[0]) and not phrases.BRACKETED_ADDRESS.search(rest):
        return True  # "Mei <mei@…>", and in the next line when she wrote
    opens_later = any(
        phrases.OPENER.match(window[n])
        and _is_attribution(" ".join(line.strip() for line in window[n:]), lines, end)
        for n in later
    )
    if opens_later:
        return False
    if phrases.OPENER.match(window[0]) or not later:
        return True
    return not _is_attribution(rest, lines, end)


def _header_block(lines: list[str], at: int) -> bool:
    """“From: … Sent: … To: … Subject: …” as programs copy it above a quoted mail."""
    first = phrases.header_label(lines[at].rstrip("\n"))
    if first is None or first[0] not in ("from", "date", "subject", "to"):
        return False
    found: dict[str, str] = {}
    for line in lines[at : at + _HEADER_BLOCK_LINES]:
        label = phrases.header_label(line.rstrip("\n"))
        if label is not None:
            found.setdefault(label[0], label[1])
            last = label[0]
        elif line.strip(" >*|\n\t-") and found:
            found[last] += " " + line.strip()  # a value that was wrapped
    values = " ".join(found.values())
    if len(found) < 2 or not found.keys() & {"from", "date"}:
        return False
    # People also write "From: 0x… To: 0x…" about a transfer: only mailboxes or a subject count.
    return "@" in values or ("subject" in found and len(found) >= 3)


def _mark_signature(
    lines: list[str], marks: list[Kind], sender_name: str, sender_mail: str
) -> None:
    """Mark the signature at the end of the last stretch of the writer's own words."""
    end = len(lines)
    while end > 0:
        if marks[end - 1] != "reply" or not lines[end - 1].strip():
            end -= 1
            continue
        begin = end
        while begin > 0 and marks[begin - 1] == "reply":
            begin -= 1
        stretch = [line.rstrip("\n") for line in lines[begin:end]]
        start = signatures.start(stretch, sender_name, sender_mail, may_be_all=begin > 0)
        if start is None:
            return
        marks[begin + start : end] = ["signature"] * (end - begin - start)
        if any(line.strip() for line in stretch[:start]):
            return
        end = begin  # nothing but a signature below a quote: the words stand above it


def _segments(lines: list[str], marks: list[Kind]) -> Iterator[Segment]:
    begin = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or marks[at] != marks[begin]:
            yield Segment(marks[begin], "".join(lines[begin:at]))
            begin = at
