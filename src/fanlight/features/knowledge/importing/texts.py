"""Bytes of a file become text: UTF-8 first, then what Windows and older systems write."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HAN_SHARE = 0.6  # of the characters beyond ASCII: less, and the bytes were no GB18030


def decoded(content: bytes) -> str:
    """The text, without byte order mark, NUL and carriage returns.

    Raises:
        UnicodeDecodeError: it is in none of the encodings we know.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _plain(content.decode(encoding))
    try:
        return _plain(content.decode("utf-8"))
    except UnicodeDecodeError:
        text = _gb18030(content)
        if text is None:
            raise
        return _plain(text)


def _gb18030(content: bytes) -> str | None:
    """Chinese in the national encoding, told from other bytes by what they would spell."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return None
    beyond = [c for c in text if c > "\x7f"]
    common = sum(
        "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or c > "\uff00" for c in beyond
    )
    # Two letters of another alphabet spell one rare character; Chinese text has many.
    return text if len(beyond) >= 4 and common / len(beyond) >= _HAN_SHARE else None


def _plain(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\x00", "")
    return text.replace("\r\n", "\n").replace("\r", "\n")
