"""Writes what was read: again and again without harm, and never over what editors changed."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.features.knowledge import (
    beside,
    clips,
    editing,
    guides,
    pictures,
    queries,
    questions,
    service,
)
from fanlight.features.knowledge.drafts import Stage
from fanlight.features.knowledge.errors import ClipNotFound, ClipRefused
from fanlight.features.knowledge.importing.found import Page, Plan, Progress, Report, Skipped, Unfit
from fanlight.features.knowledge.importing.guarding import Guard
from fanlight.features.knowledge.importing.pictures import clip_of, id_of, replaced
from fanlight.features.knowledge.importing.placing import BY_FOLDER
from fanlight.features.knowledge.models import Article, Placing, State, Text
from fanlight.features.knowledge.queries import moving
from fanlight.features.knowledge.queries.editing import leave, left, take
from fanlight.kernel.work import Work


class Remade(msgspec.Struct, frozen=True, kw_only=True):
    """A picture whose pixels were encoded anew."""

    content: bytes
    media_type: str
    width: int
    height: int


Remake = Callable[[str, bytes], Remade | None]
"""Makes a picture anew from its pixels; None for what is no picture. Slow: a thread's work."""


class PictureMaker(msgspec.Struct, frozen=True):
    """Stands on the shelf: how this house makes pictures anew is decided above this room."""

    remake: Remake


_HIDDEN = (State.ARCHIVED, State.INTERNAL)


async def carry_out(
    work: Work,
    planned: Plan,
    *,
    publish: bool,
    overwrite: bool = False,
    is_dry: bool = False,
    are_samples: bool = False,
    remake: Remake | None = None,
    progress: Progress | None = None,
) -> Report:
    """Write what was planned; what is stored already and unchanged is left alone.

    Args:
        publish: published at once; otherwise new articles are drafts and others keep their state.
            What the source calls a draft stays one.
        overwrite: also what editors have changed since it came in.
        are_samples: what looks like keys and passwords is kept; otherwise it is taken out.
        is_dry: the caller takes everything back afterwards, so no bytes are laid down.
        remake: without it no picture is taken.
    """
    report = Report(
        read=len(planned.pages),
        skipped=list(planned.skipped),
        missing_pictures=list(planned.missing),
    )
    guard = await Guard.of(work, planned, are_samples=are_samples)
    planned = await guard.beside()
    await _beside(work, planned)
    placings = {page.placing.path: page.placing for page in reversed(planned.pages)}
    shifted = await _place_all(work, list(placings.values()), overwrite=overwrite)
    articles = {article.path: article for article in await queries.all_articles(work)}
    targets = await service.all_targets(work)
    standing = await moving.standing(work)
    keeper = _Keeper(work, planned, remake, is_dry=is_dry)
    written: list[tuple[Page, UUID]] = []
    for done, page in enumerate(planned.pages, 1):
        article = articles[page.placing.path]
        text = await keeper.with_pictures(await guard.page(page))
        now = standing.get((article.path, page.language))
        if now is not None and now.is_edited and not overwrite:
            await _leave_theirs(work, page, article.id, text, report)
        else:
            outcome = await service.save(
                work,
                editing.placing_of(article),
                page.language,
                text,
                state=_state(page, now, publish=publish),
                import_key=page.key,
                targets=targets,
            )
            _count(report, page, outcome, is_new=now is None)
            written.append((page, article.id))
        if progress is not None:
            progress(done, len(planned.pages))
    await moving.mark(
        work, [(at, page.language, page.published_at, page.saved_at) for page, at in written]
    )
    report.redirects = await _lead(work, planned, articles)
    await _drafts(work, planned, articles, keeper, guard)
    for article_id in shifted:
        await service.mend_links(work, article_id)
    await questions.load(work, planned.asked)
    # Last: legal texts may link to the articles, and articles have names.
    await beside.load(
        work, planned.shared, refuse=lambda file, why: report.skipped.append(Skipped(file, why))
    )
    await guard.say(work)
    if are_samples:
        report.samples = guard.found
    else:
        report.secrets = guard.found
    report.pictures = keeper.taken
    report.missing_pictures = list(dict.fromkeys(report.missing_pictures))
    report.broken_links = await _broken(work, planned.pages)
    return report


async def _beside(work: Work, planned: Plan) -> None:
    have = {category.key for category in await queries.categories(work)}
    for category in planned.categories:
        # A category that editors keep is not renamed after a folder.
        if category.key not in have or category.position < BY_FOLDER:
            await service.save_category(work, category)
    if planned.words is not None:
        await service.save_traditional_words(work, planned.words)
    await guides.load(work, planned.teams, planned.ways)


async def _leave_theirs(
    work: Work, page: Page, article_id: UUID, text: Text, report: Report
) -> None:
    """What editors have changed stays as it is, and is told where it differs."""
    have = {each.language: each for each in await queries.translations(work, article_id)}
    is_same = text.equals(have[page.language])
    report.unchanged += is_same
    report.kept += [] if is_same else [page.file]


def _count(report: Report, page: Page, saved: service.Outcome, *, is_new: bool) -> None:
    report.changed += saved.is_changed
    report.unchanged += not saved.is_changed
    if saved.is_changed:
        (report.added if is_new else report.altered).append(page.file)
    report.missing_pictures += [(page.file, each) for each in saved.missing_pictures]


async def _lead(work: Work, planned: Plan, articles: Mapping[str, Article]) -> int:
    """Old addresses, and what our own export says of articles; how many are newly led."""
    away = {old: articles[path].id for old, path in planned.redirects.items() if path in articles}
    for page in planned.pages:
        article = articles[page.placing.path]
        away |= dict.fromkeys(page.left, article.id)
        await _tell(work, article.id, page)
    for old, path in planned.left.items():
        category, _, part = old.partition("/")
        if path in articles and part:
            await leave(work, replace(articles[path], category=category, slug=part))
    return await moving.lead(work, away)


async def _tell(work: Work, article_id: UUID, page: Page) -> None:
    if page.told is not None:
        await moving.tell(
            work,
            article_id,
            team=page.told.team or None,
            review_by=page.told.review_by,
            source_language=page.told.source_language or None,
            audience=list(page.told.audience) or None,
        )


async def _drafts(
    work: Work, planned: Plan, articles: Mapping[str, Article], keeper: "_Keeper", guard: Guard
) -> None:
    """Texts that no reader has seen; a draft that editors have of the same text stays theirs."""
    for page in planned.drafts:
        article = articles.get(page.placing.path)
        if article is None:
            article = await queries.place_article(work, page.placing)
            await _tell(work, article.id, page)
        have = await editing.read(work, article.id, page.language)
        if have.draft is not None:
            continue
        over = 0 if have.translation is None else have.translation.version
        text = await keeper.with_pictures(await guard.page(page))
        draft = await editing.keep(work, article.id, page.language, text, version=0, over=over)
        told = page.told
        if told is None:
            continue
        version = draft.version
        if told.stage == Stage.REVIEW:
            await editing.set_stage(work, article.id, page.language, Stage.REVIEW, version=version)
        elif told.publish_at is not None and told.publish_at > work.now():
            at = told.publish_at
            await editing.schedule(work, article.id, page.language, at, version=version)


def _state(page: Page, now: moving.Standing | None, *, publish: bool) -> State:
    if page.state is not None:
        return page.state
    before = State.DRAFT if now is None else now.state
    # What editors took away from readers is not given back by importing it again.
    return State.PUBLISHED if publish and before not in _HIDDEN else before


async def _broken(work: Work, pages: Sequence[Page]) -> list[tuple[str, str]]:
    files = {page.key: page.file for page in pages}
    found = await queries.broken_links(work, list(files))
    return [(files[each.import_key], each.address) for each in found]


async def _place_all(work: Work, placings: Sequence[Placing], *, overwrite: bool) -> list[UUID]:
    """All places before any text, so that links find their targets whatever the files' order.

    Returns the articles whose links in *other* articles must be made anew: those that moved, and
    one of the new ones (it stands for all, since every broken link is looked at).
    """
    have = {article.path: article for article in await queries.all_articles(work)}
    gone = {(each.id, each.left_category, each.left_slug) for each in await left(work)}
    shifted: list[UUID] = []
    is_mending = False
    for wanted in placings:
        placing, before = wanted, have.get(wanted.path)
        # An address that the article has left was changed by an editor: it stays so.
        if before and not overwrite and (before.id, wanted.category, wanted.slug) in gone:
            placing = replace(wanted, category=before.category, slug=before.slug)
        is_moved = before is not None and (before.category, before.slug) != (
            placing.category,
            placing.slug,
        )
        if before is not None and is_moved:
            await leave(work, before)
            await take(work, placing.category, placing.slug)
        article = await queries.place_article(work, placing)
        if before is None and have and not is_mending:
            is_mending = True
            shifted.append(article.id)
        elif is_moved:
            shifted.append(article.id)
    return shifted


class _Keeper:
    """Keeps the pictures of one import, each once."""

    def __init__(self, work: Work, planned: Plan, remake: Remake | None, *, is_dry: bool) -> None:
        self._work = work
        self._pictures = planned.pictures
        self._remake = remake
        self._is_dry = is_dry
        self._kept: dict[str, str] = {}  # name -> address; "" when it is no picture
        self.taken = 0

    async def with_pictures(self, page: Page) -> Text:
        """The article's text, with the addresses that its pictures have with us."""
        if not page.pictures or self._remake is None:
            return page.text
        now = {address: await self._keep(name, address) for address, name in page.pictures.items()}
        source = replaced(page.text.source, lambda address: now.get(address) or address)
        return replace(page.text, source=source)

    async def _keep(self, name: str, address: str) -> str:
        if name not in self._kept:
            self._kept[name] = await self._kept_at(name, address)
            self.taken += bool(self._kept[name])
        return self._kept[name]

    async def _kept_at(self, name: str, address: str) -> str:
        clip = clip_of(address)
        if clip and await self._has(clip):
            return address
        try:
            content = self._pictures[name]
        except (Unfit, OSError):
            return ""
        if clip:
            return address if await self._restored(clip, content) else ""
        picture_id = id_of(content, address)
        known = await pictures.find(self._work, picture_id)
        if known is not None:
            return known.address
        remade = (
            None if self._remake is None else await asyncio.to_thread(self._remake, name, content)
        )
        if remade is None:
            return ""
        picture = pictures.Picture(
            id=picture_id,
            media_type=remade.media_type,
            width=remade.width,
            height=remade.height,
        )
        if not self._is_dry:
            await pictures.keep(self._work, picture, remade.content)
        return picture.address

    async def _has(self, clip: str) -> bool:
        try:
            await clips.find(self._work, clip)
        except ClipNotFound:
            return False
        return True

    async def _restored(self, clip: str, content: bytes) -> bool:
        if not self._is_dry:
            try:
                await clips.restore(self._work, clip, content)
            except ClipRefused:
                return False
        return True
