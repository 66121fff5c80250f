"""Words of a text for finding tickets: Latin words and codes, pairs of Chinese characters."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_WORD = 64  # characters that are kept of one
MAX_WORDS = 400  # of one ticket; what is further down is not found by words

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+(?:[-_.@+][^\W_{_CJK}]+)*")
_IS_CJK = re.compile(rf"[{_CJK}]")


def words_of(text: str) -> Iterator[str]:
    """Words in order, lower case, repeats kept: ``ERC-20 充值`` gives erc-20, erc, 20, 充值."""
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if _IS_CJK.match(run):
            yield from (run[i : i + 2] for i in range(max(len(run) - 1, 1)))
            continue
        yield run
        parts = re.split(r"[-_.@+]", run)
        if len(parts) > 1:
            yield from parts


def search_words(*texts: str) -> list[str]:
    """What stands in the index for these texts: each word once, the first ``MAX_WORDS``."""
    found = dict.fromkeys(word[:LONGEST_WORD] for text in texts for word in words_of(text))
    return list(found)[:MAX_WORDS]
