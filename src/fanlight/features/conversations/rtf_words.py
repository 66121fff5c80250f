"""The words of an RTF document: without fonts, colours and pictures.

Source: Rich Text Format Specification 1.9.1: groups, control words, ``\\'hh``, ``\\uN``, ``\\uc``.
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9a-fA-F]{2})"
    r"|\\(?P<sign>[^a-zA-Z'])|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)|\\",
    re.DOTALL,
)
# Groups without words for people; `\*` marks more of them, which a reader may leave out.
_SILENT = frozenset(("fonttbl", "colortbl", "stylesheet", "pict", "themedata", "datastore"))
_BREAKS = {
    **dict.fromkeys(("par", "line", "sect", "page", "row", "cell", "nestcell"), "\n"),
    **dict.fromkeys(("tab", "emspace", "enspace"), " "),
}
_SIGNS = {"~": " ", "_": "-", "\n": "\n", "\r": "\n", "\\": "\\", "{": "{", "}": "}"}
_DEEPEST = 1_000  # groups in groups


def is_rtf(content: bytes) -> bool:
    return content[:64].lstrip().startswith(b"{\\rtf")


def words_of_rtf(content: bytes) -> str:
    """Whatever of it is words; a broken document gives what came before the break."""
    text = content.decode("latin-1")
    found = re.search(r"\\ansicpg(\d{3,5})", text[:2_000])
    parts = _parts(text)
    return "".join(_decoded(parts, f"cp{found[1]}" if found else "cp1252"))


def _parts(text: str) -> Iterator[str | bytes]:
    """Words, and bytes of the document's own encoding, as they follow each other."""
    silent, skips, left = [False], [1], 0
    for token in _TOKEN.finditer(text):
        word, number = token["word"], token["number"]
        if token["brace"] == "{":
            if len(silent) > _DEEPEST:
                return
            silent.append(silent[-1])
            skips.append(skips[-1])
        elif token["brace"]:
            left = 0
            if len(silent) > 1:
                silent.pop()
                skips.pop()
        elif word in _SILENT or token["sign"] == "*":
            silent[-1] = True
        elif word == "uc" and number:
            skips[-1] = min(int(number), 8)
        elif silent[-1]:
            continue
        elif word == "u" and number:
            left = skips[-1]  # what older readers show instead
            yield chr(int(number) % 65_536)
        elif word:
            yield _BREAKS.get(word, "")
        elif token["byte"]:
            if left:
                left -= 1
            else:
                yield bytes.fromhex(token["byte"])
        elif token["sign"]:
            yield _SIGNS.get(token["sign"], "")
        elif token["text"]:
            said, left = token["text"][left:], max(0, left - len(token["text"]))
            yield said


def _decoded(parts: Iterator[str | bytes], encoding: str) -> Iterator[str]:
    """A Chinese character is two bytes in a row; a character beyond 65,535 two numbers."""
    held = b""
    for part in parts:
        if isinstance(part, bytes):
            held += part
            continue
        if held and part:
            yield _text(held, encoding)
            held = b""
        yield part
    if held:
        yield _text(held, encoding)


def _text(held: bytes, encoding: str) -> str:
    try:
        return held.decode(encoding, "replace")
    except LookupError:
        return held.decode("cp1252", "replace")
