"""Slips are mended openly, pinyin and first letters are heard, and right words are left alone."""

import msgspec
import pytest

from fanlight.features.knowledge import index, search
from fanlight.features.knowledge.documents import Entry
from fanlight.features.knowledge.passages import Passage
from fanlight.features.knowledge.spelling import Vocabulary

TITLES = {
    1: ("zh-Hans", "充值未到账怎么办", ("充币没到",)),
    2: ("zh-Hans", "提现手续费与限额", ()),
    3: ("zh-Hans", "重置登录密码", ()),
    4: ("zh-Hans", "USDT 选哪个网络", ()),
    5: ("en", "A deposit has not arrived", ("deposit not received",)),
    6: ("en", "Withdrawal fees and limits", ()),
    7: ("en", "Can I change my e-mail address", ()),
}


@pytest.fixture(scope="module")
def vocabulary() -> tuple[object, Vocabulary]:
    built = index.create(None)
    index.put(
        built,
        [],
        [
            Entry(
                article=number,
                language=language,
                readers=("zh-Hans", "zh-Hant", "en"),
                audience="public",
                category="c",
                title=title,
                aliases=aliases,
                passages=[Passage("", "", title)],
            )
            for number, (language, title, aliases) in TITLES.items()
        ],
    )
    return built, Vocabulary(built)


def find(vocabulary: tuple[object, Vocabulary], text: str, **more: object) -> search.Found:
    built, words = vocabulary
    wanted = search.Wanted(text=text, language="zh-Hans", **more)  # type: ignore[arg-type]
    return search.find(built, wanted, words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "article"),
    [
        ("chong zhi wei dao zhang", 1),
        ("chongzhi weidaozhang", 1),
        ("chongzhiweidaozhang", 1),
        ("czwdz", 1),
        ("tixian shouxufei", 2),
        ("chongzhi mima", 3),
        ("USDT xuan nage wangluo", 4),
    ],
)
def test_pinyin_finds_what_it_sounds_like(
    vocabulary: tuple[object, Vocabulary], typed: str, article: int
) -> None:
    found = find(vocabulary, typed)

    assert found.hits[0].article == article
    assert found.corrected is None


@pytest.mark.parametrize(
    ("typed", "meant", "article"),
    [
        ("depsoit not recieved", "deposit not received", 5),
        ("Withdrwal feees", "Withdrawal fees", 6),
        ("充直未到账", "充值未到账", 1),
        ("提现手续废", "提现手续费", 2),
    ],
)
def test_a_slip_is_mended_and_said(
    vocabulary: tuple[object, Vocabulary], typed: str, meant: str, article: int
) -> None:
    found = find(vocabulary, typed)

    assert found.corrected == meant
    assert found.hits[0].article == article
    assert find(vocabulary, typed, is_exact=True).corrected is None


@pytest.mark.parametrize(
    "typed",
    [
        "deposit",
        "can I change",
        "充值未到账",
        "那个网络",
        "-1021",
        "ERC20",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "x",
        "",
        "🙂",
        "ok he can do me",
    ],
)
def test_what_is_right_is_left_as_it_is(vocabulary: tuple[object, Vocabulary], typed: str) -> None:
    assert find(vocabulary, typed).corrected is None


def test_a_word_that_is_right_is_not_taken_apart_for_its_neighbour() -> None:
    """充支 sounds like 充值, but 支付 is a word that articles have."""
    built = index.create(None)
    titles = enumerate(["充值", "支付密码"])
    entries = [
        Entry(
            article=number,
            language="zh-Hans",
            readers=("zh-Hans",),
            audience="public",
            category="c",
            title=title,
            passages=[Passage("", "", title)],
        )
        for number, title in titles
    ]
    index.put(built, [], entries)

    def corrected(text: str) -> str | None:
        wanted = search.Wanted(text=text, language="zh-Hans")
        return search.find(built, wanted, Vocabulary(built)).corrected

    assert corrected("充支付密码") is None
    assert corrected("充支了") == "充值了"


@pytest.mark.parametrize("typed", ["zebraprojetc", "班马计划"])
def test_words_of_what_is_hidden_are_never_offered(typed: str) -> None:
    built = index.create(None)
    hidden = Entry(
        article=1,
        language="zh-Hans",
        readers=("zh-Hans", "en"),
        audience="internal",
        category="c",
        title="斑马计划 zebraproject",
        passages=[Passage("", "zebraproject", "斑马计划")],
    )
    index.put(built, [], [hidden])
    as_public = msgspec.structs.replace(hidden, article=2, audience="signed-in public")
    other = index.create(None)
    index.put(other, [], [as_public])

    wanted = search.Wanted(text=typed, language="zh-Hans")
    assert search.find(built, wanted, Vocabulary(built)).corrected is None
    assert search.find(other, wanted, Vocabulary(other)).corrected is not None
