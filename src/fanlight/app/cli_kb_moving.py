"""The commands `fanlight kb import` and `fanlight kb export`: moving in, moving out."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from rich.markup import escape

from fanlight.app.cli_kb import bar, kb
from fanlight.app.commands import DataDir, opened, say

if TYPE_CHECKING:
    from fanlight.features.knowledge import importing


class _TakenBack(Exception):
    """Everything was looked at; nothing is to stay."""


@kb.command(name="import")
def import_articles(
    source: Annotated[
        Path, Parameter(help="Folder, .zip or .json; Markdown in one folder a language: en, zh")
    ],
    /,
    *,
    source_kind: Annotated[
        Literal["markdown", "zendesk", "intercom", "html"] | None,
        Parameter(name="--from", help="What it is. Default: as the files look."),
    ] = None,
    publish: Annotated[
        bool, Parameter(negative="", help="Publish what is imported; else it waits as drafts.")
    ] = False,
    dry_run: Annotated[
        bool, Parameter(negative="", help="Say everything that would happen, and keep nothing.")
    ] = False,
    overwrite: Annotated[
        bool, Parameter(negative="", help="Also what editors have changed since it came in.")
    ] = False,
    samples: Annotated[
        bool,
        Parameter(negative="", help="Keys and passwords in it are samples: keep them."),
    ] = False,
    lang: Annotated[
        str | None, Parameter(help="Language of what does not say its own: en, zh-Hans, zh-Hant.")
    ] = None,
    categories: Annotated[
        Path | None,
        Parameter(name="--map", help='TOML of [categories]: "name or id there" = "key here".'),
    ] = None,
    data: DataDir = None,
) -> int:
    """Import articles. The same source again changes only what has changed."""
    from fanlight.kernel.i18n import nearest

    language = nearest(lang) if lang else None
    if lang and language is None:
        say.print(f"[red]--lang {lang}: the help center is not kept in this language.[/]")
        return 2
    plan = _planned(source, kind=source_kind, language=language, categories=categories)
    if plan is None:
        return 2
    report = asyncio.run(
        _carried_out(
            plan,
            data,
            publish=publish,
            overwrite=overwrite,
            is_dry=dry_run,
            are_samples=samples,
        )
    )
    if dry_run:
        say.print("A dry run: nothing was kept.")
    _tell(report, is_published=publish)
    return 0 if report.read else 1


def _planned(
    source: Path, *, kind: str | None, language: str | None, categories: Path | None
) -> "importing.Plan | None":
    """What is there to import; None, and why is said, where nothing can be read."""
    from fanlight.features.knowledge import importing

    try:
        mapped = importing.read_map(categories) if categories else None
        with bar() as shown:
            reading = shown.add_task("Reading", total=None)
            return importing.plan(
                source,
                kind=kind,
                language=language,
                categories=mapped,
                progress=lambda done, total: shown.update(reading, completed=done, total=total),
            )
    except NotADirectoryError:
        say.print(f"[red]{source} is neither a folder nor a file.[/]")
    except (importing.Unfit, OSError) as error:
        say.print(f"[red]{escape(f'{source}: {error}')}[/]")
    return None


async def _carried_out(
    plan: "importing.Plan",
    data: DataDir,
    *,
    publish: bool,
    overwrite: bool,
    is_dry: bool,
    are_samples: bool,
) -> "importing.Report":
    from fanlight.features.knowledge import importing

    try:
        # Articles may be imported before the desk is started for the first time.
        async with opened(data, makes=True) as edge, edge.work() as work:
            with bar() as shown:
                task = shown.add_task("Looking" if is_dry else "Importing", total=len(plan.pages))
                report = await importing.carry_out(
                    work,
                    plan,
                    publish=publish,
                    overwrite=overwrite,
                    is_dry=is_dry,
                    are_samples=are_samples,
                    remake=edge.shelf.of(importing.PictureMaker).remake,
                    progress=lambda done, total: shown.update(task, completed=done, total=total),
                )
            if is_dry:
                raise _TakenBack
    except* _TakenBack:
        pass
    return report


@kb.command(name="export")
def export_articles(
    folder: Annotated[Path | None, Parameter(help="Where to write; it is made if need be.")] = None,
    /,
    *,
    zip_file: Annotated[Path | None, Parameter(name="--zip", help="Write a .zip instead.")] = None,
    lang: Annotated[list[str] | None, Parameter(help="These languages only.")] = None,
    state: Annotated[
        list[Literal["draft", "published", "internal", "archived"]] | None,
        Parameter(help="Texts in these states only."),
    ] = None,
    data: DataDir = None,
) -> int:
    """Write everything as Markdown with pictures; importing that gives the same content."""
    import zipfile

    from fanlight.features.knowledge import exporting
    from fanlight.features.knowledge.models import State
    from fanlight.kernel.i18n import nearest

    tags = [nearest(each) for each in lang or []]
    if (folder is None) == (zip_file is None) or None in tags:
        say.print("[red]Name a folder or --zip FILE, and languages that the desk speaks.[/]")
        return 2
    if folder is not None and folder.is_dir() and any(folder.iterdir()):
        say.print(f"[red]{folder} is not empty.[/] What was removed since would stay there.")
        return 2

    def sink(stack: ExitStack) -> exporting.Sink:
        if zip_file is not None:
            return exporting.Packed(stack.enter_context(zipfile.ZipFile(zip_file, "w")))
        assert folder is not None  # noqa: S101 - one of the two was named
        folder.mkdir(parents=True, exist_ok=True)
        return exporting.Folder(folder)

    async def run() -> int:
        async with opened(data) as edge, edge.work() as work:
            with ExitStack() as stack, bar() as shown:
                task = shown.add_task("Exporting", total=None)

                def told(done: int, total: int) -> None:
                    shown.update(task, completed=done, total=total)

                return await exporting.carry_out(
                    work,
                    sink(stack),
                    languages=[tag for tag in tags if tag] or None,
                    states=[State(each) for each in state] if state else None,
                    progress=told,
                )

    written = asyncio.run(run())
    say.print(f"{written} texts written to {folder or zip_file}.")
    return 0


def _tell(report: "importing.Report", *, is_published: bool) -> None:
    say.print(
        f"{report.read} articles read: [bold]{report.changed}[/] new or changed,"
        f" {report.unchanged} unchanged, {len(report.skipped)} skipped,"
        f" {len(report.kept)} kept as editors changed them;"
        f" {report.pictures} pictures, {report.redirects} new redirects."
    )
    for skipped in report.skipped:
        say.print("  [yellow]skipped[/]", end=" ")
        say.print(f"{skipped.file}: {skipped.reason}", markup=False, soft_wrap=True)
    for file in report.kept:
        say.print("  [yellow]changed here since; --overwrite takes it[/]", end=" ")
        say.print(file, markup=False, soft_wrap=True)
    _secrets("taken out; --samples keeps it", report.secrets)
    _secrets("kept as a sample", report.samples)
    _list("link leads nowhere", report.broken_links)
    _list("picture left out", report.missing_pictures)
    if report.changed and not is_published:
        say.print("New articles are drafts; --publish shows them to readers.")


def _secrets(what: str, found: list[tuple[str, str]]) -> None:
    from fanlight.kernel.i18n import DEFAULT, translate

    for place, kind in found:
        say.print(f"  [yellow]{translate(DEFAULT, f'help.secret.{kind}')} {what}[/]", end=" ")
        say.print(place, markup=False, soft_wrap=True)


def _list(what: str, found: list[tuple[str, str]]) -> None:
    by_file: dict[str, list[str]] = {}
    for file, thing in found:
        by_file.setdefault(file, []).append(thing)
    for file, things in by_file.items():
        say.print(f"  [yellow]{what}[/]", end=" ")
        say.print(f"{file}: {', '.join(things)}", markup=False, soft_wrap=True)
