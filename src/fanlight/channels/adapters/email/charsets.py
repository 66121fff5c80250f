"""Bytes to text when the label is missing, unknown, or plainly wrong."""

import codecs
import re
from collections.abc import Callable

# What mail programs write, and the codec that reads what they really send. The wider codec wins:
# "gb2312" mails carry GBK and GB18030 letters, "shift_jis" mails carry Microsoft's, and so on.
_CODECS = {
    "ansi_x3.4-1968": "ascii",
    "ascii": "ascii",
    "us-ascii": "ascii",
    "usascii": "ascii",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "csgb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "chinese": "gb18030",
    "gb18030": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "big-5": "cp950",
    "cn-big5": "cp950",
    "x-big5": "cp950",
    "x-x-big5": "cp950",
    "csbig5": "cp950",
    "ms950": "cp950",
    "big5-hkscs": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "_iso-2022-jp$sio": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "korean": "cp949",
    "windows-949": "cp949",
}
_UNKNOWN = frozenset({"", "unknown-8bit", "x-unknown", "unknown", "default", "binary", "8bit"})
# Labels that programs write without looking: valid UTF-8 below them is UTF-8.
_CARELESS = frozenset({"ascii", "cp1252", "cp1254", "iso8859-15"})

# The hundred most frequent characters of written Chinese, both scripts: real text is full of
# them, and text read with a wrong table is not.
_FREQUENT = re.compile(
    "["
    "的一是不了在人有我他这個个们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于"
    "于著着下自之年过過发發后後作里用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定"
    "天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日军軍者意无無力它与與长長把机機十民第公此已工"
    "使情明性知全三又关關点點正业業外将將两兩高间間由问問很最重并物手应應战戰向头頭文体體政美相见見被利什"
    "提币幣账賬帳户戶充值请請您谢謝号號码碼登录錄验驗证證金额額交易收款资資费費网網络絡"
    "]"
)
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HAN = re.compile("[\u4e00-\u9fff]")
_ODD = re.compile("[\x80-\x9f\uff61-\uff9f\ufffd\ue000-\uf8ff]")
_CYRILLIC = re.compile("(?<![a-zA-Z])[\u0410-\u044f]{2,}(?![a-zA-Z])")
_WESTERN = re.compile("[a-zA-Z][\u00c0-\u00ff]|[\u00c0-\u00ff][a-zA-Z]")
_SAMPLE_BYTES = 4096  # enough to tell one table from another
_DOUBTFUL = 0.5  # mean weight of a letter below which a label that fits is checked
_FEW_LETTERS = 8
_CERTAIN = 0.8  # and above which another table is believed instead


def codec_for(label: str) -> str | None:
    """The Python codec for a label of a mail, or None when nobody knows it."""
    name = label.strip().strip("\"'").lower()
    if name in _UNKNOWN:
        return None
    if name in _CODECS:
        return _CODECS[name]
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return None
    return found.name if _is_text(found) else None


def _is_text(found: codecs.CodecInfo) -> bool:
    return bool(getattr(found, "_is_text_encoding", True)) and found.name not in (
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "mbcs",
        "oem",
    )


def decode(raw: bytes, label: str | None) -> str:
    """Text of ``raw``, whatever its label says; never raises and loses no readable letter.

    The label is believed where it fits. Where it does not, UTF-8 is tried, then the bytes are
    compared with how real Chinese, Japanese, Korean, Russian and western text looks.
    """
    marked = _by_mark(raw)
    if marked is not None:
        return marked
    codec = codec_for(label or "")
    if raw.isascii():
        return _ascii(raw, codec)
    if codec is None or codec in _CARELESS:
        return _carelessly_labelled(raw, codec)
    text = _strict(raw, codec)
    if text is None:
        return _with_doubt(raw, codec)
    is_long = len(raw) - len(text) >= _FEW_LETTERS  # a name alone proves nothing
    if (
        (is_long or _ODD.search(text))
        and codec in _LIKENESS
        and _likeness(raw[:_SAMPLE_BYTES], codec) < _DOUBTFUL
    ):
        return _better(raw, text, codec)
    return text


def _by_mark(raw: bytes) -> str | None:
    if raw.startswith(codecs.BOM_UTF8):
        return _strict(raw[3:], "utf-8")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(raw, "utf-16")
    return None


def _ascii(raw: bytes, codec: str | None) -> str:
    if b"\x1b$" in raw and codec != "iso2022_kr":
        return raw.decode("iso2022_jp_ext", "replace")
    if codec is None or codec == "ascii":
        return raw.decode("ascii")
    return _strict(raw, codec) or raw.decode("ascii")


def _carelessly_labelled(raw: bytes, codec: str | None) -> str:
    """No label, or one that programs write without looking."""
    text = _strict(raw, "utf-8")
    if text is not None:
        return text
    best, likeness = _best(raw)
    if codec in (None, "ascii") or likeness > _CERTAIN:
        return _read(raw, best)
    return _read(raw, codec or best)


def _read(raw: bytes, codec: str) -> str:
    if codec == "cp1252" and any(byte in raw for byte in b"\x81\x8d\x8f\x90\x9d"):
        # cp1252 leaves five bytes undefined; mail programs treat it and iso-8859-1 as one.
        return "".join(_strict(bytes((byte,)), "cp1252") or chr(byte) for byte in raw)
    return raw.decode(codec, "replace")


def _with_doubt(raw: bytes, codec: str) -> str:
    """The label does not fit every byte: a damaged text, or a wrong label."""
    if codec == "cp950" and (text := _strict(raw, "big5hkscs")) is not None:
        return text
    if (text := _strict(raw, "utf-8")) is not None:
        return text
    relaxed = raw.decode(codec, "replace")
    damaged = relaxed.count("\ufffd")
    if damaged * 50 <= len(relaxed):  # two in a hundred: cut off or damaged, the label is right
        return relaxed
    guessed = guess(raw)
    return guessed if guessed.count("\ufffd") < damaged else relaxed


def _better(raw: bytes, text: str, codec: str) -> str:
    """The label fits, but the text looks like no language: see whether another table does."""
    best, likeness = _best(raw)
    return _read(raw, best) if likeness > _CERTAIN and best != codec else text


def _best(raw: bytes) -> tuple[str, float]:
    sample = raw[:_SAMPLE_BYTES]
    return max(((codec, _likeness(sample, codec)) for codec in _LIKENESS), key=lambda of: of[1])


def guess(raw: bytes) -> str:
    """Text of bytes about which nothing is known."""
    text = _strict(raw, "utf-8")
    if text is not None:
        return text
    if b"\x1b$" in raw and raw.isascii():
        return raw.decode("iso2022_jp_ext", "replace")
    return _read(raw, _best(raw)[0])


def _likeness(sample: bytes, codec: str) -> float:
    """How much ``sample`` read with ``codec`` looks like something a person wrote."""
    text = _read(sample, codec)
    letters = len(text) - len(text.encode("ascii", "ignore"))
    if letters == 0:
        return 0.0
    return (_LIKENESS[codec](text) - 2 * len(_ODD.findall(text))) / letters


def _chinese(text: str) -> float:
    return 0.4 * len(_HAN.findall(text)) + 2 * len(_FREQUENT.findall(text))


def _japanese(text: str) -> float:
    return (
        0.3 * len(_HAN.findall(text))
        + 1.6 * len(_KANA.findall(text))
        + len(_FREQUENT.findall(text))
    )


def _korean(text: str) -> float:
    return 1.1 * len(_HANGUL.findall(text))


def _russian(text: str) -> float:
    return 0.95 * sum(map(len, _CYRILLIC.findall(text)))


def _european(text: str) -> float:
    # A western letter stands among plain ones; two high bytes side by side are another table.
    return 0.9 * len(_WESTERN.findall(text))


_LIKENESS: dict[str, Callable[[str], float]] = {
    "gb18030": _chinese,
    "cp950": _chinese,
    "big5hkscs": lambda text: _chinese(text) - 0.01,
    "cp932": _japanese,
    "euc_jp": _japanese,
    "cp949": _korean,
    "cp1251": _russian,
    "cp1252": _european,
}


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None
