"""Paths, the teams that answer for articles, what is asked most, steps that fail."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from fanlight.features.knowledge import (
    entries,
    glossary,
    guides,
    importing,
    legal,
    queries,
    readers,
    shelving,
)
from fanlight.features.knowledge.asked import Tally, forget, most_asked
from fanlight.features.knowledge.errors import CategoryNotFound, EntryMoved, EntryUnfit
from fanlight.features.knowledge.models import CategoryName, Step, Team
from fanlight.features.knowledge.models import Path as Way
from fanlight.features.knowledge.queries import asked as kept
from fanlight.features.knowledge.queries import guides as stored
from fanlight.features.knowledge.queries import shelving as shelves
from fanlight.features.knowledge.why import Why
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Work
from tests.conftest import NOON
from tests.features.knowledge.room import VISITOR, Room


async def test_an_article_s_own_team_goes_before_its_category_s(room: Room) -> None:
    article = await room.published()
    work = room.work
    for key, categories in (("wallets", ["fees"]), ("security", [])):
        await guides.save_team(work, Team(key=key, names={"en": key}, categories=categories))

    assert await stored.team_of(work, "fees", article.slug) == {"en": "wallets"}
    await work.run("UPDATE kb_articles SET team = 'security' WHERE id = %(id)s", id=article.id)
    assert await stored.team_of(work, "fees", article.slug) == {"en": "security"}
    assert await stored.team_of(work, "basics", "nothing") == {}
    with pytest.raises(NotAllowed):
        await guides.save_team(work.acting_as(VISITOR), Team(key="x", names={"en": "X"}))
    (team,) = [each for each in await stored.teams(work) if each.key == "security"]
    with pytest.raises(EntryMoved):
        await guides.save_team(work, replace(team, version=7))
    with pytest.raises(CategoryNotFound):
        await guides.save_team(work, replace(team, categories=["nowhere"]))
    await guides.remove_team(work, "security", version=team.version)
    assert await stored.team_of(work, "fees", article.slug) == {"en": "wallets"}


async def test_a_path_is_kept_as_written(room: Room) -> None:
    article = await room.published()
    name = CategoryName(name="First week", description="A day each")
    step = Step(article=f"fees/{article.slug}", anchor="day-1", names={"zh-Hans": name})
    way = Way(key="start", position=1, names={"en": name}, steps=[step])
    await guides.load(room.work, [], [way])
    await guides.load(room.work, [], [way])
    assert await stored.paths(room.work) == [replace(way, version=1)]
    with pytest.raises(NotAllowed):
        await guides.save_path(room.work.acting_as(VISITOR), way)

    saved = await guides.save_path(room.work, replace(way, position=2, version=1))
    assert await stored.paths(room.work) == [saved] == [replace(way, position=2, version=2)]
    with pytest.raises(EntryMoved):
        await guides.save_path(room.work, replace(way, version=1))
    with pytest.raises(EntryUnfit) as refused:
        await guides.save_path(room.work, replace(saved, steps=[step, Step(article="gone")]))
    assert (refused.value.params["why"], refused.value.params["number"]) == ("article", 2)
    with pytest.raises(EntryUnfit):
        await guides.save_path(room.work, replace(saved, steps=[]))
    with pytest.raises(EntryMoved):
        await guides.remove_path(room.work, "start", version=1)
    await guides.remove_path(room.work, "start", version=2)
    assert await stored.paths(room.work) == []


async def test_a_step_stays_when_its_article_moves(room: Room) -> None:
    article = await room.published()
    work = room.work
    step = Step(article=f"fees/{article.slug}", anchor="day-1")
    way = Way(key="start", position=1, names={"en": CategoryName(name="Week")}, steps=[step])
    await guides.save_path(work, way)
    (shelf,) = [each for each in await shelves.shelves(work) if each.key == "fees"]
    await shelving.rename(work, "fees", "costs", version=shelf.version)

    (kept_way,) = await stored.paths(work)
    assert kept_way.steps == [replace(step, article=f"costs/{article.slug}")]
    await guides.save_path(work, kept_way)
    assert (await stored.paths(work))[0].steps == kept_way.steps


def test_files_know_every_language_that_has_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "LANGUAGES", ("en", "eo"))
    (tmp_path / "glossary.toml").write_text(
        '[[term]]\nkey = "gas"\n[term.eo]\nname = "Gaso"\ndefinition = "Kosto."\n'
        '[term.xx]\nname = "no folder"\ndefinition = ""\n'
    )
    (tmp_path / "legal.toml").write_text(
        '[[text]]\nkey = "risk"\n[text.eo]\ntitle = "Risko"\nsource = "Gardu vin."\n'
    )

    def refuse(entry: str, why: Why) -> None:
        pytest.fail(f"{entry}: {why}")

    (term,), (text,) = glossary.read(tmp_path, refuse), legal.read(tmp_path, refuse)
    (way,) = guides.read_paths('[[path]]\nkey = "start"\neo = { name = "Semajno" }\n')
    assert {tag: word.name for tag, word in term.names.items()} == {"eo": "Gaso"}
    assert {tag: words.title for tag, words in text.texts.items()} == {"eo": "Risko"}
    assert way.names["eo"].name == "Semajno"


def test_files_of_paths_and_teams_are_read_or_named() -> None:
    assert guides.read_paths("") == []
    assert guides.read_teams("") == []
    (way,) = guides.read_paths(
        '[[path]]\nkey = "start"\norder = 3\nen = { name = "Week" }\n'
        '[[path.step]]\narticle = "a/b#c"\nzh-Hant = { name = "日" }\n'
    )
    assert (way.key, way.position, way.names["en"].name) == ("start", 3, "Week")
    assert (way.steps[0].article, way.steps[0].anchor) == ("a/b", "c")
    assert way.steps[0].names["zh-Hant"].name == "日"
    with pytest.raises(msgspec.ValidationError):
        guides.read_teams("[[team]]\nkey = 3\n")


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "teams.toml").write_text("[[team]]\nkey = 3\n", "utf-8")
    articles = tmp_path / "articles"
    articles.mkdir()

    assert [each.file for each in importing.plan(articles).skipped] == ["teams.toml"]


async def test_what_is_asked_most_is_counted_and_weighed(room: Room) -> None:
    often, seldom = await room.published(title="Often"), await room.published(title="Seldom")
    hour = NOON.replace(minute=0)
    counts = Counter({(hour, seldom.id, False): 4, (hour, often.id, True): 2})
    await kept.add(room.work, counts)
    await kept.add(room.work, counts)  # another process counted the same

    found = await most_asked(room.work, ["en"], hours=24, limit=2, least=10)
    assert found is not None
    # Two searches weigh more than four views.
    assert [line.article_id for line in found.lines] == [often.id, seldom.id]
    assert await most_asked(room.work, ["en"], hours=24, limit=2, least=13) is None
    assert await most_asked(room.work, ["en"], hours=24, limit=3, least=1) is None

    await forget(room.work, None)
    assert await kept.total(room.work, NOON - timedelta(days=9)) == 12


async def test_drafts_are_never_the_most_asked(room: Room) -> None:
    hidden, shown = await room.create(title="Hidden"), await room.published(title="Shown")
    hour = NOON.replace(minute=0)
    await kept.add(room.work, {(hour, hidden.id, True): 50, (hour, shown.id, True): 1})
    lines = await kept.most_asked(
        room.work.acting_as(VISITOR), ["en"], since=NOON - timedelta(hours=9), limit=9
    )
    assert [line.article_id for line in lines] == [shown.id]


async def test_a_visitor_counts_once_an_hour(room: Room) -> None:
    article = await room.published()
    tally = Tally()
    for minute in (0, 1, 59, 60):
        now = NOON + timedelta(minutes=minute)
        tally.add(article.id, "visitor", now=now, is_search=False)
    assert sum(tally._counts.values()) == 2


async def test_a_step_that_fails_is_counted_by_its_reason(work: Work, room: Room) -> None:
    article = await room.published()
    visitor = work.acting_as(VISITOR)
    for reason in (readers.Reason.WRONG, readers.Reason.WRONG, readers.Reason.UNCLEAR):
        await readers.rate(
            visitor,
            article.id,
            "en",
            is_helpful=False,
            reason=reason,
            step="step-2",
            visitor="somebody",
        )
    await readers.rate(visitor, article.id, "en", is_helpful=True, visitor="somebody")
    (step,) = await queries.failing_steps(work, article.id, since=NOON - timedelta(days=1))
    assert (step.step, step.times) == ("step-2", 3)
    assert step.reasons == {"wrong": 2, "unclear": 1}
