"""Markdown becomes safe HTML: the house's blocks, and nothing that could run."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.features.knowledge.importing import front as front_matter
from fanlight.features.knowledge.importing.components import without_components
from fanlight.features.knowledge.render import Rendered, render


def rendered(source: str, *, language: str = "en", title: str = "Title") -> Rendered:
    return render(source, language=language, title=title, resolve=lambda link: link)


def test_steps_have_numbers_titles_and_no_stray_stop() -> None:
    html = rendered("::: steps\n1. **看清网络**。 TRON 以 T 开头。\n2. 核对\n:::\n").html

    assert '<ol class="steps">' in html
    assert '<strong class="step">看清网络</strong>TRON' in html.replace("\n", "")


def test_bold_words_inside_a_sentence_are_no_title() -> None:
    html = rendered("::: steps\n1. **Open the page**, then wait.\n:::\n").html

    assert "<strong>Open the page</strong>, then wait." in html


def test_a_list_outside_steps_stays_a_list() -> None:
    assert "steps" not in rendered("1. one\n2. two\n").html


@pytest.mark.parametrize(
    ("language", "head"), [("en", "Risk"), ("zh-Hans", "风险提示"), ("zh-Hant", "風險提示")]
)
def test_a_risk_is_named_in_its_language(language: str, head: str) -> None:
    html = rendered("::: risk\n钱可能拿不回来。\n:::\n", language=language).html

    assert f"</svg>{head}</header>" in html
    assert 'class="aside risk"' in html


def test_headings_have_anchors_of_their_own_and_stand_below_the_title() -> None:
    found = rendered("# Title\n\n# First {#one}\n\n## Same\n\n## Same\n")

    assert [(h.level, h.anchor, h.text) for h in found.toc] == [
        (2, "one", "First"),
        (3, "same", "Same"),
        (3, "same-2", "Same"),
    ]
    assert "<h1" not in found.html
    assert "{#" not in found.html


def test_cells_know_their_column_for_narrow_screens() -> None:
    html = rendered("| Coin | Fee |\n| --- | ---: |\n| USDT | 1.00 |\n").html

    assert '<td data-k="Fee" class="n">1.00</td>' in html
    assert "style=" not in html
    assert 'class="responsive"' in html


def test_emphasis_beside_chinese_marks_is_emphasis() -> None:
    body = without_components("**发送是不可逆的。**除非对方退回。")

    assert "<strong>发送是不可逆的。</strong>除非" in rendered(body).html


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href=' java\nscript:alert(1)'>a</a>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<details open ontoggle=alert(1)>x</details>",
    "<style>*{background:url(https://evil.example)}</style>",
    "![a](https://evil.example/pixel.png)",
    "<form action=https://evil.example><input name=q></form>",
    "<base href=https://evil.example>",
    "<a href='//evil.example' target=_blank>a</a>",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_hostile_survives(source: str) -> None:
    html = render(
        without_components(source), language="en", title="", resolve=lambda link: link
    ).html.lower()

    assert not re.search(r"<(script|style|img|iframe|form|input|base|math)\b", html)
    assert not re.search(r"<[^>]*(?:\son\w+\s*=|javascript:|data:|srcdoc)", html)
    assert 'href="//' not in html


@given(st.text(max_size=400))
def test_any_text_renders_without_handlers_or_scripts(source: str) -> None:
    html = rendered(without_components(source)).html.lower()

    assert "<script" not in html
    assert not re.search(r"<[^>]*\son\w+=", html)


def test_pictures_from_elsewhere_are_named_and_left_out() -> None:
    found = rendered("before ![a plot](https://elsewhere.example/a.png) after")

    assert found.pictures == ["https://elsewhere.example/a.png"]
    assert "elsewhere" not in found.html
    assert "before" in found.html


def test_passages_are_cut_at_headings_and_hold_table_rows() -> None:
    found = rendered("Lead.\n\n## Fees {#fees}\n\n| Coin | Fee |\n| - | - |\n| USDT | 1 |\n")

    assert [(p.anchor, p.text) for p in found.passages] == [
        ("", "Lead."),
        ("fees", "Coin · Fee; USDT · 1"),
    ]


def test_components_of_another_site_leave_their_words() -> None:
    source = (
        '<ButtonLink to="/wallets/">Find a wallet</ButtonLink>\n\n<Divider />\n\n'
        '<ExpandableCard title="What is gas?">\nThe **fee**.\n</ExpandableCard>\n\n'
        "`<Divider />` is code."
    )
    html = rendered(without_components(source)).html

    assert '<a href="/wallets/" rel="noopener noreferrer">Find a wallet</a>' in html
    assert "<strong>What is gas?</strong>" in html
    assert "<strong>fee</strong>" in html
    assert "<code>&lt;Divider /&gt;</code>" in html


@pytest.mark.slow
def test_no_article_of_a_real_site_keeps_raw_markup(corpora: Path) -> None:
    """374 articles written for another renderer, in two languages."""
    left: list[str] = []
    for file in sorted((corpora / "kb_ethereum" / "articles").rglob("*.md")):
        front, body = front_matter.read(file.read_text("utf-8"))
        html = rendered(without_components(body), title=front.title).html
        words = re.sub(r"<pre.*?</pre>|<code.*?</code>|<[^>]*>", " ", html, flags=re.DOTALL)
        for mark in (r"\]\(", r"\{#", r"(?m)^#+ ", r"(?m)^:::", r"\|\s*:?-{2,}", r"\{/\*"):
            if re.search(mark, words):
                left.append(f"{file.name}: {mark}")
        if re.search(r"&lt;/?(?:[A-Z]\w+|a|em|div|span|p)\b[^&]*?&gt;", words):
            left.append(f"{file.name}: a tag")
    assert left == []


@pytest.mark.parametrize(
    ("text", "why"),
    [("---\ntitle: [a\n---\nx", "not YAML, line 3"), ("---\n- a\n---\nx", "not a table")],
)
def test_front_matter_that_cannot_be_read_says_why(text: str, why: str) -> None:
    with pytest.raises(front_matter.Unreadable, match=why):
        front_matter.read(text)


def test_front_matter_in_odd_shapes_is_taken_as_meant() -> None:
    front, body = front_matter.read(
        "---\ntitle: 2FA\ntags: one\nasked_as: [a, 1021]\n"
        "updated: 2026-11-19\nrisk: true\n---\nText"
    )

    assert (front.title, front.tags, front.asked_as) == ("2FA", ("one",), ("a", "1021"))
    assert front.updated is not None
    assert front.updated.day == 19
    assert front.is_risk
    assert body == "Text"
