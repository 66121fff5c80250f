"""How well triage judges, on the judged messages and on labels of customers, and how quick it is.

FANLIGHT_BENCH_LABELS names a folder with ``train.jsonl`` and ``dev.jsonl`` of {"text", label};
without it that part is left out.
"""

import json
import os
import time
from pathlib import Path

from bench.table import Row, Table, at_least, judged, told
from fanlight.features.guidance import keeping
from fanlight.features.guidance import triage as guidance
from fanlight.features.guidance.classifier import Classifier
from fanlight.features.guidance.models import Triage

JUDGED = Path(__file__).resolve().parents[1] / "tests" / "features" / "guidance" / "judged.jsonl"
UNSEEN = JUDGED.with_name("unseen.jsonl")  # whose mistakes nobody has looked at
_FLOORS = {"category": 90, "urgency": 92, "complexity": 92, "sensitivity": 92, "channel": 90}
_LABELS = {"intent": 90, "category": 95, "urgency": 95}
_TROUBLE = ("urgent", "high")
_ONE_US = 100  # of CPU time: what a message may cost
_SINGLE = 40  # messages asked one at a time


async def run() -> Table:
    """Everything that can be judged here."""
    begun = time.process_time()
    guide = keeping.shipped()
    made_s = time.process_time() - begun
    lines = [json.loads(line) for line in JUDGED.read_text("utf-8").splitlines()]
    texts = [line["text"] for line in lines]
    [guide.triage(text) for text in texts]
    begun = time.process_time()
    found = [guide.triage(text) for text in texts]
    each_us = (time.process_time() - begun) * 1e6 / len(texts)
    begun = time.process_time()
    for text in texts[:_SINGLE]:
        guide.triage(text)
    single_us = (time.process_time() - begun) * 1e6 / _SINGLE
    rows = [
        *_right(lines, found),
        *_unseen(guide),
        *_labels(),
        judged("a message, many at once", each_us, _ONE_US, "us of CPU", digits=0),
        judged("a message, alone", single_us, _ONE_US, "us of CPU", digits=0),
        told("the guide is made", made_s, "s of CPU"),
    ]
    said = f"{len(lines)} messages judged by people, {len(guidance.examples())} examples taught."
    return Table(title="Triage", rows=rows, said=said)


def _right(lines: list[dict[str, str]], found: list[Triage]) -> list[Row]:
    pairs = list(zip(lines, found, strict=True))
    rows = [
        at_least(
            f"{field} right",
            _share([getattr(each, field).value == line[field] for line, each in pairs]),
            floor,
            "%",
            digits=1,
        )
        for field, floor in _FLOORS.items()
    ]
    low = [each.urgency.value == "low" for line, each in pairs if line["urgency"] in _TROUBLE]
    rows.append(judged("urgent or high told as low", _share(low), 2, "%", digits=1))
    return rows


def _unseen(guide: guidance.Guide) -> list[Row]:
    """How it does on customers' words that neither rules nor examples were mended by."""
    lines = [json.loads(line) for line in UNSEEN.read_text("utf-8").splitlines()]
    found = [guide.triage(line["text"]) for line in lines]
    pairs = list(zip(lines, found, strict=True))
    rows = [
        told(
            f"{len(lines)} unseen messages: {field} right",
            _share([getattr(each, field).value == line[field] for line, each in pairs]),
            "%",
            digits=1,
        )
        for field in _FLOORS
    ]
    low = [each.urgency.value == "low" for line, each in pairs if line["urgency"] in _TROUBLE]
    said = f"{len(lines)} unseen messages: urgent or high told as low"
    return [*rows, told(said, _share(low), "%", digits=1)]


def _labels() -> list[Row]:
    """The same classifier, taught labels of customers' one-line questions."""
    folder = os.environ.get("FANLIGHT_BENCH_LABELS")
    if not folder:
        return []
    train, dev = (
        [json.loads(line) for line in (Path(folder) / name).read_text("utf-8").splitlines()]
        for name in ("train.jsonl", "dev.jsonl")
    )
    rows = []
    for label, floor in _LABELS.items():
        taught = Classifier.trained(
            [each["text"] for each in train], [each[label] for each in train]
        )
        guesses = taught.guess([each["text"] for each in dev])
        pairs = list(zip(dev, guesses, strict=True))
        right = _share([each[label] == guess.label for each, guess in pairs])
        rows.append(at_least(f"questions of customers: {label} right", right, floor, "%", digits=1))
        if label == "urgency":
            low = [guess.label == "low" for each, guess in pairs if each[label] in _TROUBLE]
            said = "questions of customers: urgent or high told as low"
            rows.append(judged(said, _share(low), 2, "%", digits=1))
    return rows


def _share(hits: list[bool]) -> float:
    return 100 * sum(hits) / len(hits)
