"""Equal reports are one campaign, what apes us is watched for, and the evidence can be packed."""

import io
import itertools
import zipfile
from uuid import UUID

import pytest

from fanlight.channels.contract import Author
from fanlight.channels.reported import MailHead
from fanlight.features.trust.errors import CampaignMoved, CampaignNotFound
from fanlight.features.trust.lookalikes import Standing
from fanlight.features.trust.queries import reports as queries
from fanlight.features.trust.reports import State
from fanlight.features.trust.service import scams, takedown, texts
from fanlight.features.trust.service.scams import Evidence, Taken
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work
from tests.builders.tickets import agent, hears
from tests.features.trust.conftest import Person

BTC = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
MAIL = b"From: x@evil.example\r\nSubject: Locked\r\n\r\nGo to https://meridian-login.example\r\n"


async def reported(work: Work, *values: str, **more: object) -> Taken:
    received = await hears(work, "a scam", thread_key=new_id().hex)
    assert received.ticket_id is not None
    evidence = Evidence(values=values, **more)  # type: ignore[arg-type]
    return await scams.take(work, evidence, ticket_id=received.ticket_id)


async def test_equal_reports_are_one_campaign(work: Work, meridian: None) -> None:
    first = await reported(work, "https://meridian-login.example/a")
    same = await reported(work, "meridian-login.example")
    drawn = await reported(work, "https://meridian-l0gin.example/other")
    other = await reported(work, "meridian-wallet.example")

    assert first.campaign_id == same.campaign_id == drawn.campaign_id != other.campaign_id
    assert [each.before for each in (first, same, drawn, other)] == [0, 1, 2, 0]
    assert [each.verdict for each in first.found] == [Standing.LOOK_ALIKE]
    assert first.campaign_id is not None
    campaign = await queries.get(work, first.campaign_id)
    assert campaign is not None
    assert (campaign.reports, campaign.is_watched) == (3, True)


async def test_a_mail_brings_its_sender_and_its_links(work: Work, meridian: None) -> None:
    head = MailHead(sender='"Meridian" <x@evil.example>', reply_to='"" <y@evil2.example>')
    taken = await reported(
        work, mail=head, mail_text="Go to https://meridian-login.example", original=MAIL
    )
    assert {each.value for each in taken.found} == {
        "x@evil.example",
        "y@evil2.example",
        "meridian-login.example",
    }
    again = await reported(work, "y@evil2.example")
    assert again.campaign_id == taken.campaign_id


async def test_what_is_ours_or_nothing_opens_no_campaign(work: Work, meridian: None) -> None:
    for values in (("https://help.meridian.example",), ("support@meridian.example",), ("",), ()):
        assert (await reported(work, *values)).campaign_id is None
    shop = await reported(work, "https://shop.example/a")
    assert shop.campaign_id is not None
    campaign = await queries.get(work, shop.campaign_id)
    assert campaign is not None
    assert not campaign.is_watched  # a stranger's site is no scam because somebody says so


async def test_a_mail_with_a_secret_is_not_kept(work: Work, meridian: None) -> None:
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    taken = await reported(work, "meridian-x.example", original=MAIL + phrase.encode())
    assert taken.campaign_id is not None
    [report] = await queries.reports_of(work, taken.campaign_id)
    assert report.original_id is None


async def names(work: Work, text: str, **more: object) -> list[tuple[str, UUID | None]]:
    received = await hears(work, text, thread_key=new_id().hex, **more)
    assert received.message_id is not None
    found = await texts.of_messages(work, [received.message_id])
    return [(each.value, each.campaign_id) for each in found.get(received.message_id, [])]


async def test_what_is_watched_for_is_told_when_it_comes_again(
    work: Work, person: Person, meridian: None
) -> None:
    taken = await reported(work, "meridian-login.example", BTC, "thief@evil.example")
    wanted = taken.campaign_id
    assert wanted is not None
    assert ("https://meridian-l0gin.example/x", wanted) in await names(
        work, "Yesterday I opened https://meridian-l0gin.example/x"
    )
    # What else stood in the report may be anybody's, until a person has looked.
    assert await names(work, f"they told me to send to {BTC}") == []
    mei = await person("Mei")
    await scams.turn(mei, wanted, state=State.OPEN, is_watched=True, version=1)
    assert (BTC, wanted) in await names(work, f"they told me to send to {BTC}")
    by_thief = await names(
        work, "hello", author=Author(native_id="thief@evil.example", display="Bob")
    )
    assert [campaign for _, campaign in by_thief] == [wanted]
    assert await names(work, "hello") == []
    campaign = await queries.get(work, wanted)
    assert campaign is not None
    assert campaign.hits == 3

    await scams.turn(mei, wanted, state=State.DISMISSED, is_watched=True, version=campaign.version)
    assert [c for _, c in await names(work, f"see {BTC}")] == []
    with pytest.raises(CampaignMoved):
        await scams.turn(mei, wanted, state=State.OPEN, is_watched=True, version=1)


async def test_the_pack_holds_the_evidence_and_no_reporter(
    work: Work, person: Person, meridian: None
) -> None:
    head = MailHead(
        subject="=cmd|' /C calc'!A0", sender='"Meridian" <x@evil.example>',
        received=("from evil.example by mx",), authentication=("mx; dmarc=fail",),
    )  # fmt: skip
    taken = await reported(work, "meridian-login.example", mail=head, original=MAIL)
    assert taken.campaign_id is not None
    mei = await person("Mei", "official.manage", "ticket.reply")
    packed = zipfile.ZipFile(io.BytesIO(await takedown.pack(mei, taken.campaign_id)))
    assert set(packed.namelist()) == {
        "letter.txt", "indicators.csv", "reports.csv", "headers/1.json", "mails/1.eml",
    }  # fmt: skip
    letter = packed.read("letter.txt").decode()
    assert "domain: meridian-login.example" in letter
    assert "imitates meridian.example" in letter
    assert all(len(line) <= 78 for line in letter.splitlines())
    # A line ends because the next word has no room, never in the middle of the page.
    first = letter.split("\n\n")[1].splitlines()
    assert all(
        len(line) + 1 + len(after.split()[0]) > 78 for line, after in itertools.pairwise(first)
    )
    assert "MeridianHelp" not in letter  # a name without its platform tells a registrar nothing
    assert ",'," not in packed.read("reports.csv").decode()  # an empty cell stays empty
    assert packed.read("mails/1.eml") == MAIL
    assert b",'=cmd" in packed.read("reports.csv").replace(b'"', b"")
    assert b"Ling" not in b"".join(packed.read(name) for name in packed.namelist())


async def test_who_may_not_is_refused(work: Work, person: Person, meridian: None) -> None:
    taken = await reported(work, "meridian-login.example")
    assert taken.campaign_id is not None
    nobody = work.acting_as(agent(may=frozenset()))
    with pytest.raises(NotAllowed):
        await scams.campaign(nobody, taken.campaign_id)
    mei = work.acting_as(agent())
    campaign, indicators, reports = await scams.campaign(mei, taken.campaign_id)
    assert (campaign.reports, len(indicators)) == (1, 1)
    assert reports == []  # tickets of others, which this agent does not see
    lead = work.acting_as(agent(may=frozenset({"ticket.reply", "ticket.see_all"})))
    assert len((await scams.campaign(lead, taken.campaign_id))[2]) == 1
    with pytest.raises(NotAllowed):
        await scams.turn(mei, taken.campaign_id, state=State.GONE, is_watched=False, version=1)
    with pytest.raises(NotAllowed):
        await takedown.pack(mei, taken.campaign_id)
    with pytest.raises(CampaignNotFound):
        await scams.campaign(mei, new_id())
