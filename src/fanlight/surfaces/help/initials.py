"""The letter under which a word stands in an index: Latin as it is, Chinese by its pinyin."""

import re
import unicodedata

from fanlight.features.knowledge.pinyin import syllables

OTHER = "#"
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


def initial(word: str) -> str:
    """A to Z, or ``#`` for digits, signs and other scripts.

    The first call reads a dictionary for a tenth of a second: not on the loop.
    """
    word = word.strip()
    # Read as a whole: the sound of a character depends on its neighbours.
    if han := _HAN.match(word):
        first = next(iter(syllables(han.group())), "")[:1].upper()
    else:
        first = unicodedata.normalize("NFKD", word)[:1].upper()
    return first if "A" <= first <= "Z" else OTHER
