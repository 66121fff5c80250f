"""Keys and passwords in what is imported: taken out and told, or kept as samples."""

from pathlib import Path

import pytest

from fanlight.features.knowledge import importing, looking, queries
from fanlight.features.knowledge.importing import Report
from fanlight.features.knowledge.queries import entries
from fanlight.features.trust.service import samples
from fanlight.kernel.audit import log
from fanlight.kernel.work import Work
from tests.features.knowledge.test_importing import write

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "en/a/wallet.md", f"---\ntitle: Wallets\n---\nText.\n\n```\n{PHRASE}\n```\n")
    node = "Start the admin page.\n\nUser: root\nPassword: admin\n"
    write(tmp_path, "en/a/node.md", f"---\ntitle: Nodes\n---\n{node}")
    write(tmp_path, "zh/a/wallet.md", f"---\ntitle: 钱包\n---\n例如：{PHRASE}\n")
    word = f'{{ name = "Phrase", definition = "Like {PHRASE}." }}'
    write(tmp_path, "glossary.toml", f'[[term]]\nkey = "phrase"\nen = {word}\n')
    return tmp_path


async def brought(work: Work, folder: Path, **chosen: bool) -> Report:
    return await importing.carry_out(work, importing.plan(folder), publish=True, **chosen)


async def sources(work: Work) -> dict[str, str]:
    [article] = [each for each in await queries.all_articles(work) if each.slug == "wallet"]
    return {each.language: each.source for each in await queries.translations(work, article.id)}


async def test_they_are_taken_out_and_told_with_their_lines(work: Work, folder: Path) -> None:
    report = await brought(work, folder)
    told = dict(report.secrets)
    assert told.pop("en/a/node.md:7") == "password"
    assert told.pop("en/a/wallet.md:7") == told.pop("zh/a/wallet.md:4") == "seed_phrase"
    assert told == {"glossary.toml:3": "seed_phrase"}
    [term] = await entries.terms(work)
    assert term.names["en"].definition == "Like [seed phrase taken out]."
    kept = await sources(work)
    assert "[seed phrase taken out]" in kept["en"]
    assert "助记词" in kept["zh-Hans"]
    assert not any("sausage" in each for each in kept.values())

    again = await brought(work, folder)
    assert (again.changed, again.secrets) == (0, report.secrets)


async def test_samples_are_kept_and_nobody_is_asked_again(work: Work, folder: Path) -> None:
    report = await brought(work, folder, are_samples=True)
    assert not report.secrets
    assert ("en/a/wallet.md:7", "seed_phrase") in report.samples
    assert all(PHRASE in each for each in (await sources(work)).values())
    await samples.look_over(work, [PHRASE], target="test", language="en")
    [line] = await log.page(work, action="text.samples_said")
    assert line.detail == {"kinds": ["password", "seed_phrase"]}

    again = await brought(work, folder)
    assert (again.changed, again.secrets, again.samples) == (0, [], [])


async def test_what_was_kept_before_anybody_was_asked_is_named(work: Work, folder: Path) -> None:
    await brought(work, folder, are_samples=True)
    assert [found async for found in looking.suspects(work)] == []
    await work.run("DELETE FROM text_samples")
    assert [found async for found in looking.suspects(work)] == [
        ("en/a/node:4", "password"),
        ("en/a/wallet:4", "seed_phrase"),
        ("zh-Hans/a/wallet:1", "seed_phrase"),
        ("glossary.toml", "seed_phrase"),
    ]
