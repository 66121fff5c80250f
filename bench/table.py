"""What a measurement hands back: rows with their budget, measured value and verdict."""

import msgspec
from rich.console import Console
from rich.table import Table as Drawn

WORDS = {True: "met", False: "NOT met", None: ""}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line; ``is_met`` is None where no budget was set."""

    what: str
    measured: str
    budget: str = ""
    is_met: bool | None = None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One subject, and in ``said`` what it was measured on."""

    title: str
    rows: list[Row]
    said: str = ""


def judged(what: str, value: float, most: float, unit: str, *, digits: int = 2) -> Row:
    """A row whose value may be at most so much."""
    measured = f"{value:,.{digits}f} {unit}"
    return Row(what=what, measured=measured, budget=f"{most:g} {unit}", is_met=value <= most)


def at_least(what: str, value: float, least: float, unit: str, *, digits: int = 0) -> Row:
    """A row whose value must be at least so much."""
    measured = f"{value:,.{digits}f} {unit}"
    return Row(
        what=what, measured=measured, budget=f"{least:g} {unit} or more", is_met=value >= least
    )


def told(what: str, value: float, unit: str, *, digits: int = 2) -> Row:
    """A row without a budget."""
    return Row(what=what, measured=f"{value:,.{digits}f} {unit}")


def show(table: Table, say: Console) -> None:
    drawn = Drawn("what", "measured", "budget", "", title=table.title, title_justify="left")
    for row in table.rows:
        style = "red" if row.is_met is False else None
        drawn.add_row(row.what, row.measured, row.budget, WORDS[row.is_met], style=style)
    say.print(drawn)
    if table.said:
        say.print(table.said)


def markdown(table: Table) -> str:
    lines = [
        f"## {table.title}",
        "",
        *([table.said, ""] if table.said else []),
        "| what | measured | budget | |",
        "| --- | ---: | ---: | --- |",
        *(
            f"| {row.what} | {row.measured} | {row.budget} | {WORDS[row.is_met]} |"
            for row in table.rows
        ),
    ]
    return "\n".join(lines) + "\n"
