"""One act freezes: with the proof it takes, once, in two seconds, whatever the exchange does."""

import asyncio
import signal
import sys
import time
from datetime import timedelta

import pytest
from msgspec.structs import replace

from fanlight.channels.contract import Author
from fanlight.channels.registry import Channels
from fanlight.exchange.contract import Exchange, NoExchange
from fanlight.features.guidance.emergency import acts, queries
from fanlight.features.guidance.emergency.errors import ProofTooWeak
from fanlight.features.guidance.emergency.models import Freeze, Proof, Road, State, Trouble
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.people.assurance import Level
from fanlight.features.people.service.customers import find_or_make_customer
from fanlight.features.tickets.models import Priority
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import new_id
from tests.builders.exchange import ALERT, LIN, LIN_MAIL, OKAFOR
from tests.builders.paper import PaperChannel
from tests.builders.tickets import hears
from tests.conftest import ROOT
from tests.features.guidance.emergency.conftest import CUSTOMER, Lane

ACKNOWLEDGED_S = 2.0


class Killed(BaseException):
    """The process is gone: nothing of ours catches this."""


async def now_of(lane: Lane, freeze: Freeze) -> Freeze:
    async with lane.edge.reading() as work:
        return await queries.get(work, freeze.id)


@pytest.mark.parametrize("road", ["session", "mailbox", "alert"])
async def test_whoever_has_the_proof_freezes_in_one_act(lane: Lane, road: str) -> None:
    proofs = {
        "session": lane.session(),
        "mailbox": lane.mailbox(LIN_MAIL),
        "alert": lane.alert(ALERT),
    }

    freeze = await lane.press(proofs[road])

    assert (freeze.state, freeze.uid) == (State.ACKNOWLEDGED, LIN)
    assert lane.exchange.keys == [str(freeze.id)]
    held = lane.exchange.freezes[str(freeze.id)]
    assert held.stops == {"withdrawals", "api_keys", "new_sessions", "security_changes"}
    ticket = await lane.ticket(freeze)
    assert (ticket.team, ticket.priority) == ("security", Priority.URGENT)
    assert ticket.due_at is not None
    assert 0 < (ticket.due_at - lane.edge.now()).total_seconds() <= 5 * 60


@pytest.mark.parametrize(
    ("road", "level"),
    [
        (Road.SESSION, Level.L0),
        (Road.SESSION, Level.L1),
        (Road.MAILBOX, Level.L0),
        (Road.AGENT, Level.L0),
    ],
)
async def test_less_than_the_proof_stops_nothing(lane: Lane, road: Road, level: Level) -> None:
    weak = Proof(road=road, level=level, method="none", proven_at=lane.edge.now(), uid=LIN)

    with pytest.raises(ProofTooWeak):
        await lane.press(weak)

    assert lane.exchange.keys == []
    assert await lane.count("freezes") == await lane.count("tickets") == 0


@pytest.mark.parametrize(
    ("proof", "trouble"),
    [("mailbox", Trouble.NO_ACCOUNT), ("alert", Trouble.LINK_SPENT)],
)
async def test_what_leads_to_no_account_is_said_and_stops_nobody(
    lane: Lane, proof: str, trouble: Trouble
) -> None:
    stranger = lane.mailbox("nobody@else.example") if proof == "mailbox" else lane.alert("x" * 40)

    freeze = await lane.press(stranger)

    assert (freeze.state, freeze.trouble, freeze.uid) == (State.FAILED, trouble, "")
    assert lane.exchange.freezes == {}
    # A proved mailbox gets a person; a link that anybody could make up rings nobody.
    assert (freeze.ticket_id is not None) == (proof == "mailbox")


async def test_a_spent_link_is_spent(lane: Lane) -> None:
    first = await lane.press(lane.alert(ALERT))
    again = await lane.press(lane.alert(ALERT))

    assert again.id == first.id  # the same press
    assert lane.exchange.keys == [str(first.id)]


async def test_a_link_made_for_something_else_does_not_freeze(lane: Lane) -> None:
    lane.exchange.links["other-0123456789"] = replace(
        lane.exchange.links[ALERT], purpose="unsubscribe"
    )

    freeze = await lane.press(lane.alert("other-0123456789"))

    assert (freeze.state, freeze.trouble) == (State.FAILED, Trouble.LINK_SPENT)
    assert lane.exchange.freezes == {}


async def test_twice_pressed_is_once(lane: Lane) -> None:
    both = await asyncio.gather(*(lane.press() for _ in range(5)))

    assert len({each.id for each in both}) == 1
    assert len(lane.exchange.keys) == 1
    assert await lane.count("tickets") == 1


async def test_two_roads_to_one_account_are_one_freeze(lane: Lane) -> None:
    by_mail = await lane.press(lane.mailbox(LIN_MAIL))
    signed_in = await lane.press()

    assert signed_in.id == by_mail.id


@pytest.mark.slow
@pytest.mark.parametrize("road", ["session", "mailbox", "alert"])
@pytest.mark.parametrize("mood", ["slow", "failing", "down"])
async def test_an_exchange_in_trouble_is_acknowledged_in_two_seconds_and_asked_again(
    lane: Lane, mood: str, road: str
) -> None:
    proofs = {
        "session": lane.session(),
        "mailbox": lane.mailbox(LIN_MAIL),
        "alert": lane.alert(ALERT),
    }
    lane.exchange.mood = mood

    began = time.monotonic()
    freeze = await lane.press(proofs[road])
    took = time.monotonic() - began

    assert took < ACKNOWLEDGED_S
    assert freeze.state is State.UNKNOWN
    assert freeze.trouble == ("slow" if mood == "slow" else "down")
    assert (await lane.ticket(freeze)).priority is Priority.URGENT
    assert "freeze_silent" in await lane.timeline(freeze)
    lane.exchange.mood = "well"
    await lane.run_due()
    after = await now_of(lane, freeze)
    assert (after.state, after.uid) == (State.ACKNOWLEDGED, LIN)
    assert lane.exchange.keys == [str(freeze.id)]
    assert (await lane.timeline(freeze))[-1] == "freeze_held"


async def test_killed_between_storing_and_asking_the_job_asks(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as killed:
        killed.setattr("fanlight.features.guidance.emergency.asking.ask", die)
        with pytest.raises(Killed):
            await lane.press()
    assert lane.exchange.keys == []

    await lane.run_due()
    await lane.run_due()  # and no job is left that would ask once more

    assert len(lane.exchange.keys) == 1
    assert (await lane.press()).state is State.ACKNOWLEDGED
    assert len(lane.exchange.keys) == 1


@pytest.mark.slow
async def test_a_process_killed_before_it_asked_leaves_the_wish_to_another(
    lane: Lane, fresh_database: str
) -> None:
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.features.guidance.emergency.killed", fresh_database,
        cwd=ROOT, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await killed.communicate()
    assert killed.returncode == -signal.SIGKILL, said.decode()[-2000:]
    assert lane.exchange.keys == []

    again = await lane.press()  # the customer presses once more: it is the same wish
    assert again.state is State.REQUESTED
    await lane.run_due()

    async with lane.edge.reading() as work:
        held = await queries.get(work, again.id)
    assert held.state is State.ACKNOWLEDGED
    assert lane.exchange.keys == [str(again.id)]
    assert await lane.count("freezes") == 1
    assert await lane.count("tickets") == 1


async def test_an_answer_lost_on_the_way_is_asked_for_under_the_same_key(lane: Lane) -> None:
    lane.set(EmergencySettings(first_try_s=0.2))
    asked = lane.exchange.freeze

    async def lost(uid: str, **given: object) -> object:
        held = await asked(uid, **given)  # type: ignore[arg-type]
        lane.exchange.freeze = asked  # type: ignore[method-assign]
        await asyncio.sleep(30)
        return held

    lane.exchange.freeze = lost  # type: ignore[assignment, method-assign]
    freeze = await lane.press()
    assert freeze.state is State.UNKNOWN

    await lane.run_due()

    assert (await now_of(lane, freeze)).state is State.ACKNOWLEDGED
    assert lane.exchange.keys == [str(freeze.id)] * 2
    assert len(lane.exchange.freezes) == 1


async def test_a_link_whose_answer_was_lost_freezes_still(lane: Lane) -> None:
    lane.set(EmergencySettings(first_try_s=0.2))
    asked = lane.exchange.one_use

    async def lost(token: str, *, key: str) -> object:
        await asked(token, key=key)  # spent there, and nobody here has heard it
        lane.exchange.one_use = asked  # type: ignore[method-assign]
        await asyncio.sleep(30)
        return None

    lane.exchange.one_use = lost  # type: ignore[assignment, method-assign]
    freeze = await lane.press(lane.alert(ALERT))
    assert freeze.state is State.UNKNOWN

    await lane.run_due()

    assert (await now_of(lane, freeze)).state is State.ACKNOWLEDGED


async def test_an_exchange_silent_for_hours_ends_with_a_person(lane: Lane) -> None:
    lane.exchange.mood = "down"
    freeze = await lane.press()

    lane.later += timedelta(hours=EmergencySettings().retry_hours, minutes=1)
    await lane.run_due()

    after = await now_of(lane, freeze)
    assert (after.state, after.trouble) == (State.FAILED, Trouble.DOWN)
    assert (await lane.timeline(freeze))[-1] == "freeze_failed"


async def test_without_an_exchange_a_person_has_it_at_once(lane: Lane) -> None:
    lane.edge.shelf.offer(NoExchange(), as_kind=Exchange)

    freeze, again = await lane.press(), await lane.press()

    assert (freeze.state, freeze.trouble) == (State.FAILED, Trouble.NOT_CONNECTED)
    assert (await lane.ticket(freeze)).priority is Priority.URGENT
    assert again.id == freeze.id


async def test_an_answer_about_another_account_is_no_answer(lane: Lane) -> None:
    asked = lane.exchange.freeze

    async def mixed_up(uid: str, **given: object) -> object:
        return await asked(OKAFOR, **given)  # type: ignore[arg-type]

    lane.exchange.freeze = mixed_up  # type: ignore[assignment, method-assign]

    freeze = await lane.press()

    assert (freeze.state, freeze.uid, freeze.since) == (State.UNKNOWN, LIN, None)


async def test_pressed_too_often_is_refused_for_this_account_alone(lane: Lane) -> None:
    lane.set(EmergencySettings(per_account_per_day=1))
    freeze = await lane.press()
    await _lift(lane, freeze)

    with pytest.raises(TooManyTries):
        await lane.press()

    assert (await lane.press(lane.session(OKAFOR))).state is State.ACKNOWLEDGED


async def test_a_neighbour_who_makes_up_links_keeps_nobody_out(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane.set(EmergencySettings(per_source_per_hour=2))
    monkeypatch.setattr(acts, "_LINKS_AT_ONCE", 3)
    for number in range(2 + 3):
        spent = await lane.press(lane.alert(f"made-up-{number}-0123456789"))
        assert spent.trouble is Trouble.LINK_SPENT
    in_line = await lane.press(lane.alert("made-up-5-0123456789"))

    mine = await lane.press(lane.alert(ALERT))  # through the same carrier, after all of these
    elsewhere = await lane.press(lane.session(OKAFOR))
    assert (in_line.state, mine.state) == (State.REQUESTED, State.REQUESTED)
    assert elsewhere.state is State.ACKNOWLEDGED
    await lane.run_due()

    async with lane.edge.reading() as work:
        assert (await queries.get(work, mine.id)).state is State.ACKNOWLEDGED
        assert (await queries.get(work, in_line.id)).trouble is Trouble.LINK_SPENT
        assert [each.id for each in await queries.latest(work)] == [elsewhere.id, mine.id]


async def test_another_network_is_asked_at_once_whatever_stands_in_line(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane.set(EmergencySettings(per_source_per_hour=1))
    monkeypatch.setattr(acts, "_LINKS_AT_ONCE", 1)
    monkeypatch.setattr(acts, "_LINKS_IN_LINE", 2)
    lane.exchange.mood = "down"
    for number in range(2):
        await lane.press(lane.alert(f"made-up-{number}-0123456789"))
    with pytest.raises(TooManyTries):  # a flood: as many wait as may wait at all
        await lane.press(lane.alert("made-up-2-0123456789"))
    await lane.press()  # who is signed in is not held up by it

    monkeypatch.setattr(acts, "_LINKS_IN_LINE", 100)
    lane.exchange.mood = "well"
    assert (await lane.press(lane.alert(ALERT), source="elsewhere")).uid == LIN


async def test_links_that_led_nowhere_are_forgotten(lane: Lane) -> None:
    await lane.press(lane.alert("made-up-0-0123456789"))
    kept = await lane.press()
    lane.later += timedelta(days=3)
    async with lane.edge.work() as work:
        work.enqueue("emergency.tidy")
    await lane.run_due()

    assert await lane.count("freezes") == 1
    async with lane.edge.reading() as work:
        assert (await queries.get(work, kept.id)).id == kept.id


async def test_made_up_links_while_the_exchange_is_away_ring_no_endless_alarm(lane: Lane) -> None:
    lane.exchange.mood = "down"
    for number in range(25):
        await lane.press(lane.alert(f"made-up-{number}-0123456789"), source=f"house {number}")

    assert await lane.count("tickets") == 20


async def test_a_customer_is_told_on_every_address_and_told_no_fact(lane: Lane) -> None:
    freeze = await lane.press(lane.mailbox(LIN_MAIL), actor=CUSTOMER)

    await lane.run_due()

    told = [text for to, text in lane.mail.letters if to == LIN_MAIL]
    assert len(told) == 1
    assert "frozen since" in told[0]
    assert LIN not in told[0]
    assert any("/en/freeze" in line for line in lane.mail.written[0].message.foot)
    await lane.run_due()
    assert len(lane.mail.letters) == 1
    assert (await now_of(lane, freeze)).state is State.ACKNOWLEDGED


async def _lift(lane: Lane, freeze: Freeze) -> None:
    async with lane.edge.work() as work:
        await work.run("UPDATE freezes SET state = 'lifted' WHERE id = %(id)s", id=freeze.id)


async def test_a_customer_of_several_channels_is_told_on_each(lane: Lane) -> None:
    """Their own mailbox here, the exchange's, a private talk elsewhere; a guess is told none."""
    other = PaperChannel("paper")
    mail, chat = lane.mail, lane.edge.shelf.of(Channels)
    lane.edge.shelf.offer(Channels([*chat, other]))
    async with lane.edge.work() as work:
        customer = await find_or_make_customer(work, "exchange", LIN)
        for address, is_proven in (("second@mail.example", True), ("typed@mail.example", False)):
            await work.run(
                """INSERT INTO identities (id, customer_id, kind, key, display, proven_at,
                    proven_by, created_at)
                VALUES (%(id)s, %(customer)s, 'email', %(key)s, %(key)s,
                    CASE WHEN %(is_proven)s THEN now() END, 'code', now())""",
                id=new_id(),
                customer=customer.id,
                key=address,
                is_proven=is_proven,
            )
        await hears(
            work, "Hello", author=Author(native_id=LIN, display="Lin"), identity_kind="exchange"
        )

    await lane.press()
    await lane.run_due()

    told = {to for to, text in mail.letters if "frozen since" in text}
    assert told == {LIN_MAIL, "second@mail.example"}
    assert "frozen since" in "".join(part.text for part in other.written)
