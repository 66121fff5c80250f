"""Texts built to cost time end soon: each of these once took minutes, or would have."""

import time

import pytest

from fanlight.features.knowledge.importing import components, dialects
from fanlight.features.knowledge.render import render

MAX_CPU_S = 3.0  # ten times what they take, for a busy machine
MOST = 100_000  # characters of one sort
# A second on a quiet machine; a busy one shares its cores' caches.
MAX_CPU_OF_MOST_S = 2.0


@pytest.mark.parametrize(
    "source",
    [
        "# x\n" * 8_000,
        "`" * 50_000 + " `\n",
        "```\n" * 5_000,
        "::: note\nx\n:::\n" * 3_000,
        "x\n\n" + "<Card>\n" * 10_000,
        "x\n\n" + "<table>" * 14_000,
        "x\n\n" + "<img " * 20_000,
        "<Card>\n" * 12 + "    x\n" * 5_000 + "</Card>\n" * 12,
    ],
    ids=[
        *("equal headings", "one run of ticks", "fences", "blocks", "open components"),
        *("open tables", "open pictures", "deep components"),
    ],
)
def test_it_ends_soon(source: str) -> None:
    begun = time.process_time()

    components.without_components(dialects.ours(source))
    rendered = render(source, language="en", title="x", resolve=lambda _: None)

    assert rendered.html
    assert time.process_time() - begun < MAX_CPU_S


def test_equal_headings_have_anchors_of_their_own() -> None:
    html = render(
        "## x\n## x\n## x-2\n## x\n", language="en", title="t", resolve=lambda _: None
    ).html
    found = [piece.partition('"')[0] for piece in html.split('<h2 id="')[1:]]
    assert len(set(found)) == 4


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        *("<", "[", "*", "`", "|", ">", "![](", "> ", "<a ", "<!--", "<?", "&", "]", "[a](", "*a"),
        *("_a ", "，", ":::\n", "<a@b.c>", "|a|b|\n", "\\", "# ", "- ", "~~a"),
    ],
)
def test_a_hundred_thousand_characters_of_one_sort(piece: str) -> None:
    source = piece * (MOST // len(piece))
    begun = time.process_time()

    rendered = render(source, language="en", title="x", resolve=lambda _: None)

    assert time.process_time() - begun < MAX_CPU_OF_MOST_S
    assert "<script" not in rendered.html
    assert rendered.passages


def test_lists_within_lists_end_soon() -> None:
    deep = "".join(f"{'  ' * level}- item\n" for level in range(300))
    begun = time.process_time()

    rendered = render(deep, language="en", title="x", resolve=lambda _: None)

    assert time.process_time() - begun < MAX_CPU_S
    assert rendered.html.count("<ul>") <= 20  # deeper ones are not read as lists


def test_what_looks_like_a_tag_stays_out_of_extracts() -> None:
    [found] = render(
        "1 &lt; 2, <b>bold</b> and <<i>it</i>", language="en", title="x", resolve=lambda _: None
    ).passages

    assert found.text == "1 < 2, bold and <it"


def test_many_links_of_a_paragraph_are_links() -> None:
    source = "[a](https://a.example) " * 1_500 + "[" * 400

    html = render(source, language="en", title="x", resolve=lambda link: link).html

    assert html.count("<a ") == 1_500


def test_brackets_by_the_thousand_stay_brackets() -> None:
    html = render("[" * 3_000, language="en", title="x", resolve=lambda _: None).html

    assert html.count("[") == 3_000
