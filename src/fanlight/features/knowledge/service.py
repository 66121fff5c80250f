"""What editors do with articles: save, publish, withdraw; and what follows from it."""

import asyncio
from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from fanlight.features.knowledge import queries, render, traditional
from fanlight.features.knowledge.errors import ArticleNotFound, UnknownLanguage
from fanlight.features.knowledge.events import ArticlePublished, ArticleWithdrawn
from fanlight.features.knowledge.links import Linker, Target, names_of, targets_of
from fanlight.features.knowledge.models import (
    LANGUAGES,
    Article,
    Category,
    Placing,
    State,
    Text,
    Translation,
)
from fanlight.features.knowledge.queries.editing import left
from fanlight.features.knowledge.traditional import SIMPLIFIED, TRADITIONAL
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.jobs import job
from fanlight.kernel.work import Work

CHANGED = "knowledge.changed"  # the live topic that wakes every node's index and page cache


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What saving one translation led to."""

    article: Article
    is_changed: bool
    broken_links: tuple[str, ...] = ()
    missing_pictures: tuple[str, ...] = ()


async def save_category(work: Work, category: Category) -> bool:
    """Store a category; whether anything changed."""
    _need(work, "article.edit")
    changed = await queries.save_category(work, category)
    if changed:
        work.signal(CHANGED)
    return changed


async def save(
    work: Work,
    placing: Placing,
    language: str,
    text: Text,
    *,
    state: State,
    import_key: str | None = None,
    targets: Mapping[str, Target] | None = None,
) -> Outcome:
    """Store what an editor wrote in one language; saving the same again changes nothing.

    Args:
        targets: every article that links may lead to, for a caller who saves many at once.

    Raises:
        NotAllowed: the actor may not edit, or not publish.
        UnknownLanguage: the help center is not kept in this language.
        ArticleMoved: somebody saved the translation at the same moment.
    """
    _need(work, "article.edit")
    if state is State.PUBLISHED:
        _need(work, "article.publish")
    if language not in LANGUAGES:
        raise UnknownLanguage(language=language, languages=list(LANGUAGES))
    is_new = await queries.article_of_path(work, placing.path) is None
    article = await queries.place_article(work, placing)
    have = {each.language: each for each in await queries.translations(work, article.id)}
    draft = _Draft(language=language, text=text, state=state, import_key=import_key)
    outcome = await _store(work, article, draft, have.get(language), targets)
    if language == SIMPLIFIED and await _derive(work, article, draft, have, targets):
        outcome = msgspec.structs.replace(outcome, is_changed=True)
    if is_new and targets is None:
        work.enqueue("knowledge.mend_links", article.id, key=f"knowledge.mend_links:{article.id}")
    return outcome


class _Draft(msgspec.Struct, frozen=True, kw_only=True):
    language: str
    text: Text
    state: State
    import_key: str | None = None
    is_derived: bool = False


async def _store(
    work: Work,
    article: Article,
    draft: _Draft,
    saved: Translation | None,
    targets: Mapping[str, Target] | None,
) -> Outcome:
    if saved is not None and draft.text.equals(saved) and saved.state is draft.state:
        return Outcome(article=article, is_changed=False)
    rendered, linker = await _render(work, article, draft.language, draft.text, targets)
    whole = queries.Whole(
        article_id=article.id,
        language=draft.language,
        text=draft.text,
        rendered=rendered,
        state=draft.state,
        is_derived=draft.is_derived,
        import_key=draft.import_key,
    )
    await queries.write(work, whole, over=saved)
    if not draft.is_derived:
        await queries.keep_revision(work, article.id, draft.language)
    await queries.write_links(work, article.id, draft.language, list(linker.found.items()))
    before = None if saved is None else saved.state
    await _changed(work, article.id, draft.language, draft.state, before)
    return Outcome(
        article=article,
        is_changed=True,
        broken_links=tuple(link for link, target in linker.found.items() if target is None),
        missing_pictures=tuple(rendered.pictures),
    )


async def _changed(
    work: Work, article_id: UUID, language: str, state: State, before: State | None
) -> None:
    await queries.touch(work, article_id)
    if state is State.PUBLISHED:
        work.publish(ArticlePublished(article_id=article_id, language=language))
    elif before is State.PUBLISHED:
        work.publish(ArticleWithdrawn(article_id=article_id, language=language))
    work.signal(CHANGED)


async def rendered(work: Work, article: Article, language: str, text: Text) -> render.Rendered:
    """What readers would get if these words were published now. Nothing is stored."""
    return (await _render(work, article, language, text, None))[0]


async def _render(
    work: Work,
    article: Article,
    language: str,
    text: Text,
    targets: Mapping[str, Target] | None,
) -> tuple[render.Rendered, Linker]:
    if targets is None:
        probe = Linker({}, path=article.path, language=language)
        await asyncio.to_thread(
            render.render, text.source, language=language, title=text.title, resolve=probe
        )
        wanted = [name for link in probe.found for name in names_of(link, article.path)]
        targets = targets_of(await queries.articles_named(work, wanted)) if wanted else {}
        if any(name not in targets for name in wanted):
            targets = await _with_left(work, targets)
    categories = {category.key for category in await queries.categories(work)}
    linker = Linker(targets, path=article.path, language=language, categories=categories)
    # A long article takes 50 ms: too much for a loop that others wait on.
    rendered = await asyncio.to_thread(
        render.render, text.source, language=language, title=text.title, resolve=linker
    )
    return rendered, linker


async def _derive(
    work: Work,
    article: Article,
    draft: _Draft,
    have: Mapping[str, Translation],
    targets: Mapping[str, Target] | None,
) -> bool:
    """Make zh-Hant out of zh-Hans, unless a person has written one; whether it changed."""
    saved = have.get(TRADITIONAL)
    if saved is not None and not saved.is_derived:
        return False
    words = await traditional_words(work)
    text = await asyncio.to_thread(traditional.traditional, draft.text, words)
    derived = _Draft(language=TRADITIONAL, text=text, state=draft.state, is_derived=True)
    return (await _store(work, article, derived, saved, targets)).is_changed


async def all_targets(work: Work) -> dict[str, Target]:
    """Every article that a link may lead to."""
    return await _with_left(work, targets_of(await queries.all_articles(work)))


async def linker_to_all(work: Work, *, path: str, language: str) -> Linker:
    """Follows links of a text that is no article itself, such as an announcement."""
    categories = {category.key for category in await queries.categories(work)}
    targets = await all_targets(work)
    return Linker(targets, path=path, language=language, categories=categories)


async def _with_left(work: Work, targets: Mapping[str, Target]) -> dict[str, Target]:
    """What links may mean that are written with an address an article has left."""
    known = dict(targets)
    for each in await left(work):
        for name in (f"{each.left_category}/{each.left_slug}", each.left_slug):
            known.setdefault(name, Target(each.id, each.category, each.slug))
    return known


async def set_state(work: Work, article_id: UUID, language: str, state: State) -> None:
    """Publish a translation, keep it for agents, take it back to draft, or archive it.

    The Traditional text made out of it goes the same way.

    Raises:
        NotAllowed: the actor may not publish or withdraw.
        ArticleNotFound: there is no such translation.
        ArticleMoved: somebody saved it at the same moment.
    """
    _need(work, "article.edit")
    _need(work, "article.publish")
    have = {each.language: each for each in await queries.translations(work, article_id)}
    saved = have.get(language)
    if saved is None:
        raise ArticleNotFound(article_id=article_id, language=language)
    if saved.state is state:
        return
    await queries.set_state(work, saved, state)
    await _changed(work, article_id, language, state, saved.state)
    if language == SIMPLIFIED and await queries.set_state_of_derived(
        work, article_id, TRADITIONAL, state
    ):
        await _changed(work, article_id, TRADITIONAL, state, saved.state)


async def traditional_words(work: Work) -> traditional.Words:
    """The reviewed list: what OpenCC writes and what people write."""
    return await queries.traditional_words(work)


async def save_traditional_words(work: Work, words: traditional.Words) -> None:
    _need(work, "article.edit")
    await queries.save_traditional_words(work, words)


@job("knowledge.mend_links")
async def mend_links(work: Work, article_id: UUID) -> None:
    """Render anew what links to an article that has come or moved. Twice does no harm."""
    await _render_again(work, await queries.linking_to(work, article_id))


async def render_outdated(work: Work) -> int:
    """Render anew what an older version of the renderer made; how many there were."""
    found = await queries.rendered_before(work)
    await _render_again(work, found)
    return len(found)


async def _render_again(work: Work, written: Iterable[queries.Written]) -> None:
    targets = await all_targets(work)
    for each in written:
        article = await queries.get_article(work, each.article_id)
        text = Text(title=each.title, source=each.source)
        rendered, linker = await _render(work, article, each.language, text, targets)
        whole = queries.Whole(
            article_id=each.article_id,
            language=each.language,
            text=text,
            rendered=rendered,
            state=each.state,
        )
        await queries.write_html(work, whole)
        await queries.write_links(work, each.article_id, each.language, [*linker.found.items()])
        await queries.touch(work, each.article_id)
        work.signal(CHANGED)


def _need(work: Work, permission: str) -> None:
    if not work.actor.may(permission):
        raise NotAllowed(permission=permission)
