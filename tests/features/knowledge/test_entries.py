"""Terms, legal texts and figures: kept once, saved by editors alone, loaded without harm."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from fanlight.features.knowledge import beside, figures, glossary, importing, legal
from fanlight.features.knowledge.errors import EntryMoved, EntryNotFound, EntryUnfit
from fanlight.features.knowledge.models import (
    Column,
    Figure,
    FigureSet,
    LegalKind,
    LegalText,
    LegalWords,
    Term,
    Word,
)
from fanlight.features.knowledge.queries import entries as kept
from fanlight.features.knowledge.queries import synonyms
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Actor, Work
from tests.conftest import NOON
from tests.features.knowledge.conftest import ARTICLES
from tests.features.knowledge.room import EDITOR, VISITOR

PUBLISHER = Actor(
    kind="agent", id=EDITOR.id, permissions=frozenset({"article.edit", "article.publish"})
)
MEMO = Term(
    key="memo",
    names={
        "en": Word(name="Memo", definition="Tells whose coins they are.", aliases=["Tag"]),
        "zh-Hans": Word(name="备注", definition="说明这笔币是谁的，网络上都看得到。"),
    },
)
WARNING = LegalText(
    key="risk-warning",
    kind=LegalKind.RISK,
    texts={
        "en": LegalWords(title="Risk", source="You can **lose** it all.\n\n<script>x</script>"),
        "zh-Hans": LegalWords(title="风险", source="你的钱可能全部亏掉。"),
    },
)
FEES = FigureSet(
    name="fees",
    titles={"en": "Fees"},
    row_keys=[Column(key="asset", names={"en": "Coin"})],
    columns=[Column(key="fee", names={"en": "Fee"}), Column(key="least", names={"en": "Least"})],
    sources={"en": "Exchange"},
    stale_after_s=3600,
)


def figure(value: str | None, column: str = "fee", asset: str = "USDT") -> Figure:
    number = None if value is None else Decimal(value)
    return Figure(row_key=[asset], column=column, value=number, unit=asset)


async def test_a_term_is_kept_with_traditional_words_made_for_it(work: Work) -> None:
    work = work.acting_as(EDITOR)
    saved = await glossary.save(work, MEMO)

    assert await kept.terms(work) == [saved]
    assert saved.version == 1
    made = saved.names["zh-Hant"]
    assert (made.name, made.is_derived) == ("備註", True)
    own = replace(saved, names={**saved.names, "zh-Hant": Word(name="備註", definition="自己寫。")})
    assert not (await glossary.save(work, own)).names["zh-Hant"].is_derived
    with pytest.raises(EntryMoved):
        await glossary.save(work, saved)  # its version is no longer the one kept
    with pytest.raises(EntryMoved):
        await glossary.save(work, MEMO)  # there is one with this key
    with pytest.raises(NotAllowed):
        await glossary.save(work.acting_as(VISITOR), MEMO)
    with pytest.raises(EntryUnfit):
        await glossary.save(work, replace(MEMO, key="No Key"))
    with pytest.raises(EntryMoved):
        await glossary.remove(work, "memo", version=1)
    await glossary.remove(work, "memo", version=2)
    assert await kept.terms(work) == []


async def test_a_legal_text_is_safe_html_and_needs_who_may_publish(work: Work) -> None:
    saved = await legal.save(work.acting_as(PUBLISHER), WARNING)

    assert "<strong>lose</strong>" in saved.texts["en"].html
    assert "script" not in saved.texts["en"].html
    assert "您的錢" in saved.texts["zh-Hant"].html
    assert await kept.legal_texts(work, ["risk-warning"]) == [saved]
    assert await kept.legal_texts(work, ["other"]) == []
    with pytest.raises(NotAllowed):
        await legal.save(work.acting_as(EDITOR), saved)
    with pytest.raises(EntryMoved):
        await legal.remove(work.acting_as(PUBLISHER), "risk-warning", version=7)
    with pytest.raises(EntryUnfit):
        await legal.save(work.acting_as(PUBLISHER), replace(WARNING, texts={}))


async def test_figures_keep_their_places_and_their_hour(work: Work) -> None:
    work = work.acting_as(EDITOR)
    await figures.save_set(work, FEES)
    await figures.put(work, "fees", [figure("1.00"), figure(None, "least")])

    known, unknown = await kept.figures(work, "fees")
    assert (str(known.value), known.unit, known.as_of) == ("1.00", "USDT", NOON)
    assert (unknown.value, unknown.as_of) == (None, None)
    with pytest.raises(EntryNotFound):
        await figures.put(work, "nothing", [figure("1")])
    with pytest.raises(EntryUnfit):
        await figures.put(work, "fees", [figure("1", "no-column")])
    with pytest.raises(EntryUnfit):
        await figures.put(work, "fees", [figure("NaN")])
    with pytest.raises(NotAllowed):
        await figures.put(work.acting_as(VISITOR), "fees", [figure("1")])


async def test_figures_of_a_column_that_goes_go_with_it(work: Work) -> None:
    work = work.acting_as(EDITOR)
    saved = await figures.save_set(work, FEES)
    await figures.put(work, "fees", [figure("1.00"), figure("10", "least")])
    await figures.save_set(work, replace(saved, columns=saved.columns[:1]))

    assert [each.column for each in await kept.figures(work, "fees")] == ["fee"]
    await figures.remove_row(work, "fees", ["USDT"])
    assert await kept.figures(work, "fees") == []


async def test_an_import_never_replaces_what_editors_have_put_since(work: Work) -> None:
    await figures.load(work, [(FEES, [figure("1.00")])])
    await figures.put(work, "fees", [figure("2.00")])
    await figures.load(work, [(FEES, [figure("1.00"), figure("5", "least")])])
    assert [str(each.value) for each in await kept.figures(work, "fees")] == ["2.00", "5"]

    later = replace(figure("3.00"), as_of=NOON + timedelta(hours=1))
    await figures.load(work, [(FEES, [later])])
    assert [str(each.value) for each in await kept.figures(work, "fees")] == ["3.00", "5"]


async def test_the_starter_s_entries_come_with_its_articles_and_twice_does_no_harm(
    work: Work,
) -> None:
    shared = importing.plan(ARTICLES).shared
    shared.named.clear()  # names are given to articles, and none is here
    await beside.load(work, shared)
    before = await _all(work)
    await beside.load(work, shared)

    assert await _all(work) == before
    terms, texts, sets = before
    assert len(terms) >= 60
    assert {each.key for each in texts} >= {"risk-warning", "disclaimer", "leverage"}
    assert {each.name for each in sets} >= {"withdrawal-fees", "deposit-minimums", "trading-fees"}
    assert all("zh-Hant" in each.names for each in terms)


async def _all(work: Work) -> tuple[list[Term], list[LegalText], list[FigureSet]]:
    return (
        await kept.terms(work),
        await kept.legal_texts(work),
        await kept.figure_sets(work),
    )


def test_a_file_without_the_shape_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "glossary.toml").write_text("[[term]\nkey = 3\n", "utf-8")
    (tmp_path / "synonyms.toml").write_text("group = 3\n", "utf-8")
    (tmp_path / "legal.toml").write_text(
        '[[text]]\nkey = "a"\n[text.en]\ntitle = "A"\nsource = "B"\n', "utf-8"
    )
    refused: list[str] = []
    found = beside.read(tmp_path, lambda file, _: refused.append(file))

    assert [each.key for each in found.legal_texts] == ["a"]
    assert refused == [f"{tmp_path.name}/glossary.toml", f"{tmp_path.name}/synonyms.toml"]


TABLES = {
    "glossary.toml": """
        [[term]]
        key = "No Key"
        en = {name = "A", definition = "B"}
        [[term]]
        key = "a"
        en = {name = "A\\u0000", definition = "B"}
        [[term]]
        key = 3
        [[term]]
        key = "memo"
        en = {name = "Memo", definition = "A number."}
    """,
    "legal.toml": """
        [[text]]
        key = "empty"
        [[text]]
        key = "risk"
        en = {title = "Risk", source = "Prices fall."}
    """,
    "figures.toml": """
        [[figures]]
        name = "fees"
        title = {en = "Fees"}
        source = {en = "Us"}
        row_key = [{key = "asset", names = {en = "Coin"}}]
        column = [{key = "fee", names = {en = "Fee"}}]
        figure = [
            {row = ["BTC"], values = {fee = "1 BTC"}},
            {row = ["A", "B"], values = {fee = "1"}},
        ]
        [[figures]]
        name = "wrong"
        title = {en = "Fees"}
        source = {en = "Us"}
        row_key = [{key = "asset", names = {en = "Coin"}}]
        column = [{key = "fee", names = {en = "Fee"}}]
        figure = [{row = ["BTC"], values = {fee = "much"}}]
    """,
    "synonyms.toml": """
        [[group]]
        words = ["alone"]
        [[group]]
        words = ["memo", "tag"]
        language = "xx"
        [[group]]
        words = ["withdraw", "cash out"]
    """,
    "contexts.toml": """
        [[context]]
        article = "nowhere/none"
        keys = ["a.b"]
    """,
}


async def test_an_entry_that_cannot_be_taken_is_named_and_the_others_are_kept(
    work: Work, tmp_path: Path
) -> None:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, "utf-8")
    refused: list[str] = []

    def refuse(what: str, why: str) -> None:
        assert why
        refused.append(what.removeprefix(f"{tmp_path.name}/"))

    await beside.load(work, beside.read(tmp_path, refuse), refuse=refuse)
    terms, texts, sets = await _all(work)
    assert [each.key for each in terms] == ["memo"]
    assert [each.key for each in texts] == ["risk"]
    assert [each.name for each in sets] == ["fees"]
    assert [each.row_key for each in await kept.figures(work, "fees")] == [["BTC"]]
    assert [each.words for each in await synonyms.all_of_them(work)] == [["withdraw", "cash out"]]
    assert sorted(refused) == [
        "contexts.toml (nowhere/none)",
        "figures.toml (fees: A B)",
        "figures.toml (wrong)",
        "glossary.toml (3)",
        "glossary.toml (No Key)",
        "glossary.toml (a)",
        "legal.toml (empty)",
        "synonyms.toml (alone)",
        "synonyms.toml (memo, tag)",
    ]
