"""What a finished article is made of: its steps and questions, and how long it takes to read."""

import re
from html import escape
from html.parser import HTMLParser
from math import ceil
from urllib.parse import quote

import msgspec

# Silent reading of plain prose: about 230 English words or 400 Chinese characters a minute.
_WORDS_A_MINUTE = 230
_HAN_A_MINUTE = 400
_TAG = re.compile(r"<[^>]*>")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_\u3400-\u9fff\uf900-\ufaff]+(?:['\u2019.,-][^\W_\u3400-\u9fff]+)*")
_VOID = {"br", "hr", "img", "input", "track", "use"}
_NO_QUESTIONS = {"transcript", "words"}  # what folds and asks nothing
_PLAIN = '<section class="plainly"'  # the same once more, in plain words
_MOST_NAME = 120


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered step, and the anchor that leads to it."""

    number: int  # within its list
    anchor: str
    name: str
    text: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question with its answer, as they stand on the page."""

    name: str
    text: str


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """An article taken apart."""

    html: str  # with an anchor for every step, and behind each what ``behind_step`` gave
    steps: list[Step]
    questions: list[Question]
    minutes: int

    def step(self, anchor: str) -> Step | None:
        return next((step for step in self.steps if step.anchor == anchor), None)


def minutes_of(html: str) -> int:
    """Minutes it takes to read, rounded up; Chinese by characters, the rest by words."""
    text = _TAG.sub(" ", html)
    han, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    return max(1, ceil(han / _HAN_A_MINUTE + words / _WORDS_A_MINUTE))


def outline(html: str, *, behind_step: str = "") -> Outline:
    """Take an article apart.

    Args:
        behind_step: trusted HTML put at the end of every step; ``{anchor}`` is that step's.
    """
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    pieces: list[str] = []
    done = 0
    for place, anchor, is_opening in sorted(reader.marks):
        pieces.append(html[done:place])
        done = place
        if is_opening:
            pieces.append(f' id="{escape(anchor)}"')
        else:
            pieces.append(behind_step.replace("{anchor}", quote(anchor)))
    pieces.append(html[done:])
    return Outline(
        html="".join(pieces),
        steps=reader.steps,
        questions=reader.questions,
        minutes=minutes_of(html.partition(_PLAIN)[0]),
    )


class _Open:
    """An element that has begun and gathers words."""

    def __init__(self, tag: str, *, anchor: str = "", number: int = 0) -> None:
        self.tag = tag
        self.anchor = anchor
        self.number = number
        self.name: list[str] = []
        self.text: list[str] = []


class _Reader(HTMLParser):
    """Our own sanitised HTML, so every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._starts = [0]
        for line in html.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self.steps: list[Step] = []
        self.questions: list[Question] = []
        self.marks: list[tuple[int, str, bool]] = []  # place, anchor, at the opening tag?
        self._path: list[tuple[str, str]] = []  # tag, class
        self._lists: list[int] = []  # steps counted in each list that is open
        self._step: _Open | None = None
        self._question: _Open | None = None
        self._is_named = False  # inside the words that name a step or ask a question

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = dict(attrs)
        if tag == "li" and self._path and self._path[-1] == ("ol", "steps"):
            self._begin_step(given.get("id") or "")
        elif tag == "details" and given.get("class") in _NO_QUESTIONS:
            pass
        elif tag == "details" and self._question is None:
            self._question = _Open("details")
        elif tag == "summary" or (tag == "strong" and given.get("class") == "step"):
            self._is_named = True
        if tag == "ol" and given.get("class") == "steps":
            self._lists.append(0)
        self._path.append((tag, given.get("class") or ""))

    def _begin_step(self, anchor: str) -> None:
        self._lists[-1] += 1
        if not anchor:
            anchor = f"step-{len(self.steps) + 1}"
            opening = self.get_starttag_text() or ""
            self.marks.append((self._place() + len(opening) - 1, anchor, True))
        self._step = _Open("li", anchor=anchor, number=self._lists[-1])

    def handle_endtag(self, tag: str) -> None:
        if not self._path or self._path[-1][0] != tag:
            return
        kind = self._path.pop()
        if kind == ("ol", "steps"):
            self._lists.pop()
        elif tag == "summary" or kind == ("strong", "step"):
            self._is_named = False
        elif tag == "li" and self._step and self._path and self._path[-1] == ("ol", "steps"):
            self._end_step(self._step)
        elif tag == "details" and self._question:
            self._end_question(self._question)

    def _end_step(self, step: _Open) -> None:
        self.marks.append((self._place(), step.anchor, False))
        text = _one_line(step.text)
        self.steps.append(
            Step(
                number=step.number,
                anchor=step.anchor,
                name=_one_line(step.name) or _short(text),
                text=text or _one_line(step.name),
            )
        )
        self._step = None

    def _end_question(self, asked: _Open) -> None:
        if any(tag == "details" for tag, _ in self._path):
            return  # one inside another: the outer one goes on
        name, text = _one_line(asked.name), _one_line(asked.text)
        if name and text:
            self.questions.append(Question(name=name, text=text))
        self._question = None

    def handle_data(self, data: str) -> None:
        for gathering in (self._step, self._question):
            if gathering is not None:
                (gathering.name if self._is_named else gathering.text).append(data)

    def _place(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column


def _one_line(said: list[str]) -> str:
    return " ".join("".join(said).split())


def _short(text: str) -> str:
    return text if len(text) <= _MOST_NAME else text[: _MOST_NAME - 1].rstrip() + "…"
