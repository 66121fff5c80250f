"""The beginning of an article: what fits beside a form, cut where a block or a list item ends."""

from html.parser import HTMLParser

from fanlight.features.knowledge.passages import width

_ROOM = 700  # in Latin characters; a Chinese one counts as three
_VOID = {"br", "hr", "img", "input", "track", "use"}
_HEADS = {"h2", "h3", "h4", "h5", "h6"}
_GOES_ON = {"ol", "ul"}  # may be cut behind any of their items


def beginning(html: str, *, room: int = _ROOM) -> tuple[str, bool]:
    """The first blocks of sanitised HTML, and whether there is more."""
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    fitting = [cut for cut in reader.cuts if cut[2] <= room] or reader.cuts[:1]
    if not fitting:
        return html, False
    place, closing, _ = fitting[-1]
    return html[:place] + closing, bool(html[place:].removeprefix(closing).strip())


class _Reader(HTMLParser):
    """Finds where our own HTML, in which every element is closed, may be cut."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._starts = [0]
        for line in html.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._open: list[str] = []
        self._closed = 0  # how many of the open elements may be cut in
        self._width = 0
        self.cuts: list[tuple[int, str, int]] = []  # place, what closes it, width so far

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        # The exact version of an article is a section around all of its blocks.
        is_whole = tag == "section" and dict(attrs).get("class") == "exact"
        if self._closed == len(self._open) and (tag in _GOES_ON or is_whole):
            self._closed += 1
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            return
        self._open.pop()
        self._closed = min(self._closed, len(self._open))
        if self._closed == len(self._open) and tag not in _HEADS:
            line, column = self.getpos()
            place = self._starts[line - 1] + column + len(f"</{tag}>")
            closing = "".join(f"</{each}>" for each in reversed(self._open))
            self.cuts.append((place, closing, self._width))

    def handle_data(self, data: str) -> None:
        self._width += width(" ".join(data.split()))
