"""The page of events, who reacts to them, jobs and timers."""

import inspect
from typing import Any

import msgspec

from fanlight.kernel.events import Event, subscribers_of, tag_of
from fanlight.kernel.jobs import CRONS, JOBS
from reference.reading import in_words, kinds_of, opening, place, said, table

_HEAD = """# Events, jobs and timers

An event is a fact in the past tense, stored in the transaction of the change it follows from and
delivered at least once to each subscriber; it carries ids and facts, never a secret, and is never
renamed. A job is work asked for in the same way. Both wait in the table `jobs`
([decision 1](../decisions/0001-one-jobs-table.md)); one that fails too often is kept as a dead
letter until a person looks.

This page is made by `scripts/docs.py` from the code.
"""
_JOBS = """## Jobs

*Inside*: runs in one transaction with its own end. *Outside*: talks to the world, so it opens its
own units of work.
"""
_TIMERS = """## Timers

Each slot of a timer is taken once, whichever worker comes first.
"""


def page() -> str:
    """docs/reference/events.md."""
    events = sorted(kinds_of(Event), key=tag_of)
    return "\n".join([_HEAD, "## Events\n", *(_event(each) for each in events), _jobs(), _timers()])


def _event(kind: type[Event]) -> str:
    fields = [
        (f"`{field.name}`", in_words(field.type) + ("" if field.required else ", may be left out"))
        for field in msgspec.structs.fields(kind)
    ]
    reacts = ", ".join(_link(each.react) for each in subscribers_of(kind)) or "nobody yet"
    return (
        f"### `{tag_of(kind)}`\n\n{opening(kind)} [`{kind.__name__}`](../../{place(kind)})\n\n"
        f"{table(('field', 'is'), fields)}\nReacts: {reacts}.\n"
    )


def _link(function: Any) -> str:
    plain = inspect.unwrap(function)
    return f"[`{plain.__name__}`](../../{place(plain)})"


def _jobs() -> str:
    rows = [
        (
            f"`{name}`",
            "outside" if job.is_outside else "inside",
            str(job.max_attempts),
            f"{_first_line(job.run)} {_link(job.run)}",
        )
        for name, job in sorted(JOBS.items())
    ]
    return f"{_JOBS}\n{table(('job', 'where', 'tries', 'what it does'), rows)}"


def _first_line(function: Any) -> str:
    return said(inspect.cleandoc(function.__doc__ or "").partition("\n\n")[0])


def _timers() -> str:
    rows = [(f"`{name}`", f"{cron.every_s} s") for name, cron in sorted(CRONS.items())]
    return f"{_TIMERS}\n{table(('job', 'every'), rows)}"
