"""The commands `fanlight guide …`: triage of texts, and how good it is on labels of one's own."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from fanlight.app.jsonlines import Reader, Texts, write

if TYPE_CHECKING:
    from fanlight.features.guidance.judging import Verdict

guide = App(name="guide")


class Given(msgspec.Struct, frozen=True):
    """A customer's words. ``id`` is handed back as it came."""

    text: str
    id: str | int | None = None


@guide.command
def triage(
    source: Texts = None,
    /,
    *,
    rules: Annotated[
        Path | None, Parameter(help="Rules of urgency of your own. Default: those that come along")
    ] = None,
    examples: Annotated[
        Path | None, Parameter(help='Examples of your own: {"text","category","urgency"}')
    ] = None,
) -> int:
    """Say of texts what they are about, how urgent they are, and which way leads to help.

    Writes {"id","lang","category","urgency","complexity","sensitivity","channel","confidence",
    "reasons"} a line; docs/reference/triage.md has the words.
    """
    from fanlight.features.guidance import triage as guidance
    from fanlight.features.guidance.classifier import TooFewExamples
    from fanlight.features.guidance.keeping import shipped
    from fanlight.features.guidance.rules import BadRules, Rules

    made = shipped()
    try:
        own = Rules.read(rules) if rules else made.rules
        taught = guidance.Taught.by(_own(examples)) if examples else made.taught
    except (BadRules, TooFewExamples) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    made = guidance.Guide(own, taught)
    lines = Reader(source)
    for given in lines(Given):
        write({"id": given.id} | msgspec.to_builtins(made.triage(given.text)))
    return 1 if lines.bad else 0


def _own(file: Path) -> list[dict[str, str]]:
    """Examples of one's own; a file with a line that is none teaches nothing.

    Raises:
        TooFewExamples: a line is no example, or there is none at all.
    """
    from fanlight.features.guidance.classifier import TooFewExamples
    from fanlight.features.guidance.models import Category, Urgency

    class Example(msgspec.Struct, frozen=True):
        text: str
        category: Category
        urgency: Urgency

    lines = Reader(file)
    found = [msgspec.to_builtins(each) for each in lines(Example)]
    if lines.bad or not found:
        raise TooFewExamples(f"{file}: lines of text, category and urgency are needed")
    return found


@guide.command
def evaluate(
    train: Annotated[Path, Parameter(help='Examples, JSON lines of {"id","text",FIELD}')],
    test: Annotated[Path, Parameter(help="Other examples, to be guessed and compared")],
    /,
    *,
    label: Annotated[str, Parameter(help="Name of the field with the label.")],
    predictions: Annotated[
        Path | None, Parameter(help='Write {"id",FIELD,"confidence"} of each test line here.')
    ] = None,
) -> int:
    """Train the classifier on labels of your own, and judge it on others."""
    if label in {"", "id", "text"} or '"' in label or not label.isprintable():
        sys.stderr.write(f"“{label}” names no label\n")
        return 2
    if predictions is not None:
        predictions.touch()  # refused now, not after the training
    from fanlight.features.guidance.classifier import Classifier, TooFewExamples
    from fanlight.features.guidance.judging import judge

    taught, is_whole = _examples(train, label)
    asked, all_asked = _examples(test, label)
    if not asked:
        sys.stderr.write(f"{test}: nothing to judge\n")
        return 2
    try:
        classifier = Classifier.trained(
            [text for _, text, _ in taught], [one for *_, one in taught]
        )
    except TooFewExamples as error:
        sys.stderr.write(f"{train}: {error}\n")
        return 2
    guessed = classifier.guess([text for _, text, _ in asked])
    if predictions is not None:
        with predictions.open("wb") as out:
            for (name, _, _), guess in zip(asked, guessed, strict=True):
                line = {"id": name, label: guess.label, "confidence": guess.confidence}
                out.write(msgspec.json.encode(line) + b"\n")
    _tell(judge([one for *_, one in asked], guessed), label, len(taught))
    return 0 if is_whole and all_asked else 1


def _examples(file: Path, label: str) -> tuple[list[tuple[str | int | None, str, str]], bool]:
    """Id, text and label of each line that has them, and whether all lines do.

    Others are named by their line, each with what it lacks.
    """
    kind: Any = msgspec.defstruct(
        "Example",
        [
            ("text", Annotated[str, msgspec.Meta(pattern=r"\S")]),
            ("label", str | int, msgspec.field(name=label)),
            ("id", str | int | None, None),
        ],
        frozen=True,
    )
    lines = Reader(file)
    found = [(line.id, line.text, str(line.label)) for line in lines(kind)]
    return found, not lines.bad


def _tell(verdict: "Verdict", label: str, taught: int) -> None:
    say = Console(highlight=False)
    table = Table("label", "taught", "judged", "accuracy", "macro-F1", "answered at 95 %", "from")
    threshold = "never" if verdict.threshold is None else f"{verdict.threshold:.2f}"
    figures = (verdict.accuracy, verdict.macro_f1, verdict.answered)
    table.add_row(
        label, str(taught), str(verdict.examples), *(f"{one:.4f}" for one in figures), threshold
    )
    say.print(table)
    if verdict.worst:
        mistakes = Table("wanted", "guessed", "times")
        for wanted, guessed, times in verdict.worst:
            mistakes.add_row(wanted, guessed, str(times))
        say.print(mistakes)
