"""Flow charts from text: read as people write them, laid out without overlaps, and drawn."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.features.knowledge.render.diagram.drawing import draw
from fanlight.features.knowledge.render.diagram.layout import Plan, Spot, arrange
from fanlight.features.knowledge.render.diagram.measure import width, wrapped
from fanlight.features.knowledge.render.diagram.text import Chart, Shape, Unreadable, read
from tests.features.knowledge.test_render import rendered

FLOW = """flowchart TD
%% a comment
A([Sent]) --> B{Hash?}
B -->|no| C[Ask] ;
B -- yes --> D(Look) -.-> E((End))
C ==> E
E --> B
"""


def test_what_people_know_of_mermaid_is_read() -> None:
    chart = read(FLOW)

    assert {node.key: node.shape for node in chart.nodes} == {
        "A": Shape.END,
        "B": Shape.ASK,
        "C": Shape.BOX,
        "D": Shape.ROUND,
        "E": Shape.CIRCLE,
    }
    assert [(edge.start, edge.end, edge.label) for edge in chart.edges] == [
        ("A", "B", ""),
        ("B", "C", "no"),
        ("B", "D", "yes"),
        ("D", "E", ""),
        ("C", "E", ""),
        ("E", "B", ""),
    ]
    assert [edge.is_dashed for edge in chart.edges].count(True) == 1
    assert not chart.is_sideways
    assert read("LR\nA --- B").edges[0].has_head is False
    assert read("充值[充值] --> 入账").nodes[1].lines == ["入账"]
    assert read("A[one<br>two]").nodes[0].lines == ["one", "two"]


@pytest.mark.parametrize(
    ("source", "why", "line"),
    [
        ("", "empty", 0),
        ("flowchart RL\nA --> B", "direction", 1),
        ("A --> B\nA -> C", "line", 2),
        ("A[open --> B", "line", 1),
        ("A --> ", "line", 1),
        ("A --> A", "loop", 1),
        (f"A[{'x' * 200}]", "long", 1),
        ("\n".join(f"N{number}" for number in range(61)), "many", 61),
        ("A[x] B[y]", "line", 1),
    ],
)
def test_a_line_that_says_nothing_is_named(source: str, why: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        read(source)
    assert (refused.value.why, refused.value.line) == (why, line)

    found = rendered(f"Before.\n\n```diagram\n{source}\n```\n\nAfter.")
    assert [fault.code for fault in found.faults] == [f"diagram_{why}"]
    assert "Before." in found.html
    assert "After." in found.html
    assert "<svg" not in found.html


def test_a_drawing_has_a_name_and_its_words_beside_it() -> None:
    html = rendered(f"```diagram Where it stands\n{FLOW}```").html

    assert "<title>Where it stands</title>" in html
    assert 'role="img"' in html
    assert "<li>Hash? (no) → Ask</li>" in html
    assert not re.search(r"\s(?:style|id|on\w+)=", html)


def overlapping(plan: Plan) -> list[tuple[Spot, Spot]]:
    solid = [spot for spot in plan.spots if spot.node or spot.lines]
    return [
        (one, other)
        for place, one in enumerate(solid)
        for other in solid[place + 1 :]
        if abs(one.side - other.side) < (one.across + other.across) / 2 - 0.01
        and abs(one.depth - other.depth) < (one.along + other.along) / 2 - 0.01
    ]


def test_arrows_lead_down_and_what_leads_back_is_turned() -> None:
    plan = arrange(read(FLOW))
    depth = {spot.node.key: spot.depth for spot in plan.spots if spot.node}

    assert depth["A"] < depth["B"] < depth["C"] < depth["E"]
    assert [way.edge.start for way in plan.ways if way.is_turned] == ["E"]


KEYS = st.sampled_from("ABCDEFGHIJ")
LINES = st.lists(
    st.tuples(
        KEYS, st.sampled_from(["-->", "-->|yes|", "-.->", "-->|一个比较长的标签|"]), KEYS
    ).filter(lambda line: line[0] != line[2]),
    min_size=1,
    max_size=24,
)


@given(LINES, st.sampled_from(["TD", "LR"]))
def test_any_chart_is_drawn_whole_and_nothing_lies_on_anything(
    lines: list[tuple[str, str, str]], direction: str
) -> None:
    chart = read("\n".join([direction, *(" ".join(line) for line in lines)]))
    plan = arrange(chart)
    drawing = ET.fromstring(draw(plan, "Title"))

    assert overlapping(plan) == []
    assert len(drawing.findall("path[@class='dg-line']")) == len(chart.edges)
    boxes = [each for each in drawing.iter() if "dg-box" in each.get("class", "")]
    assert len(boxes) == len(chart.nodes)
    assert all(0 <= spot.side <= plan.side + 0.01 for spot in plan.spots)


@given(st.text(alphabet="AB[](){}|->=.% \n\"'<>;&", max_size=60))
def test_any_text_is_drawn_or_refused(source: str) -> None:
    try:
        chart: Chart = read(source)
    except Unreadable:
        return
    ET.fromstring(draw(arrange(chart), "x"))


def test_words_are_measured_and_broken_where_people_break_them() -> None:
    assert width("充值") == 2 * width("充")
    assert width("mm") > width("ii")
    lines = wrapped(["speed it up in the wallet"], 90)
    assert " ".join(lines) == "speed it up in the wallet"
    assert all(width(line) <= 90 for line in lines)
    assert wrapped(["在钱包里加速，再等"], 98) == ["在钱包里加速，", "再等"]


def test_words_of_boxes_are_no_sentence_to_quote() -> None:
    source = "Choose.\n\n```diagram Which network\nA[Coin] --> B[Network]\n```\n"
    [found] = rendered(source).passages

    assert found.text == "Choose. Which network"
