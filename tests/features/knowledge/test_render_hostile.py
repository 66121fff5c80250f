"""Texts built to cost time end soon: each of these once took minutes, or would have."""

import time

import pytest

from fanlight.features.knowledge.importing import components, dialects
from fanlight.features.knowledge.render import render

MAX_CPU_S = 3.0  # ten times what they take, for a busy machine


@pytest.mark.parametrize(
    "source",
    [
        "# x\n" * 8_000,
        "`" * 50_000 + " `\n",
        "```\n" * 5_000,
        "::: note\nx\n:::\n" * 3_000,
    ],
    ids=["equal headings", "one run of ticks", "fences", "blocks"],
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
