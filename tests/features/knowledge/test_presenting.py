"""What is filled in when an article is read: legal texts, terms, figures with their age."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fanlight.features.knowledge import figures, glossary, legal, presenting
from fanlight.features.knowledge.models import Column, Figure, FigureSet, Term, Word
from fanlight.features.knowledge.presenting.figures import figure_of
from fanlight.features.knowledge.presenting.terms import explain
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.work import Work
from tests.conftest import NOON
from tests.features.knowledge.room import EDITOR, VISITOR
from tests.features.knowledge.test_blocks import is_quiet
from tests.features.knowledge.test_entries import PUBLISHER, WARNING
from tests.features.knowledge.test_render import rendered

BRAND = BrandSettings(name="Meridian & Co")
SHOWING = presenting.Showing(language="en", order=["en", "zh-Hans"], walk="/en/a/x/y/walk")


def term(key: str, name: str, article: str = "", *, is_automatic: bool = True) -> Term:
    names = {"en": Word(name=name, definition=f'What "{name}" is.')}
    return Term(key=key, names=names, article=article, is_automatic=is_automatic)


TERMS = [term("memo", "Memo", "missing-memo"), term("p2p", "P2P"), term("hash", "Transaction hash")]


def explained(html: str, *, but: str = "") -> str:
    return explain(html, TERMS, language="en", site="zh-Hans", but=but)


def test_the_first_mention_of_a_term_brings_its_meaning() -> None:
    html = explained("<p>A memo, two memos &amp; the transaction hash.</p><p>memo</p>")

    assert html.count('class="term"') == 2
    assert 'href="/zh-Hans/glossary#memo" data-term="Memo"' in html
    assert 'data-said="What &quot;Memo&quot; is.">memo</a>' in html
    assert html.endswith("<p>memo</p>")


@pytest.mark.parametrize(
    "html",
    [
        "<h2>Memo</h2>",
        '<p><a href="/x">the memo</a></p>',
        "<p><code>memo</code></p>",
        "<pre><code>memo</code></pre>",
        "<p>p2p and memorable memory</p>",
        '<p><strong class="step">Memo</strong></p>',
        '<td data-k="Memo > x">y</td>',
    ],
)
def test_names_links_code_and_parts_of_words_are_left_alone(html: str) -> None:
    assert explained(html) == html


def test_a_marked_term_is_not_told_twice_nor_in_the_article_about_it() -> None:
    html = rendered("See [this](term:memo), then the memo.").html

    assert explained(html).count("data-said") == 1
    assert explained("<p>memo</p>", but="missing-memo") == "<p>memo</p>"
    assert (
        explained('<p>memo</p><section class="plainly" id="plain"><p>memo</p></section>').count(
            "data-said"
        )
        == 2
    )
    quiet = [term("memo", "Memo", is_automatic=False)]
    assert explain("<p>memo</p>", quiet, language="en", site="en") == "<p>memo</p>"


@given(st.text(max_size=80), st.text(min_size=1, max_size=12))
def test_any_name_in_any_text_stays_words(words: str, name: str) -> None:
    source = rendered(f"{words} {name} memo").html
    terms = [*TERMS, term("odd", name)]

    assert is_quiet(explain(source, terms, language="en", site="en"))


async def test_legal_texts_and_the_way_to_a_walk_are_filled_in(work: Work) -> None:
    await legal.save(work.acting_as(PUBLISHER), replace(WARNING, texts=_of_brand()))
    await glossary.save(work.acting_as(EDITOR), TERMS[0])
    html = rendered(
        "::: legal risk-warning\n:::\n\n::: legal nothing\n:::\n\n"
        ":::: walk\n### Q memo {#q}\nA memo.\n::::\n"
    ).html
    shown = await presenting.present(work.acting_as(VISITOR), html, SHOWING, BRAND)

    assert "Meridian &amp; Co may fall." in shown
    assert '<section class="aside risk"><header>' in shown
    assert 'href="/en/a/x/y/walk/q"' in shown
    assert 'data-term="Memo"' in shown
    assert "slot" not in shown
    nowhere = replace(SHOWING, walk="")
    assert "walk-start" not in await presenting.present(work, html, nowhere, BRAND)


def _of_brand() -> dict[str, legal.LegalWords]:
    return {"en": legal.LegalWords(title="Risk", source="Prices of {brand} may fall.")}


FEES = FigureSet(
    name="fees",
    titles={"en": "Fees", "zh-Hans": "费用"},
    row_keys=[
        Column(key="asset", names={"en": "Coin"}),
        Column(key="net", names={"en": "Network"}),
    ],
    columns=[Column(key="fee", names={"en": "Fee"}), Column(key="least", names={"en": "Least"})],
    sources={"en": "Demo"},
    stale_after_s=3600,
)


def figure(row: str, column: str, value: str | None, unit: str = "", hours: float = 0) -> Figure:
    return Figure(
        row_key=row.split("/"),
        column=column,
        value=None if value is None else Decimal(value),
        unit=unit,
        as_of=None if value is None else NOON - timedelta(hours=hours),
    )


def shown(rows: list[Figure], only: str = "", of: FigureSet | None = FEES) -> str:
    zone = ZoneInfo("UTC")
    return figure_of(of, rows, only, language="en", now=NOON, zone=zone)


def test_figures_say_what_they_are_and_of_what_hour() -> None:
    html = shown(
        [
            figure("BTC/Bitcoin", "fee", "1234.50", "BTC"),
            figure("BTC/Bitcoin", "least", "-0.10", "%"),
        ]
    )

    assert '1,234.50\N{NO-BREAK SPACE}<span class="unit">BTC</span>' in html
    assert "−0.10%" in html
    assert f'Demo, as of <time datetime="{NOON.isoformat()}">' in html
    assert "stale" not in html


def test_old_figures_show_their_age_and_unknown_ones_are_no_guess() -> None:
    rows = [
        figure("USDT/TRON", "fee", "1.00", "USDT"),
        figure("USDT/TRON", "least", None),
        figure("USDT/Solana", "fee", "0.80", "USDT", hours=49),
    ]
    html = shown(rows)

    assert '<tr class="stale"><th scope="row">Solana</th>' in html
    assert "Solana: 2 days old." in html
    assert '<span class="unknown" role="img" aria-label="not known"></span>' in html
    assert '<span class="meta live">' in html
    assert "Fees · USDT" in html  # what all rows share is said once
    all_old = shown([replace(row, as_of=NOON - timedelta(hours=5)) for row in rows if row.value])
    assert '<span class="meta live old">' in all_old
    assert "5 hours old" in all_old
    assert "live never" in shown([figure("USDT/TRON", "fee", None)])


def test_rows_are_chosen_by_their_words() -> None:
    rows = [
        figure("USDT/TRON", "fee", "1"),
        figure("USDT/Solana", "fee", "2"),
        figure("BTC/Bitcoin", "fee", "3"),
    ]

    assert shown(rows, "usdt").count("<tr>") == 3
    assert shown(rows, "asset=USDT net=solana").count("<tr>") == 2
    assert "cannot show these figures" in shown(rows, "DOGE")
    assert "cannot show these figures" in shown([], of=None)


async def test_figures_are_of_the_moment(work: Work) -> None:
    html = rendered("::: figures fees USDT\n:::").html
    await figures.save_set(work.acting_as(EDITOR), FEES)
    await figures.put(work.acting_as(EDITOR), "fees", [figure("USDT/TRON", "fee", "1.00", "USDT")])
    visitor = work.acting_as(VISITOR)

    assert presenting.has_figures(html)
    assert "1.00" in await presenting.present(visitor, html, SHOWING, BRAND)
    await figures.put(work.acting_as(EDITOR), "fees", [figure("USDT/TRON", "fee", "2.00", "USDT")])
    assert "2.00" in await presenting.present(visitor, html, SHOWING, BRAND)
