"""A folder of Markdown comes in: all of it that can, and a word on what cannot."""

from pathlib import Path

import pytest

from fanlight.features.knowledge import importing, queries
from fanlight.features.knowledge.importing.components import without_components
from fanlight.features.knowledge.models import State
from fanlight.features.knowledge.queries import exporting
from fanlight.kernel.work import Actor, Work
from tests.features.knowledge.conftest import ARTICLES

VISITOR = Actor(kind="visitor")


def write(folder: Path, name: str, text: str | bytes) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)


def test_language_folders_are_known_by_many_names() -> None:
    for name, ours in {
        "zh": "zh-Hans",
        "zh-cn": "zh-Hans",
        "zh_TW": "zh-Hant",
        "zh-HK": "zh-Hant",
        "en": "en",
        "en-GB": "en",
    }.items():
        assert importing.language_of(name) == ours
    assert importing.language_of("images") is None


def test_what_cannot_be_taken_is_named_and_the_rest_comes(tmp_path: Path) -> None:
    write(tmp_path, "en/a/good.md", "---\ntitle: Good\n---\nText.\n")
    write(tmp_path, "en/a/untitled.md", "Just text.\n")
    write(tmp_path, "en/a/empty.md", "---\ntitle: Empty\n---\n\n")
    write(tmp_path, "en/a/broken.md", "---\ntitle: [\n---\nText.\n")
    write(tmp_path, "en/a/latin1.md", "---\ntitle: Grün\n---\nText\n".encode("latin-1"))
    write(tmp_path, "en/a/state.md", "---\ntitle: State\nstate: soon\n---\nText\n")
    write(tmp_path, "en/a/toml.md", "+++\ntitle = 'T'\ntags = [\nx\n+++\nText\n")
    write(tmp_path, "en/a/date.md", "---\ntitle: D\nupdated: 2026-13-01\n---\nText\n")
    write(tmp_path, "en/a/anchor.md", "---\ntitle: A\ntags: &x [a]\n---\nText\n")
    write(tmp_path, "en/a/headed.md", "# From the heading {#x}\n\nText\n")
    write(tmp_path, "pictures/notes.md", "# Not a language\n")
    write(tmp_path, "en-GB/a/good.md", "---\ntitle: Twice\n---\nText.\n")
    plan = importing.plan(tmp_path)

    assert {page.text.title for page in plan.pages} == {"From the heading", "Twice"} or {
        page.text.title for page in plan.pages
    } == {"Good", "From the heading"}
    reasons = {skipped.file: skipped.reason for skipped in plan.skipped}
    assert "neither a title nor a heading" in reasons["en/a/untitled.md:1"]
    assert "no text" in reasons["en/a/empty.md:4"]
    assert "YAML" in (reasons.get("en/a/broken.md:2") or reasons["en/a/broken.md:3"])
    assert "UTF-8" in reasons["en/a/latin1.md:2"]
    assert "soon" in reasons["en/a/state.md:3"]
    assert "TOML" in reasons["en/a/toml.md:4"]
    assert "YAML" in reasons["en/a/date.md:3"]
    assert "anchors" in reasons["en/a/anchor.md:3"]
    assert "no language we know" in reasons["pictures/"]
    assert any("the same place" in reason for reason in reasons.values())


def test_a_field_that_says_nothing_is_named_with_its_line_and_the_article_comes(
    tmp_path: Path,
) -> None:
    fields = "title: Fees\nupdated: soon\norder: first\nreview_by: someday\naudience: [nobody]"
    write(tmp_path, "en/a/fees.md", f"---\n{fields}\n---\nText.\n")
    write(tmp_path, "en/a/good.md", "---\ntitle: Good\nupdated: 2026-11-01\norder: 2\n---\nText.\n")
    plan = importing.plan(tmp_path)

    assert sorted(page.text.title for page in plan.pages) == ["Fees", "Good"]
    assert [(note.file, note.reason.split()[0]) for note in plan.skipped] == [
        ("en/a/fees.md:3", "updated"),
        ("en/a/fees.md:5", "review_by"),
        ("en/a/fees.md:4", "order"),
        ("en/a/fees.md:6", "audience"),
    ]


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        importing.plan(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ('{"articles":[{"id":1,"title":"x","body":"', "not JSON: Unterminated string"),
        ("[" * 200_000, "nested too deeply"),
        ('{"weather": "fine"}', "--from says which it is"),
    ],
)
def test_a_file_of_records_that_is_no_export_says_so(
    tmp_path: Path, written: str, why: str
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(written)
    with pytest.raises(importing.Unfit, match=why):
        importing.plan(file)


async def test_importing_twice_changes_only_what_changed(work: Work, tmp_path: Path) -> None:
    write(tmp_path, "en/fees/one.md", "---\ntitle: One\n---\nSee [two](two.md) and [no](no.md).\n")
    write(tmp_path, "en/fees/two.md", "---\ntitle: Two\n---\nSee [one](/fees/one).\n")
    first = await importing.carry_out(work, importing.plan(tmp_path), publish=True)
    again = await importing.carry_out(work, importing.plan(tmp_path), publish=True)
    write(tmp_path, "en/fees/two.md", "---\ntitle: Two\n---\nChanged.\n")
    third = await importing.carry_out(work, importing.plan(tmp_path), publish=True)

    assert (first.changed, again.changed, third.changed) == (2, 0, 1)
    assert again.broken_links == [("en/fees/one.md", "no.md")]
    article = await queries.article_at(work, "fees", "one")
    assert 'href="/en/a/fees/two"' in (await queries.translations(work, article.id))[0].html


async def test_without_publishing_new_articles_wait_and_old_ones_stay(
    work: Work, tmp_path: Path
) -> None:
    write(tmp_path, "en/fees/one.md", "---\ntitle: One\n---\nText.\n")
    await importing.carry_out(work, importing.plan(tmp_path), publish=False)
    article = await queries.article_at(work, "fees", "one")
    assert await queries.translations(work.acting_as(VISITOR), article.id) == []

    await importing.carry_out(work, importing.plan(tmp_path), publish=True)
    write(tmp_path, "en/fees/one.md", "---\ntitle: One\n---\nNewer.\n")
    await importing.carry_out(work, importing.plan(tmp_path), publish=False)
    (seen,) = await queries.translations(work.acting_as(VISITOR), article.id)
    assert "Newer" in seen.html


async def test_a_moved_article_takes_its_links_along(work: Work, tmp_path: Path) -> None:
    write(tmp_path, "en/fees/one.md", "---\ntitle: One\n---\nSee [two](article:two).\n")
    await importing.carry_out(work, importing.plan(tmp_path), publish=True)
    write(tmp_path, "en/limits/two.md", "---\ntitle: Two\n---\nText.\n")
    report = await importing.carry_out(work, importing.plan(tmp_path), publish=True)

    assert report.broken_links == []
    article = await queries.article_at(work, "fees", "one")
    assert 'href="/en/a/limits/two"' in (await queries.translations(work, article.id))[0].html


@pytest.mark.slow
async def test_the_starter_knowledge_base_comes_in_whole(work: Work) -> None:
    plan = importing.plan(ARTICLES)
    report = await importing.carry_out(work, plan, publish=True)

    assert report.read >= 88
    assert report.skipped == []
    assert report.broken_links == []
    assert report.missing_pictures == []
    states = await queries.states(work)
    languages = [language for _, language in states]
    assert languages.count("zh-Hans") == languages.count("zh-Hant") == languages.count("en")
    assert set(states.values()) == {State.PUBLISHED}
    names = {category.key: category for category in await queries.categories(work)}
    assert names["fiat"].named("zh-Hant").name == "法幣與 P2P"


@pytest.mark.slow
async def test_a_real_site_comes_in_with_a_report(work: Work, corpora: Path) -> None:
    told: list[tuple[int, int]] = []
    plan = importing.plan(corpora / "kb_ethereum" / "articles")
    report = await importing.carry_out(
        work, plan, publish=True, progress=lambda done, total: told.append((done, total))
    )

    assert (report.read, report.changed, report.skipped) == (374, 374, [])
    assert told[-1] == (374, 374)
    # Its links to pages that were left out of the corpus are broken in the source.
    assert ("en/bridges.md", "/get-eth/") in report.broken_links
    article = await queries.article_of_path(work, "developers/docs/scaling")
    assert article is not None
    texts = {text.language: text for text in await queries.translations(work, article.id)}
    assert set(texts) == {"en", "zh-Hans", "zh-Hant"}
    assert 'href="/en/a/developers/' in texts["en"].html
    assert texts["zh-Hans"].import_key == "zh/developers/docs/scaling"


async def test_an_audience_that_nobody_knows_is_for_agents_alone(
    work: Work, tmp_path: Path
) -> None:
    write(tmp_path, "en/a.md", "---\ntitle: A\naudience: [country:DE, country:FR]\n---\nText")
    write(tmp_path, "en/b.md", "---\ntitle: B\naudience: [public, whales]\n---\nText")
    plan = importing.plan(tmp_path)
    assert [(each.file, "internal" in each.reason) for each in plan.skipped] == [
        ("en/b.md:3", True)
    ]
    await importing.carry_out(work, plan, publish=True)

    states = await queries.states(work)
    assert states["a", "en"] is State.PUBLISHED
    assert states["b", "en"] is State.INTERNAL
    found = await exporting.texts(work, await exporting.ids(work), None, None)
    told = {each.path: each.audience for each in found}
    assert told == {"a": ["country:de", "country:fr"], "b": ["signed-in"]}


def test_what_a_component_holds_is_no_code() -> None:
    source = (
        '<InfoBanner emoji=":wave:">\n    Read **this** [page](/en/x).\n\n'
        "    <div>\n        And <a href='/en/y'>that</a>.\n    </div>\n</InfoBanner>\n\n"
        "```mdx\n<Card>\n    kept as it is\n</Card>\n```\n"
    )

    made = without_components(source)

    assert "\nRead **this** [page](/en/x).\n" in made
    assert "\nAnd <a href='/en/y'>that</a>.\n" in made
    assert "\n    kept as it is\n" in made
