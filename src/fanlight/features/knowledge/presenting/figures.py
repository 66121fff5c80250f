"""A table of figures as readers see it: what is known, of what hour, and how old it is."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from html import escape

import msgspec

from fanlight.features.knowledge.entries import best
from fanlight.features.knowledge.models import Column, Figure, FigureSet
from fanlight.kernel import i18n

_HOUR_S, _DAY_S = 3600, 86_400
_NBSP = "\N{NO-BREAK SPACE}"


class _Row(msgspec.Struct, frozen=True):
    key: list[str]
    cells: dict[str, Figure]


class _Table(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to say anything about a table."""

    of: FigureSet
    rows: list[_Row]
    language: str
    now: datetime
    zone: tzinfo

    def say(self, key: str, **params: object) -> str:
        return i18n.translate(self.language, key, **params)

    def named(self, names: dict[str, str]) -> str:
        found = best(names, [self.language])
        return found[1] if found else ""

    def age_s(self, figure: Figure) -> float:
        return (self.now - figure.as_of).total_seconds() if figure.as_of else 0.0

    def is_stale(self, figure: Figure) -> bool:
        return self.age_s(figure) > self.of.stale_after_s

    def moment(self, at: datetime) -> str:
        said = i18n.moment(self.language, at, now=self.now, zone=self.zone)
        return f'<time datetime="{at.isoformat()}">{escape(said)}</time>'

    def old(self, figure: Figure) -> str:
        """How old it is, in words."""
        age = self.age_s(figure)
        if age >= 2 * _DAY_S:
            return self.say("kb.figures.days_old", count=int(age // _DAY_S))
        return self.say("kb.figures.hours_old", count=max(1, int(age // _HOUR_S)))


def figure_of(
    of: FigureSet | None,
    figures: Sequence[Figure],
    only: str,
    *,
    language: str,
    now: datetime,
    zone: tzinfo,
) -> str:
    """The table as HTML; a sentence where there is nothing to show.

    Args:
        only: words of the rows that are meant, such as ``USDT`` or ``asset=USDT network=TRON``.
    """
    rows = _rows(figures, only, of.row_keys) if of is not None else []
    if of is None or not rows:
        said = escape(i18n.translate(language, "kb.figures.none"))
        return f'<p class="figures-none">{said}</p>\n'
    table = _Table(of=of, rows=rows, language=language, now=now, zone=zone)
    shared = [place for place in range(len(of.row_keys)) if _is_shared(rows, place)]
    shown = [place for place in range(len(of.row_keys)) if place not in shared]
    title = " · ".join([table.named(of.titles), *(rows[0].key[place] for place in shared)])
    body = "".join(_row(table, row, shown) for row in rows)
    return (
        f'<figure class="figures responsive"><figcaption>{escape(title)} {_hour(table)}'
        f"</figcaption><table><thead><tr>{_heads(table, shown)}</tr></thead>"
        f"<tbody>{body}</tbody></table>{_notes(table, shown)}</figure>\n"
    )


def _rows(figures: Sequence[Figure], only: str, keys: Sequence[Column]) -> list[_Row]:
    by_key: dict[tuple[str, ...], dict[str, Figure]] = {}
    for figure in figures:
        by_key.setdefault(tuple(figure.row_key), {})[figure.column] = figure
    wanted = [word.rpartition("=")[::2] for word in only.split()]
    names = [column.key for column in keys]

    def is_meant(key: tuple[str, ...]) -> bool:
        said = dict(zip(names, key, strict=False))
        return all(
            word.casefold() in ([said.get(name, "").casefold()] if name else _words(key))
            for name, word in wanted
        )

    return [_Row(list(key), cells) for key, cells in by_key.items() if is_meant(key)]


def _words(key: tuple[str, ...]) -> set[str]:
    return {part.casefold() for value in key for part in (value, *value.split())}


def _is_shared(rows: Sequence[_Row], place: int) -> bool:
    """Whether all rows say the same there: then it is said once, above."""
    return len(rows) > 1 and len(rows[0].key) > 1 and len({row.key[place] for row in rows}) == 1


def _heads(table: _Table, shown: Sequence[int]) -> str:
    keys = [escape(table.named(table.of.row_keys[place].names)) for place in shown]
    columns = [escape(table.named(column.names)) for column in table.of.columns]
    return "".join(
        [
            *(f'<th scope="col">{key}</th>' for key in keys),
            *(f'<th scope="col" class="n">{column}</th>' for column in columns),
        ]
    )


def _row(table: _Table, row: _Row, shown: Sequence[int]) -> str:
    is_stale = any(table.is_stale(figure) for figure in row.cells.values())
    first, *others = shown
    keys = [f'<th scope="row">{escape(row.key[first])}</th>'] + [
        f'<td data-k="{escape(table.named(table.of.row_keys[place].names))}">'
        f"{escape(row.key[place])}</td>"
        for place in others
    ]
    cells = [_cell(table, column, row.cells.get(column.key)) for column in table.of.columns]
    mark = ' class="stale"' if is_stale else ""
    return f"<tr{mark}>{''.join([*keys, *cells])}</tr>"


def _cell(table: _Table, column: Column, figure: Figure | None) -> str:
    name = escape(table.named(column.names))
    if figure is None or figure.value is None:
        said = escape(table.say("kb.figures.unknown"))
        return (
            f'<td class="n" data-k="{name}"><span class="unknown" role="img"'
            f' aria-label="{said}"></span></td>'
        )
    return f'<td class="n" data-k="{name}"><span>{_number(figure.value, figure.unit)}</span></td>'


def _number(value: Decimal, unit: str) -> str:
    """Comma groups, a true minus, the places it was given with."""
    said = f"{value:,f}".replace("-", "−")
    if unit == "%":
        return f"{said}%"
    return f'{said}{_NBSP}<span class="unit">{escape(unit)}</span>' if unit else said


def _hour(table: _Table) -> str:
    """Who says so, and as of when: the hour at which all that is fresh was true."""
    source = escape(table.named(table.of.sources))
    known = [each for row in table.rows for each in row.cells.values() if each.as_of is not None]
    fresh = [each for each in known if not table.is_stale(each)]
    if not known:
        return f'<span class="meta live never">{source}</span>'
    oldest = min(fresh or known, key=lambda each: each.as_of or table.now)
    said = table.say("kb.figures.as_of", source=source, moment="\0").replace(
        "\0", table.moment(oldest.as_of or table.now)
    )
    if fresh:
        return f'<span class="meta live">{said}</span>'
    return f'<span class="meta live old">{said} · {escape(table.old(oldest))}</span>'


def _notes(table: _Table, shown: Sequence[int]) -> str:
    """Which rows are older than they should be, while others are not."""
    notes = []
    for row in table.rows:
        stale = [figure for figure in row.cells.values() if table.is_stale(figure)]
        if not stale:
            continue
        oldest = min(stale, key=lambda each: each.as_of or table.now)
        name = " · ".join(row.key[place] for place in shown)
        said = escape(table.say("kb.figures.stale", row=name, age=table.old(oldest)))
        notes.append(
            '<p class="stale-note"><svg class="i xs" aria-hidden="true">'
            f'<use href="#i-clock-alert"></use></svg><span>{said}</span></p>'
        )
    return "".join(notes)
