"""Nothing becomes official by one person, and what is official can be proven and looked up."""

import asyncio
import subprocess
from pathlib import Path
from shutil import which

import msgspec
import pytest
from msgspec.structs import replace

from fanlight.features.people.errors import StepUpNeeded
from fanlight.features.trust.errors import (
    AnotherPersonNeeded,
    ChangeDecided,
    SourceKnown,
    SourceUnfit,
)
from fanlight.features.trust.lookalikes import Standing
from fanlight.features.trust.models import Act, Kind, State, Wanted
from fanlight.features.trust.queries import official as queries
from fanlight.features.trust.service import agents, official, own, signing
from fanlight.features.trust.service.checking import Asked, check
from fanlight.kernel import audit
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Actor, Work
from tests.conftest import ROOT
from tests.features.trust.conftest import Person

HELP = Wanted(kind=Kind.DOMAIN, value="https://Help.Kestrel.example/x", words={"en": "Help"})


async def test_a_source_needs_two_persons(work: Work, person: Person) -> None:
    mei, ravi = await person("Mei"), await person("Ravi")
    change = await official.propose(mei, HELP, reason="the new help center")
    assert (await check(work, "help.kestrel.example", door="page")).verdict is Standing.UNKNOWN

    with pytest.raises(AnotherPersonNeeded):
        await official.confirm(mei, change.id)
    done = await official.confirm(ravi, change.id)

    assert (done.state, done.proposer, done.decider) == ("confirmed", "Mei", "Ravi")
    answer = await check(work, "HTTPS://help.kestrel.example:443/?a", door="page")
    assert (answer.verdict, answer.of and answer.of.words) == (Standing.OFFICIAL, {"en": "Help"})
    with pytest.raises(ChangeDecided):
        await official.confirm(ravi, change.id)
    told = [entry.action for entry in await audit.page(work)]
    assert told.count("official.proposed") == told.count("official.confirmed") == 1


async def test_no_seed_phrase_is_kept_in_what_is_asked_for(work: Work, person: Person) -> None:
    seed = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    mei = await person("Mei")
    told = replace(HELP, words={"en": f"Kestrel: {seed}"})
    change = await official.propose(mei, told, reason=f"Kestrel: {seed}")
    assert "sausage" not in f"{change.reason} {change.source.words}"
    assert change.reason.startswith("Kestrel: ")
    assert change.source.words["en"].startswith("Kestrel: ")


async def test_a_change_can_be_turned_down(work: Work, person: Person) -> None:
    mei, ravi = await person("Mei"), await person("Ravi")
    first = await official.propose(mei, HELP, reason="new")
    assert (await official.refuse(ravi, first.id)).state == "refused"
    second = await official.propose(mei, HELP, reason="again")
    assert (await official.refuse(mei, second.id)).state == "withdrawn"
    assert await queries.sources(work) == []


async def test_retiring_needs_two_persons_too(work: Work, person: Person, meridian: None) -> None:
    mei, ravi = await person("Mei"), await person("Ravi")
    source = next(each for each in await queries.sources(work) if each.value == "MeridianHQ")
    change = await official.propose_state(mei, source.id, State.RETIRED, reason="closed")
    with pytest.raises(SourceKnown):  # one open change of a source at a time
        await official.propose_change(ravi, source.id, words={}, native_id="", reason="other")
    assert (await check(work, "x.com/meridianhq", door="page")).verdict is Standing.OFFICIAL
    await official.confirm(ravi, change.id)
    answer = await check(work, "@MeridianHQ", door="page")
    assert (answer.verdict, answer.of and answer.of.until) == (
        Standing.RETIRED,
        work.now().date(),
    )
    back = await official.propose_state(ravi, source.id, State.OFFICIAL, reason="ours again")
    await official.confirm(mei, back.id)
    assert back.act is Act.RESTORE
    assert (await check(work, "@MeridianHQ", door="page")).verdict is Standing.OFFICIAL


async def test_a_stale_change_does_not_overwrite(work: Work, person: Person) -> None:
    mei, ravi = await person("Mei"), await person("Ravi")
    await official.confirm(ravi, (await official.propose(mei, HELP, reason="new")).id)
    [source] = await queries.sources(work)
    change = await official.propose_change(
        mei, source.id, words={"en": "Old words"}, native_id="", reason="words"
    )
    assert await queries.save(work, replace(source, words={"en": "Newer"}))
    with pytest.raises(ChangeDecided):
        await official.confirm(ravi, change.id)


async def test_who_may_not_and_who_is_not_fresh_is_refused(work: Work, person: Person) -> None:
    with pytest.raises(NotAllowed):
        await official.propose(await person("Kim", "ticket.reply"), HELP, reason="x")
    with pytest.raises(StepUpNeeded):
        await official.propose(await person("Kim", is_fresh=False), HELP, reason="x")
    mei = await person("Mei")
    change = await official.propose(mei, HELP, reason="x")
    with pytest.raises(NotAllowed):
        await official.confirm(await person("Kim", "ticket.reply"), change.id)
    with pytest.raises(NotAllowed):
        await official.add_confirmed(mei, HELP)


@pytest.mark.parametrize(
    ("kind", "value", "platform", "native_id"),
    [
        (Kind.DOMAIN, "", "", ""),
        (Kind.DOMAIN, "no host", "", ""),
        (Kind.DOMAIN, "a\u202eb.example", "", ""),
        (Kind.DOMAIN, "help.example", "telegram", ""),
        (Kind.DOMAIN, "help.example", "", "77"),
        (Kind.EMAIL, "help.example", "", ""),
        (Kind.PHONE, "call us", "", ""),
        (Kind.HANDLE, "desk", "", ""),
        (Kind.HANDLE, "desk", "tele gram", ""),
        (Kind.HANDLE, "x" * 300, "telegram", ""),
        (Kind.GROUP, "desk", "telegram", "7\n7"),
    ],
)
async def test_nonsense_is_not_proposed(
    person: Person, kind: Kind, value: str, platform: str, native_id: str
) -> None:
    wanted = Wanted(kind=kind, value=value, platform=platform, native_id=native_id)
    with pytest.raises(SourceUnfit):
        await official.propose(await person(), wanted, reason="why not")


async def test_what_stands_is_not_proposed_again(
    work: Work, person: Person, meridian: None
) -> None:
    mei = await person()
    again = Wanted(kind=Kind.EMAIL, value="SUPPORT@meridian.example")
    with pytest.raises(SourceKnown):
        await official.propose(mei, again, reason="x")


async def test_what_the_desk_writes_from_is_proposed_by_itself(
    work: Work, person: Person, settings: Settings
) -> None:
    brand = BrandSettings(help_url="https://help.kestrel.example", email="hi@kestrel.example")
    work.shelf.offer(settings.with_section(brand))
    assert {each.value for each in await own.missing(work)} >= {
        "help.kestrel.example",
        "hi@kestrel.example",
        "desk@paper.example",
    }
    await own.propose_own(work, None)
    await own.propose_own(work, None)
    opened = await queries.open_changes(work)
    assert sorted(each.source.value for each in opened) == [
        "desk@paper.example",
        "help.kestrel.example",
        "hi@kestrel.example",
    ]
    mei = await person()
    for change in opened:
        await official.confirm(mei, change.id)  # the desk proposed, one person confirms
    assert await own.missing(work) == []


async def test_what_was_turned_down_is_not_proposed_again(work: Work, person: Person) -> None:
    await own.propose_own(work, None)
    [change] = await queries.open_changes(work)
    await official.refuse(await person(), change.id)
    await own.propose_own(work, None)
    assert await queries.open_changes(work) == []
    assert [each.value for each in await own.missing(work)] == ["desk@paper.example"]


async def test_the_document_is_signed(work: Work, meridian: None, tmp_path: Path) -> None:
    text = await signing.document(work)
    key = signing.public_key(work.of(Sealer))
    read = signing.verify(text, key=key)
    assert {each.value for each in read.sources} >= {"meridian.example", "MeridianHelpBot"}
    fields = msgspec.json.decode(text)
    fields["sources"][0]["value"] = "evil.example"
    with pytest.raises(signing.BadSignature):
        signing.verify(msgspec.json.encode(fields), key=key)
    with pytest.raises(signing.BadSignature):
        signing.verify(text, key="A" * 43 + "=")
    for nonsense in (b"", b"[]", b"{}", b'{"key":5,"signature":"?"}', b"\xff" * 9):
        with pytest.raises(signing.BadSignature):
            signing.verify(nonsense)


async def test_jq_and_openssl_agree(work: Work, meridian: None, tmp_path: Path) -> None:
    """The commands of the guide, word for word, where both programs are there."""
    if not (which("jq") and which("openssl")):
        pytest.skip("jq and openssl are not installed")
    (tmp_path / "official.json").write_bytes(await signing.document(work))
    done = await asyncio.to_thread(_as_the_guide_says, tmp_path)
    assert "Verified Successfully" in done.stdout, done.stderr


def _as_the_guide_says(folder: Path) -> "subprocess.CompletedProcess[str]":
    guide = (ROOT / "docs" / "operations" / "official.md").read_text()
    commands = guide.partition("```sh\n")[2].partition("```")[0]
    return subprocess.run(["sh", "-c", commands], cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("text", "asked", "verdict", "of"),
    [
        ("7300412958", Asked.HANDLE, Standing.OFFICIAL, "MeridianHelpBot"),
        ("t.me/MeridianHelpBot", Asked.HANDLE, Standing.OFFICIAL, "MeridianHelpBot"),
        ("t.me/MeridianHe1pBot", Asked.HANDLE, Standing.LOOK_ALIKE, "MeridianHelpBot"),
        ("meridianx.example", Asked.DOMAIN, Standing.RETIRED, "meridianx.example"),
        ("merid\u0456an.example", Asked.DOMAIN, Standing.LOOK_ALIKE, "meridian.example"),
        ("+44 20 7946 0958", Asked.PHONE, Standing.OFFICIAL, "+44 20 7946 0958"),
        ("weather.example", Asked.DOMAIN, Standing.UNKNOWN, None),
        ("MS-", Asked.HANDLE, Standing.UNKNOWN, None),
        ("\u202e\u200b", Asked.NOTHING, Standing.UNKNOWN, None),
        ("a" * 1_000_000, Asked.NOTHING, Standing.UNKNOWN, None),
    ],
)
async def test_a_paste_is_judged(
    work: Work, meridian: None, text: str, asked: Asked, verdict: Standing, of: str | None
) -> None:
    answer = await check(work, text, door="page")
    found = answer.of.value if answer.of else None
    assert (answer.asked, answer.verdict, found) == (asked, verdict, of)
    assert len(answer.shown) <= 121


async def test_what_differs_is_marked(work: Work, meridian: None) -> None:
    answer = await check(work, "https://merid\u0456an.example/login", door="page")
    assert [(piece.text, piece.differs) for piece in answer.given] == [
        ("merid", False),
        ("\u0456", True),
        ("an.example", False),
    ]
    assert [piece.text for piece in answer.ours if piece.differs] == ["i"]
    assert answer.odd[0].name.startswith("CYRILLIC")
    assert answer.encoded.startswith("xn--")


async def test_an_agent_is_known_by_a_public_id(work: Work, person: Person) -> None:
    mei = await person("Mei")
    given = await agents.public_id(work, mei.actor.id)
    assert await agents.public_id(work, mei.actor.id) == given
    answer = await check(work, f" {given.lower()} ", door="page")
    assert (answer.asked, answer.verdict) == (Asked.AGENT, Standing.OFFICIAL)
    assert answer.agent is not None
    assert answer.agent.name == "Mei"
    await work.run("UPDATE agents SET state = 'suspended' WHERE id = %(id)s", id=mei.actor.id)
    assert (await check(work, given, door="page")).verdict is Standing.RETIRED
    other = given[:-1] + ("2" if given[-1] != "2" else "3")
    assert (await check(work, other, door="page")).verdict is Standing.UNKNOWN


async def test_lookups_are_counted_without_who_asked(work: Work, meridian: None) -> None:
    visitor = work.acting_as(Actor(kind="visitor"))
    for _ in range(3):
        await check(visitor, "weather.example", door="api")
    asked = await work.one(
        int, "SELECT asked FROM official_lookups WHERE kind = 'domain' AND door = 'api'"
    )
    assert asked == 3
