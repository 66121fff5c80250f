"""Which of our languages a text is in, from its script; a prior where the text says too little."""

import functools
import re
from typing import Any

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_FEW_WORDS = 3  # under so many Latin words, who writes tells more than what is written


@functools.cache
def _to_simplified() -> Any:
    import opencc  # its dictionaries take 20 MB: loaded on first use

    return opencc.OpenCC("t2s")


@functools.cache
def _to_traditional() -> Any:
    import opencc

    return opencc.OpenCC("s2t")


def guess(text: str, *, prior: str = "en") -> str:
    """``zh-Hans``, ``zh-Hant`` or ``en``; ``prior`` when there is too little to tell.

    Chinese is told apart by what changes when it is converted each way (OpenCC).
    """
    sample = text[:1000]
    han = "".join(_HAN.findall(sample))
    words = len(_LATIN_WORD.findall(sample))
    if len(han) >= 2 and len(han) * 2 >= words:
        was_traditional = sum(
            a != b for a, b in zip(han, _to_simplified().convert(han), strict=False)
        )
        was_simplified = sum(
            a != b for a, b in zip(han, _to_traditional().convert(han), strict=False)
        )
        if was_traditional == was_simplified:
            return prior if prior.startswith("zh") else "zh-Hans"
        return "zh-Hant" if was_traditional > was_simplified else "zh-Hans"
    return "en" if words >= _FEW_WORDS else prior
