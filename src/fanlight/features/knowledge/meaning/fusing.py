"""One ranking out of two: by words and by meaning, each brought to the same measure first.

Never by ranks alone: that drags the better list down to the worse one.
"""

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from fanlight.features.knowledge.documents import ordinal
from fanlight.features.knowledge.meaning.matrix import MOST_NEAR, Near
from fanlight.features.knowledge.search import Found, Hit, Wanted

_SHORT, _LONG = 0.5, 0.7  # what meaning counts for: the more words, the less each of them says
_LONG_FROM = 6  # words
_FAINT = 0.35  # of the nearest: what is further off, and has none of the words, is no answer
MOST_UNSAID = 10  # articles found by their meaning alone


def fuse(found: Found, near: Sequence[Near], wanted: Wanted, *, asked: str, least: float) -> Found:
    """Rank what was found both ways.

    Args:
        found: by words, more of them than are wanted.
        near: of the same articles and of others; nearest first, only what the reader may see.
        asked: the language of the question.
        least: the cosine from which an article is an answer without having any of the words.
    """
    if not near or found.is_heard:  # syllables mean nothing to a model
        return replace(found, hits=found.hits[: wanted.limit])
    low, high = near[min(len(near), MOST_NEAR) - 1].cosine, near[0].cosine
    best = max((hit.score for hit in found.hits), default=1.0)
    weight = _weight(found)
    close = {each.article: each for each in near}
    said = {hit.article: hit for hit in found.hits}

    def means(article: int) -> float:
        return max(0.0, close[article].cosine - low) / max(high - low, 1e-6)

    def scored(article: int, language: str) -> float:
        says = said[article].score / best if article in said else 0.0
        near = means(article) if article in close else 0.0
        if _family(asked) == _family(language):
            return weight * near + (1 - weight) * says
        # What words find in another language they find by what editors wrote: a linked title, a
        # synonym, a code. Meaning lifts others up to it and never takes anything from it.
        return max(says, _SHORT * near + (1 - _SHORT) * says)

    def placed(hit: Hit) -> Hit:
        """What was found by a translation, at the passage that means it."""
        there = close.get(hit.article)
        score = scored(hit.article, hit.language)
        if hit.by is None or there is None or there.language != hit.language:
            return replace(hit, score=score)
        return replace(hit, score=score, passage=there.passage, by=None)

    hits = [placed(hit) for hit in found.hits]
    shelf = None if wanted.category is None else ordinal(wanted.category)
    unsaid = [
        each
        for each in near
        if each.article not in said
        and each.cosine >= least
        and means(each.article) >= _FAINT
        and shelf in (None, each.shelf)
    ][:MOST_UNSAID]
    hits += [
        Hit(each.article, each.language, each.passage, scored(each.article, each.language))
        for each in unsaid
    ]
    ranks = {hit.article: rank for rank, hit in enumerate(found.hits)}
    hits.sort(key=lambda hit: (-hit.score, ranks.get(hit.article, len(ranks)), hit.article))
    categories = Counter(found.categories)
    if wanted.category is None:
        categories.update(each.shelf for each in unsaid)
    return replace(
        found,
        hits=hits[: wanted.limit],
        total=found.total + len(unsaid),
        categories=dict(categories),
    )


def _weight(found: Found) -> float:
    return _LONG if len(found.terms.words) >= _LONG_FROM else _SHORT


def _family(language: str) -> str:
    return language.partition("-")[0]
