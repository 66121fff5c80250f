"""Fusing and filtering, without a database: properties that must hold for every collection."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fanlight.features.knowledge.analyzer import Tokens
from fanlight.features.knowledge.meaning import fusing, matrix
from fanlight.features.knowledge.meaning.matrix import Near, Place
from fanlight.features.knowledge.search import Found, Hit, Wanted

AUDIENCES = ("public", "signed-in", "internal", "country:tw")
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
places = st.lists(
    st.builds(
        Place,
        article=st.integers(1, 12),
        language=st.sampled_from(LANGUAGES),
        passage=st.integers(0, 5),
        category=st.sampled_from(["fees", "basics"]),
        audience=st.lists(st.sampled_from(AUDIENCES), min_size=1, unique=True).map(tuple),
        readers=st.lists(st.sampled_from(LANGUAGES), unique=True).map(tuple),
    ),
    max_size=40,
)


@given(places, st.lists(st.sampled_from(AUDIENCES), unique=True), st.sampled_from(LANGUAGES))
def test_nobody_finds_what_is_not_for_them(
    listed: list[Place], audiences: list[str], language: str
) -> None:
    chance = np.random.default_rng(7)
    vectors = {n: chance.normal(size=4).astype(np.float32) for n in range(len(listed))}
    wanted = Wanted(text="anything", language=language, audiences=tuple(audiences))
    near = matrix.built(listed, vectors).near(np.ones(4, np.float32), wanted, also=range(13))

    may = {
        (place.article, place.language, place.passage)
        for place in listed
        if language in place.readers and not set(place.audience).isdisjoint(audiences)
    }
    assert {(each.article, each.language, each.passage) for each in near} <= may
    assert {each.article for each in near} == {article for article, _, _ in may}


def found(*hits: Hit, words: int = 2) -> Found:
    terms = Tokens(words=["w"] * words, pairs=[], singles=[])
    return Found(hits=list(hits), total=len(hits), categories={}, terms=terms, slips=())


def near(*cosines: tuple[int, str, float]) -> list[Near]:
    return [Near(article, language, 0, 1, cosine) for article, language, cosine in cosines]


def order(of: Found) -> list[int]:
    return [hit.article for hit in of.hits]


def test_both_count_and_meaning_counts_more_in_a_long_question() -> None:
    by_words = (Hit(1, "en", 0, 10.0), Hit(2, "en", 0, 6.0))
    by_meaning = near((2, "en", 0.9), (3, "en", 0.885), (1, "en", 0.85), (4, "en", 0.8))
    wanted = Wanted(text="a question", language="en")
    short = fusing.fuse(found(*by_words), by_meaning, wanted, asked="en", least=0.88)
    long = fusing.fuse(found(*by_words, words=8), by_meaning, wanted, asked="en", least=0.88)

    assert order(short) == [2, 1, 3]
    assert order(long) == [2, 1, 3] or order(long) == [2, 3, 1]
    assert short.total == 3  # what is too far away and has none of the words is no answer


hits_and_near = st.integers(1, 6).flatmap(
    lambda size: st.tuples(
        st.lists(st.floats(0.1, 60), min_size=size, max_size=size),
        st.lists(st.floats(-1, 1), min_size=size + 3, max_size=size + 3),
    )
)


@given(hits_and_near, st.integers(1, 9))
def test_across_languages_meaning_takes_nothing_from_words(
    scores_and_cosines: tuple[list[float], list[float]], words: int
) -> None:
    """A linked title that words find first stays first, whatever the model thinks."""
    scores, cosines = scores_and_cosines
    scores.sort(reverse=True)
    by_words = [Hit(number, "zh-Hans", 0, score) for number, score in enumerate(scores)]
    by_meaning = near(*((n, "zh-Hans", cosine) for n, cosine in enumerate(cosines)))
    by_meaning.sort(key=lambda each: -each.cosine)
    wanted = Wanted(text="Withdrawal charges", language="en")

    fused = fusing.fuse(
        found(*by_words, words=words), by_meaning, wanted, asked="en", least=0.0
    ).hits
    of_words = {hit.article: hit.score / scores[0] for hit in by_words}
    assert fused[0].article == 0
    assert all(hit.score >= of_words.get(hit.article, 0.0) for hit in fused)


def test_across_languages_meaning_finds_what_words_do_not() -> None:
    by_meaning = near((2, "zh-Hans", 0.9), (1, "zh-Hans", 0.88), (5, "zh-Hans", 0.8))
    weak = (Hit(7, "zh-Hans", 0, 10.0), Hit(1, "zh-Hans", 0, 1.0))
    wanted = Wanted(text="why does it take so long", language="zh-Hans")

    assert order(fusing.fuse(found(), by_meaning, wanted, asked="en", least=0.85)) == [2, 1]
    assert order(fusing.fuse(found(*weak), by_meaning, wanted, asked="en", least=0.85)) == [7, 2, 1]
    # In one language the same model may turn the order round.
    turned = (Hit(1, "en", 0, 10.0), Hit(2, "en", 0, 9.0))
    same = near((2, "en", 0.9), (1, "en", 0.6))
    assert order(fusing.fuse(found(*turned), same, wanted, asked="en", least=0.5)) == [2, 1]


def test_without_vectors_the_ranking_by_words_stands() -> None:
    by_words = found(Hit(1, "en", 0, 10.0), Hit(2, "en", 0, 6.0))
    wanted = Wanted(text="a question", language="en", limit=1)
    assert order(fusing.fuse(by_words, [], wanted, asked="en", least=0.8)) == [1]


def test_what_was_written_by_its_sound_has_no_meaning_to_a_model() -> None:
    heard = replace(found(Hit(1, "zh-Hans", 0, 10.0), Hit(2, "zh-Hans", 0, 9.0)), is_heard=True)
    wanted = Wanted(text="tixian", language="zh-Hans")
    turned = near((2, "zh-Hans", 0.95), (3, "zh-Hans", 0.93), (1, "zh-Hans", 0.8))
    assert order(fusing.fuse(heard, turned, wanted, asked="en", least=0.8)) == [1, 2]


def test_what_a_translation_says_is_shown_at_the_passage_that_means_it() -> None:
    linked = found(Hit(1, "en", 0, 10.0, ("zh-Hans", 4)))
    meant = [Near(1, "en", 3, 1, 0.9)]
    wanted = Wanted(text="手机丢了", language="en")
    (hit,) = fusing.fuse(linked, meant, wanted, asked="zh-Hans", least=0.8).hits
    assert (hit.passage, hit.by) == (3, None)
