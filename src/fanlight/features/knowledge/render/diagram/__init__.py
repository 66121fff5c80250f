"""Diagrams: a few lines of text become a flow chart, drawn here, with its words beside it.

``text`` reads the lines, ``layout`` gives everything its place, ``drawing`` makes the SVG.
"""

from html import escape

from markdown_it.token import Token

from fanlight.features.knowledge.render.diagram.drawing import draw
from fanlight.features.knowledge.render.diagram.layout import arrange
from fanlight.features.knowledge.render.diagram.text import Chart, Unreadable, read
from fanlight.features.knowledge.render.parts import Fault, Rendering, raw

__all__ = ["Unreadable", "arrange", "diagram", "draw", "fault_of", "read"]


def diagram(token: Token, rendering: Rendering) -> Token:
    """A fenced block named ``diagram``; the words behind the name are the chart's title.

    A text that cannot be drawn is shown as it is, and its writer is told the line.
    """
    title = token.info.strip().partition(" ")[2].strip()
    try:
        chart = read(token.content)
    except Unreadable as error:
        rendering.faults.append(fault_of(error))
        return raw(f'<pre tabindex="0"><code>{escape(token.content, quote=False)}</code></pre>\n')
    title = title or rendering.say("kb.block.diagram")
    svg = draw(arrange(chart), title)
    said = escape(rendering.say("kb.block.in_words"))
    words = "".join(f"<li>{escape(line)}</li>" for line in _in_words(chart))
    return raw(
        rendering.trusted(
            f'<figure class="diagram"><div class="drawing" tabindex="0">{svg}</div>'
            f"<figcaption>{escape(title)}</figcaption>"
            f'<details class="words"><summary>{said}</summary><ul>{words}</ul></details></figure>\n'
        )
    )


def fault_of(error: Unreadable) -> Fault:
    """What the writer of the lines is told."""
    where = {"line": str(error.line), "part": error.part}
    return Fault(block="diagram", code=f"diagram_{error.why}", params=where)


def _in_words(chart: Chart) -> list[str]:
    """Every arrow as a line; whoever does not see the drawing misses nothing."""
    names = {node.key: " ".join(node.lines) for node in chart.nodes}
    lines = []
    for edge in chart.edges:
        label = f" ({edge.label})" if edge.label else ""
        lines.append(f"{names[edge.start]}{label} → {names[edge.end]}")
    joined = {edge.start for edge in chart.edges} | {edge.end for edge in chart.edges}
    return lines + [names[node.key] for node in chart.nodes if node.key not in joined]
