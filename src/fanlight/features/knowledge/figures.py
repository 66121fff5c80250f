"""Figures that an exchange sets, such as fees and minimums: kept with the hour they were true."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import msgspec

from fanlight.features.knowledge import entries
from fanlight.features.knowledge.errors import EntryMoved, EntryNotFound, EntryUnfit
from fanlight.features.knowledge.models import Column, Figure, FigureSet
from fanlight.features.knowledge.queries import entries as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.work import Work

EDIT = "article.edit"
FILE = "figures.toml"
_MOST_KEYS, _MOST_COLUMNS = 4, 8  # more is no table that a phone shows
_MOST_WORD = 80
_DAY_S = 86_400


async def save_set(work: Work, figures: FigureSet) -> FigureSet:
    """Store what a table is called and what its columns are; its figures stay.

    Raises:
        NotAllowed, UnknownLanguage, EntryUnfit
        EntryMoved: somebody saved it, or made one with this name, meanwhile.
    """
    needs(work.actor, EDIT)
    fit = _fit_set(figures)
    if not await kept.save_figure_set(work, fit):
        raise EntryMoved(key=figures.name)
    await kept.drop_strange_figures(work, fit)
    await audit.record(work, "figures.saved", f"figures:{figures.name}")
    work.signal(CHANGED)
    return msgspec.structs.replace(fit, version=figures.version + 1)


async def remove_set(work: Work, name: str, *, version: int) -> None:
    """Take a table away with its figures. Raises EntryMoved."""
    needs(work.actor, EDIT)
    if not await kept.remove_figure_set(work, name, version):
        raise EntryMoved(key=name)
    await audit.record(work, "figures.removed", f"figures:{name}")
    work.signal(CHANGED)


async def still(work: Work, name: str, was: Sequence[Figure]) -> None:
    """Make sure that figures are what an editor saw, before they are changed.

    Raises:
        EntryMoved: somebody changed one of them meanwhile, or took it out.
    """
    needs(work.actor, EDIT)
    await kept.hold_figures(work, name)
    stored = {(*each.row_key, each.column): each for each in await kept.figures(work, name)}
    for seen in was:
        there = stored.get((*seen.row_key, seen.column))
        if there is None or (there.value, there.unit) != (seen.value, seen.unit):
            raise EntryMoved(key=name)


async def put(work: Work, name: str, figures: Sequence[Figure]) -> None:
    """Say what figures are as of now, or as of the time each of them brings.

    A figure without value is one that was never known. Raises EntryNotFound, EntryUnfit.
    """
    needs(work.actor, EDIT)
    of = await _set(work, name)
    for figure in figures:
        await kept.put_figure(work, name, _fit(of, figure, work.now()))
    await audit.record(work, "figures.put", f"figures:{name}", count=len(figures))
    work.signal(CHANGED)


async def remove_row(work: Work, name: str, row_key: Sequence[str]) -> None:
    """Take one row out of a table; twice does no harm."""
    needs(work.actor, EDIT)
    await kept.remove_figures(work, name, list(row_key))
    await audit.record(work, "figures.row_removed", f"figures:{name}", row=list(row_key))
    work.signal(CHANGED)


async def confirm(work: Work, name: str) -> None:
    """Say that all known figures of a table are still true now."""
    needs(work.actor, EDIT)
    await _set(work, name)
    await kept.confirm_figures(work, name)
    await audit.record(work, "figures.confirmed", f"figures:{name}")
    work.signal(CHANGED)


async def load(
    work: Work,
    sets: Sequence[tuple[FigureSet, Sequence[Figure]]],
    *,
    refuse: entries.Refuse | None = None,
) -> None:
    """Store tables of a folder; a figure that is stored already stays unless the file's is later.

    A figure without a time is as of now, and never replaces one that editors keep.
    """
    needs(work.actor, EDIT)
    have = {each.name: each for each in await kept.figure_sets(work)}
    for of, figures in sets:
        before = have.get(of.name)
        with entries.taking(FILE, of.name, refuse):
            fit = msgspec.structs.replace(_fit_set(of), version=before.version if before else 0)
            if fit != before:
                await kept.save_figure_set(work, fit)
                await kept.drop_strange_figures(work, fit)
                work.signal(CHANGED)
            await _load_figures(work, of, figures, refuse)


async def _load_figures(
    work: Work, of: FigureSet, figures: Sequence[Figure], refuse: entries.Refuse | None
) -> None:
    stored = {(*each.row_key, each.column): each for each in await kept.figures(work, of.name)}
    for figure in figures:
        there = stored.get((*figure.row_key, figure.column))
        if there is None or _is_later(figure.as_of, there.as_of):
            with entries.taking(FILE, f"{of.name}: {' '.join(figure.row_key)}", refuse):
                await kept.put_figure(work, of.name, _fit(of, figure, work.now()))
                work.signal(CHANGED)


def _is_later(given: datetime | None, stored: datetime | None) -> bool:
    return given is not None and (stored is None or given > stored)


async def _set(work: Work, name: str) -> FigureSet:
    found = next((each for each in await kept.figure_sets(work) if each.name == name), None)
    if found is None:
        raise EntryNotFound(key=name)
    return found


def _fit_set(figures: FigureSet) -> FigureSet:
    name = entries.fitting(figures.name)
    counted = 1 <= len(figures.row_keys) <= _MOST_KEYS and 1 <= len(figures.columns) <= (
        _MOST_COLUMNS
    )
    keys = [each.key for each in (*figures.row_keys, *figures.columns)]
    if not counted or len(set(keys)) != len(keys) or figures.stale_after_s <= 0:
        raise EntryUnfit(why="columns", key=name)

    def fit(text: str) -> str:
        return entries.measured(name, text, _MOST_WORD, "name")

    def column(each: Column) -> Column:
        return Column(key=entries.fitting(each.key), names=entries.in_languages(each.names, fit))

    return msgspec.structs.replace(
        figures,
        titles=entries.in_languages(figures.titles, fit),
        sources=entries.in_languages(figures.sources, fit),
        row_keys=[column(each) for each in figures.row_keys],
        columns=[column(each) for each in figures.columns],
    )


def _fit(of: FigureSet, figure: Figure, now: datetime) -> Figure:
    is_known = figure.value is not None
    if is_known and not Decimal(figure.value or 0).is_finite():
        raise EntryUnfit(why="figure", key=of.name)
    if len(figure.row_key) != len(of.row_keys) or figure.column not in {
        each.key for each in of.columns
    }:
        raise EntryUnfit(why="columns", key=of.name)
    words = [entries.measured(of.name, each, _MOST_WORD, "name") for each in figure.row_key]
    as_of = (figure.as_of or now) if is_known else None
    return msgspec.structs.replace(figure, row_key=words, unit=figure.unit.strip(), as_of=as_of)


class _RowFile(msgspec.Struct, forbid_unknown_fields=True):
    row: list[str]
    values: dict[str, str] = {}  # column -> "1.00 USDT"; a column left out was never known


class _SetFile(msgspec.Struct):
    name: str
    title: dict[str, str]
    source: dict[str, str]
    row_key: list[Column]
    column: list[Column]
    days: float = 1.0  # for which a figure is taken as fresh
    as_of: datetime | None = None
    figure: list[_RowFile] = []


def read(folder: Path, refuse: entries.Refuse) -> list[tuple[FigureSet, list[Figure]]]:
    """The tables of a folder's ``figures.toml``, where it has one.

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError: the file does not have the shape.
    """
    return entries.decoded(
        folder / FILE, "figures", _SetFile, lambda each: (_set_of(each), _figures_of(each)), refuse
    )


def _set_of(read: _SetFile) -> FigureSet:
    return FigureSet(
        name=read.name,
        titles=read.title,
        row_keys=read.row_key,
        columns=read.column,
        sources=read.source,
        stale_after_s=round(read.days * _DAY_S),
    )


def _figures_of(read: _SetFile) -> list[Figure]:
    figures: list[Figure] = []
    for position, row in enumerate(read.figure):
        for column in read.column:
            value, _, unit = row.values.get(column.key, "").partition(" ")
            figures.append(
                Figure(
                    row_key=row.row,
                    column=column.key,
                    position=position,
                    value=msgspec.convert(value, Decimal) if value else None,
                    unit=unit,
                    as_of=read.as_of if value else None,
                )
            )
    return figures
