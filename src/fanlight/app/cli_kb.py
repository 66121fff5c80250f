"""The commands `fanlight kb …`: import articles, search them, judge the search, build its index."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from fanlight.app.commands import DataDir, opened, say
from fanlight.app.jsonlines import Reader, write

if TYPE_CHECKING:
    from fanlight.features.knowledge import judging
    from fanlight.features.knowledge.meaning.finding import Meaning
    from fanlight.kernel.edge import Edge

kb = App(name="kb")


@asynccontextmanager
async def meant(edge: "Edge") -> "AsyncIterator[Meaning]":
    """Finding by meaning, with what is made of it so far; by words alone where that is off."""
    from fanlight.features.knowledge.meaning.finding import meaning_of
    from fanlight.features.knowledge.meaning.sources import embedder_of

    meaning, model = meaning_of(edge.shelf), embedder_of(edge.shelf)
    if model is None:
        yield meaning
        return
    try:
        await meaning.keeper.catch_up(edge)
        yield meaning
    finally:
        await model.close()


def bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=say,
    )


@kb.command
def search(
    text: Annotated[str, Parameter(help="What to look for.")] = "",
    /,
    *,
    queries: Annotated[
        Path | None,
        Parameter(
            help='JSON lines of {"id","text","lang","search_in"?}, "-" for the standard input;'
            " answers are JSON lines.",
            allow_leading_hyphen=True,
        ),
    ] = None,
    lang: Annotated[
        str | None, Parameter(help="The reader's language; without it, the question's own.")
    ] = None,
    top: Annotated[
        int, Parameter(help="Most results a question.", validator=Number(gte=1, lte=1000))
    ] = 10,
    data: DataDir = None,
) -> int:
    """Search as a visitor: one question for people, or a file of them for programs.

    A line that is no question is named on the error stream; the others are answered.
    """
    from fanlight.features.knowledge import judging
    from fanlight.features.knowledge.node import SearchNode
    from fanlight.kernel.language import guess
    from fanlight.kernel.settings import Settings

    if queries is None and not text:
        say.print('[red]Say what to look for:[/] fanlight kb search "TEXT", or --queries FILE.')
        return 2
    lines = Reader(queries)
    asked = (
        list(lines(judging.Question))
        if queries is not None
        else [judging.Question(id="1", text=text, lang=lang or guess(text))]
    )

    async def run() -> None:
        async with opened(data) as edge:
            node = SearchNode(edge.shelf.of(Settings).data_dir)
            await node.catch_up(edge)
            async with meant(edge) as meaning, edge.work() as work:
                for answers in await judging.answered(work, node, asked, meaning, top=top):
                    write(answers)

    asyncio.run(run())
    return 1 if lines.bad else 0


@kb.command
def evaluate(
    file: Annotated[Path, Parameter(help="JSON lines with the relevant articles of each query.")],
    /,
    *,
    data: DataDir = None,
) -> int:
    """Judge the search: MRR@10, nDCG@10 and hit rates, by kind of query."""
    from fanlight.features.knowledge import judging
    from fanlight.features.knowledge.node import SearchNode
    from fanlight.kernel.settings import Settings

    try:
        asked = judging.read(file)
    except judging.BadQuestions as error:
        say.print(f"[red]{escape(str(error))}[/]")
        return 2

    async def run() -> list[judging.Score]:
        async with opened(data) as edge:
            node = SearchNode(edge.shelf.of(Settings).data_dir)
            await node.catch_up(edge)
            async with meant(edge) as meaning, edge.work() as work:
                answers = iter(await judging.answered(work, node, asked, meaning))
                return judging.judge(asked, lambda _: next(answers))

    Console(highlight=False).print(score_table(asyncio.run(run())))
    return 0


@kb.command
def embed(*, data: DataDir = None) -> int:
    """Make the vectors that finding by meaning still lacks; it may be stopped and goes on."""
    from fanlight.features.knowledge.meaning import making, sources
    from fanlight.features.knowledge.meaning.embedder import NoMeaning
    from fanlight.features.knowledge.meaning.settings import MeaningSettings
    from fanlight.kernel.http import OutboundHttp
    from fanlight.kernel.settings import Settings

    async def run() -> int:
        async with opened(data) as edge:
            settings, http = edge.shelf.of(Settings)[MeaningSettings], edge.shelf.of(OutboundHttp)
            model = sources.opened(settings, http, hands=os.cpu_count() or 1)
            if model is None:
                say.print("[red]meaning.source is off:[/] name a model in the settings first.")
                return 2
            try:
                with bar() as shown:
                    task = shown.add_task("Embedding", total=None)

                    def told(done: int, total: int) -> None:
                        shown.update(task, completed=done, total=total)

                    await making.embed(edge, model, progress=told)
                async with meant(edge) as meaning:
                    rows = await meaning.keeper.catch_up(edge)
            except NoMeaning as trouble:
                say.print(f"[red]The model does not answer:[/] {trouble}")
                return 1
            finally:
                await model.close()
        say.print(f"{rows} passages have a vector by {model.name}.")
        return 0

    return asyncio.run(run())


def score_table(scores: "list[judging.Score]") -> Table:
    """Scores as a table for people."""
    table = Table("kind", "queries", "MRR@10", "nDCG@10", "hit@1", "hit@5", "hit@10")
    for score in scores:
        figures = (score.mrr, score.ndcg, score.hit_1, score.hit_5, score.hit_10)
        table.add_row(score.kind, str(score.questions), *(f"{each:.3f}" for each in figures))
    return table


@kb.command
def rebuild(*, data: DataDir = None) -> int:
    """Render what an older version rendered, and build this machine's search index anew."""
    from fanlight.features.knowledge import legal, service
    from fanlight.features.knowledge.node import SearchNode
    from fanlight.kernel.settings import Settings

    async def run() -> tuple[int, int]:
        async with opened(data) as edge:
            async with edge.work() as work:
                rendered = await service.render_outdated(work)
                await legal.render_again(work)
            node = SearchNode(edge.shelf.of(Settings).data_dir)
            with bar() as shown:
                task = shown.add_task("Indexing", total=None)

                def told(done: int, total: int) -> None:
                    shown.update(task, completed=done, total=total)

                return rendered, await node.rebuild(edge, progress=told)

    rendered, indexed = asyncio.run(run())
    say.print(f"{rendered} translations rendered anew, {indexed} articles indexed.")
    return 0


@kb.command
def secrets(*, data: DataDir = None) -> int:
    """Name what looks like keys and passwords in what editors wrote here, and was not said to be
    a sample. Changes nothing; ends with 1 when there is any."""
    from fanlight.features.knowledge import looking
    from fanlight.kernel.work import SYSTEM

    async def run() -> int:
        count = 0
        async with opened(data) as edge, edge.reading(SYSTEM) as work:
            async for place, kind in looking.suspects(work):
                print(f"{place}\t{kind}")
                count += 1
        return count

    found = asyncio.run(run())
    said = "An editor who saves the text is asked: take it out, or say that it is a sample."
    say.print(f"{found} found. {said}" if found else "Nothing that looks like a secret.")
    return 1 if found else 0
