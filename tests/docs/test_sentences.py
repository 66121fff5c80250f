"""Whatever people or programs may meet has its sentence: errors, settings, events, jobs."""

import inspect
import string
import tomllib
from pathlib import Path

import msgspec
import pytest

from fanlight.app import discovery
from fanlight.app.migrate import head
from fanlight.kernel.events import Event, tag_of
from fanlight.kernel.i18n import keys, languages
from fanlight.kernel.jobs import CRONS, JOBS
from fanlight.kernel.settings import BadSettings, load, sections

pytestmark = pytest.mark.usefixtures("scripts")


@pytest.fixture(scope="module", autouse=True)
def house() -> None:
    """Every room imported, so that everything there is is known."""
    discovery.load_rooms()
    discovery.settings_of_doors()
    discovery.routes()


def fields_of(sentence: str | tuple[str, ...]) -> set[str]:
    forms = (sentence,) if isinstance(sentence, str) else sentence
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


def test_every_error_is_said_in_every_language() -> None:
    from reference import errors

    codes = errors.codes()
    missing = [
        f"{tag}: error.{code}"
        for tag in languages()
        for code in codes
        if not keys(tag).get(f"error.{code}")
    ]

    assert len(codes) > 50
    assert missing == []


def test_an_error_takes_the_same_facts_in_every_language() -> None:
    from reference import errors

    odd = [
        f"{tag}: error.{code}"
        for tag in languages()
        for code in errors.codes()
        if fields_of(keys(tag).get(f"error.{code}", ""))
        != fields_of(keys("en").get(f"error.{code}", ""))
    ]
    assert odd == []


def test_an_error_has_a_code_of_its_own() -> None:
    from reference.reading import kinds_of

    from fanlight.kernel.errors import FanlightError

    own = [kind for kind in kinds_of(FanlightError) if "code" in kind.__dict__]
    assert len({kind.code for kind in own}) == len(own)


def test_every_setting_has_its_sentence() -> None:
    from reference.reading import opening, sentences

    silent = [
        f"[{name}] {field.name}"
        for name, kind in sections().items()
        for field in msgspec.structs.fields(kind)
        if not sentences(kind).get(field.name, "").endswith((".", ".)", '"]'))
    ]

    assert silent == []
    assert all(opening(kind) for kind in sections().values())


def test_the_example_holds_every_key_and_is_read_as_the_defaults(
    root: Path, tmp_path: Path
) -> None:
    text = (root / "fanlight.example.toml").read_text("utf-8")
    spoken = "\n".join(
        line.removeprefix("# ") if line.startswith("# ") and " = " in line else line
        for line in text.splitlines()
    )
    there = tomllib.loads(spoken)
    assert {name: set(there[name]) for name in sections()} == {
        name: {field.name for field in msgspec.structs.fields(kind)}
        for name, kind in sections().items()
    }

    file = tmp_path / "fanlight.toml"
    file.write_text(spoken, "utf-8")
    read = load(file=file, environment={})
    assert all(read[kind] == kind() for kind in sections().values())

    file.write_text(spoken + "\nunheard_of = 1\n", "utf-8")
    with pytest.raises(BadSettings, match="unheard_of"):
        load(file=file, environment={})


def test_every_event_is_described_once() -> None:
    from reference.reading import kinds_of, opening

    events = kinds_of(Event)
    tags = [tag_of(kind) for kind in events]

    assert len(tags) == len(set(tags)) > 10
    assert [tag_of(kind) for kind in events if not opening(kind)] == []


def test_every_job_says_what_it_does_and_every_timer_has_its_job() -> None:
    ours = {name: job for name, job in JOBS.items() if not name.startswith("test.")}
    assert [name for name, job in ours.items() if not inspect.getdoc(job.run)] == []
    assert CRONS.keys() <= JOBS.keys()


def test_the_schema_page_is_of_the_newest_revision(root: Path) -> None:
    assert head() in (root / "docs/reference/schema.sql").read_text("utf-8")
