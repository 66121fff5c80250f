"""Where a letter ends and its signature begins; a line about the case is never hidden."""

import re

from fanlight.channels.adapters.email import phrases

_MAX_LINES = 25  # below "-- "; more is not a signature but a text
_MAX_GUESSED_LINES = 8  # where no mark says so
_MAX_LINE_CHARS = 72
_MAX_DEVICE_CHARS = 120

_DASHES = re.compile(r"\s*[-–—]{3,}\s*")
_MAX_BELOW_DASHES = 3
_MARK = re.compile(r"(?:--|—|––)[ \u00a0]?")
_DASHES = re.compile(r"\s*[-_=*─━]{4,}\s*")
_DASHED_NAME = re.compile(r"\s*[-–—]{1,2}\s?(?:[A-Z][\w.'-]*)(?:\s[A-Z][\w.'-]*){0,3}\s*")
_LIST_FOOTER = re.compile(r"_{10,}\s*")
_SENTENCE_END = re.compile(r"[^.\s]{4,}[.!]\s*$|[。！!]\s*$")
# "Li Na", "John E. Doe", "李娜", "王小明": short, capitals where a script has them.
_NAME = re.compile(
    r"\s*(?:[A-Z\u00c0-\u00de\u0410-\u042f][\w.'-]*,?(?:\s(?:[A-Z\u00c0-\u00de\u0410-\u042f][\w.'-]*|"
    r"de|van|von|der|bin|al)){0,4}|[\u4e00-\u9fff]{2,4}|[\u3040-\u30ff\u4e00-\u9fff]{2,8}|"
    r"[\uac00-\ud7a3]{2,5})[,.]?\s*"
)
_NICKNAME = re.compile(r"\s*[a-z]{2,12}\.?\s*")
_WORDS = re.compile(r"[^\W\d_]{2,}")


def start(lines: list[str], sender_name: str, sender_mail: str, *, may_be_all: bool) -> int | None:
    """The index of the first line of the signature, or None; 0 only where ``may_be_all``.

    Device lines ("Sent from my iPhone") are looked for first: they stand below everything else.
    """
    end = _without_blank(lines, len(lines))
    cut = end
    while cut > 0 and _is_footer(lines, cut):
        cut = _footer_start(lines, cut)
    for finder in (_by_mark, _by_dashed_name, _by_sign_off, _by_contact_block):
        found = finder(lines[:cut], sender_name, sender_mail)
        if found is not None and (may_be_all or _has_words(lines[:found])):
            return found
    return cut if cut < end and (may_be_all or _has_words(lines[:cut])) else None


def _has_words(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def _without_blank(lines: list[str], end: int) -> int:
    while end > 0 and not lines[end - 1].strip():
        end -= 1
    return end


def _is_footer(lines: list[str], end: int) -> bool:
    return _footer_start(lines, end) < end


def _footer_start(lines: list[str], end: int) -> int:
    """Where the last device line or mailing-list footer before ``end`` begins."""
    last = _without_blank(lines, end)
    device = lines[last - 1] if last else ""
    if (
        len(device) < _MAX_DEVICE_CHARS
        and phrases.DEVICE.fullmatch(device)
        and not phrases.CASE_FACT.search(device)
    ):
        return _without_blank(lines, last - 1)
    if (lawyers := _lawyers_paragraph(lines, last)) < last:
        return _without_blank(lines, lawyers)
    for at in range(max(0, last - 6), last):
        if _LIST_FOOTER.fullmatch(lines[at]) and any(
            "list" in line for line in lines[at + 1 : last]
        ):
            return _without_blank(lines, at)
    return end


def _lawyers_paragraph(lines: list[str], end: int) -> int:
    """Where the paragraph begins that says whom the mail was meant for; ``end`` if none does."""
    begin = end
    while begin > 0 and end - begin < _MAX_LINES and lines[begin - 1].strip():
        begin -= 1
    is_one = begin < end and phrases.DISCLAIMER.match(lines[begin]) is not None
    has_facts = any(phrases.CASE_FACT.search(line) for line in lines[begin:end])
    return begin if is_one and not has_facts else end


def _by_mark(lines: list[str], name: str, _mail: str) -> int | None:
    """The line "-- ", as RFC 3676 has it and as programs without its space write it."""
    end = _without_blank(lines, len(lines))
    for at in range(end - 1, max(-1, end - _MAX_LINES - 1), -1):
        # Three dashes part anything; with the writer's name alone below they part the name.
        below = lines[at + 1 : end]
        is_named = len(below) <= _MAX_BELOW_DASHES and any(
            _names(line) and _names(line) <= _names(name) for line in below
        )
        if _MARK.fullmatch(lines[at]) or (is_named and _DASHES.fullmatch(lines[at])):
            has_facts = any(phrases.CASE_FACT.search(line) for line in lines[at:end])
            return None if has_facts else at
    return None


def _by_dashed_name(lines: list[str], name: str, _mail: str) -> int | None:
    """ "-Abhishek Kona" as the last line; "- Bitcoin" below "- Ethereum" is a list."""
    end = _without_blank(lines, len(lines))
    if (
        not end
        or not _DASHED_NAME.fullmatch(lines[end - 1])
        or not _may_be_hidden(lines[end - 1 :])
    ):
        return None
    is_list = any(
        line.lstrip().startswith(("-", "–", "—")) for line in lines[max(0, end - 4) : end - 1]
    )
    is_alone = end == 1 or not lines[end - 2].strip()
    is_tight = not re.match(r"\s*[-–—]+\s", lines[end - 1])
    is_sender = bool(_names(name) & _names(lines[end - 1]))
    return end - 1 if not is_list and (is_sender or (is_alone and is_tight)) else None


def _by_sign_off(lines: list[str], name: str, _mail: str) -> int | None:
    """“Best regards,” on a line of its own, with a name below it and perhaps how to reach them."""
    end = _without_blank(lines, len(lines))
    for at in range(max(0, end - _MAX_GUESSED_LINES), end - 1):
        below = [line for line in lines[at + 1 : end] if line.strip()]
        if (
            phrases.SIGN_OFF.fullmatch(lines[at])
            and below
            and _may_be_hidden(below)
            and _is_name(below[0], name, is_last=len(below) == 1)
            and not any(_SENTENCE_END.search(line) for line in below)
        ):
            return at
    return None


def _is_name(line: str, sender: str, *, is_last: bool) -> bool:
    """Whether a line may be somebody's name, not a sentence that goes on after the thanks."""
    if _names(sender) & _names(line):
        return True
    return _NAME.fullmatch(line) is not None or (is_last and _NICKNAME.fullmatch(line) is not None)


def _names(text: str) -> set[str]:
    return {word.lower() for word in _WORDS.findall(text)}


def _by_contact_block(lines: list[str], name: str, mail: str) -> int | None:
    """The sender's own name or address at the end, with how to reach them."""
    names = _names(name)
    if not names and not mail:
        return None
    end = _without_blank(lines, len(lines))
    begin = end
    while begin > 0 and end - begin < _MAX_GUESSED_LINES and lines[begin - 1].strip():
        begin -= 1
    if begin > 0 and lines[begin - 1].strip():
        return None  # the last paragraph is too long for a signature
    dashes = [n for n in range(max(0, end - _MAX_LINES), end) if _DASHES.fullmatch(lines[n])]
    for at in [*dashes, begin]:
        below = [line for line in lines[at:end] if line.strip() and not _DASHES.fullmatch(line)]
        if below and _names_sender(below, names, mail, is_marked=at in dashes):
            return at if _may_be_hidden(lines[at:end]) else None
    return None


def _names_sender(below: list[str], names: set[str], mail: str, *, is_marked: bool) -> bool:
    """Whether the first lines name the sender; an unmarked block must begin with the name."""
    if mail and any(mail.lower() in line.lower() for line in below):
        return True
    wanted = below[: 3 if is_marked else 1]
    return bool(names) and any(names <= _names(line) for line in wanted)


def _may_be_hidden(lines: list[str]) -> bool:
    """Short lines that say nothing about the case."""
    return all(
        len(line) <= _MAX_LINE_CHARS and phrases.CASE_FACT.search(line) is None for line in lines
    )
