"""Whether a text may be a part of a secret whose other parts came before or will come after."""

import re

from fanlight.kernel.secrets.phrases import GAP, SAID, WORD, shown
from fanlight.kernel.secrets.wordlists import SIZES, lexicon, lists_of, plain

_EDGE = 120  # code points at each end that tell whether a text may be a piece
_NAMED = re.compile(
    r"private key|priv(?:ate)?key|secret|password|私[钥鑰]|密[码碼钥鑰]|key\W{0,3}$"
)
_KEYLIKE = re.compile(r"(?<!\w)(?=[a-zA-Z]*\d)[0-9a-zA-Z]{16,}", re.ASCII)
_HAN_APART = re.compile("(?:[\u4e00-\u9fff][ ,，、]){3}[\u4e00-\u9fff](?![\u4e00-\u9fff])")
_GOES_ON = 3  # words of a list alone in a message, right behind one with a phrase


def is_all_words(text: str) -> bool:
    """Whether a text is words of one list and nothing else: more of a phrase that was begun."""
    words = [found[0] for found in WORD.finditer(text.lower())]
    if len(words) < _GOES_ON or len(words) > SIZES[0]:
        return False
    rest = WORD.sub("", text.lower()).strip()
    known = lexicon().lists
    shared = -1
    for word in words:
        shared &= known.get(plain(word), 0)
    return shared > 0 and (not rest or GAP.fullmatch(rest[:24]) is not None)


def is_piece(text: str) -> bool:
    """Whether a text may be a part of a secret: it begins or ends with words of a list, it names
    a secret at its end, or a piece of a key stands in it. Quick, and often wrong."""
    low = text.lower()
    for edge in {low[:_EDGE], low[-_EDGE:]}:
        words = [found[0] for found in WORD.finditer(shown(edge))]
        for few in (words[:_GOES_ON], words[-_GOES_ON:]):
            if len(few) == _GOES_ON and all(map(lists_of, few)):
                return True
    return (
        SAID.search(low, max(0, len(low) - _EDGE)) is not None
        or _NAMED.search(low, max(0, len(low) - _EDGE)) is not None
        or _KEYLIKE.search(text[:_EDGE]) is not None
        or _HAN_APART.search(text[-_EDGE:]) is not None
    )
