"""Fresh tickets are read and ranked, people are believed, rules are saved only if they hold."""

from uuid import UUID

import pytest

from fanlight.features.guidance import keeping, labels, service, subscribers, timers
from fanlight.features.guidance.errors import RulesBroken, RulesMoved
from fanlight.features.guidance.keeping import shipped
from fanlight.features.guidance.models import Category, Urgency
from fanlight.features.guidance.queries import kept
from fanlight.features.guidance.rules import CONTENT
from fanlight.features.guidance.said import Said
from fanlight.features.guidance.triage import Guide
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import service as ticket_service
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.features.tickets.events import CustomerWrote, TicketOpened
from fanlight.features.tickets.models import Priority, Ticket
from fanlight.features.tickets.received import Received
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import store_outbox
from fanlight.kernel.work import Actor, Work
from tests.builders.tickets import hears

LEAD = Actor(
    kind="agent",
    id=new_id(),
    permissions=frozenset({"guide.edit", "ticket.see_all", "ticket.edit"}),
)
AGENT = Actor(kind="agent", id=new_id(), permissions=frozenset({"ticket.edit"}), queues=("other",))
SHIPPED = (CONTENT / "urgency.toml").read_text("utf-8")


async def opened(work: Work, text: str, **wanted: object) -> tuple[Ticket, TicketOpened]:
    taken: Received = await hears(work, text, **wanted)
    (event,) = [
        each
        for each in work.outbox
        if isinstance(each, TicketOpened) and each.ticket_id == taken.ticket_id
    ]
    return await tickets.get_ticket(work, event.ticket_id), event


async def ranked(work: Work, ticket_id: UUID) -> Priority:
    return (await tickets.get_ticket(work, ticket_id)).priority


@pytest.mark.parametrize(
    ("text", "priority", "category"),
    [
        ("My account was hacked and the coins are gone", Priority.URGENT, "account_compromised"),
        ("我的账号被盗了，币被转走", Priority.URGENT, "account_compromised"),
        ("登入不了，收不到驗證碼", Priority.HIGH, "sign_in"),
        ("提现手续费是多少", Priority.NORMAL, "fees"),
    ],
)
async def test_a_fresh_ticket_is_read_and_ranked_once(
    work: Work, text: str, priority: Priority, category: str
) -> None:
    ticket, event = await opened(work, text)

    await subscribers.read_ticket(work, event)
    await subscribers.read_ticket(work, event)  # delivered again

    found = await kept.triage_of(work, ticket.id)
    assert found is not None
    assert (found.category, found.category_by) == (category, "guide")
    assert found.reasons
    assert await ranked(work, ticket.id) is priority
    timeline = await ticket_service.timeline(work, ticket.id)
    said = [each for each in timeline if (each.activity or {}).get("what") == "priority"]
    assert len(said) <= 1


async def test_what_somebody_ranked_is_never_lowered_and_robots_rank_nothing(work: Work) -> None:
    ticket, event = await opened(work, "I cannot sign in")
    await ticket_service.rank(work, ticket.id, priority=Priority.URGENT, version=ticket.version)
    robot, _ = await opened(work, "My account was hacked", kind="autoreply", thread_key="robot")

    await subscribers.read_ticket(work, event)
    await store_outbox(work)

    assert await ranked(work, ticket.id) is Priority.URGENT
    assert await ranked(work, robot.id) is Priority.NORMAL
    assert await kept.triage_of(work, robot.id) is None
    queued = "SELECT payload ->> 'ticket_id' FROM jobs WHERE kind LIKE '%%guidance%%'"
    assert str(robot.id) not in await work.rows(str, queued)


async def test_what_stood_before_the_guide_is_read_and_keeps_its_rank(work: Work) -> None:
    ticket, event = await opened(work, "I cannot sign in")
    solved, _ = await opened(work, "How high are the fees?", thread_key="solved")
    await work.run("UPDATE tickets SET status = 'solved' WHERE id = %(id)s", id=solved.id)

    await timers.read_unread(work, None)
    await subscribers.read_ticket(work, event)  # the late delivery finds it read

    found = await kept.triage_of(work, ticket.id)
    assert found is not None
    assert found.category is Category.SIGN_IN
    assert await ranked(work, ticket.id) is Priority.NORMAL
    assert await kept.triage_of(work, solved.id) is None


async def test_who_is_robbed_while_waiting_moves_up(work: Work) -> None:
    ticket, event = await opened(work, "How high are the fees?")
    await subscribers.read_ticket(work, event)
    await hears(work, "Somebody is withdrawing from my account right now, it was not me")
    (more,) = [each for each in work.outbox if isinstance(each, CustomerWrote)]

    await subscribers.read_more(work, more)
    await subscribers.read_more(work, more)

    assert await ranked(work, ticket.id) is Priority.URGENT
    found = await kept.triage_of(work, ticket.id)
    assert found is not None
    assert found.urgency is Urgency.URGENT


async def test_what_the_writer_has_in_hand_is_read_at_once(work: Work) -> None:
    await keeping.guide_of(work)
    await hears(work, "My account was hacked and the coins are gone")
    await hears(work, "My deposit is late", thread_key="calm")
    await store_outbox(work)
    await hears(work, "It is 0.5 BTC", thread_key="calm")
    await hears(work, "Somebody is withdrawing from my account right now", thread_key="calm")

    await store_outbox(work)

    ranks = await work.rows(int, "SELECT priority FROM tickets ORDER BY opened_at, id")
    assert ranks == [Priority.URGENT, Priority.NORMAL]
    assert await work.rows(str, "SELECT category FROM ticket_triage ORDER BY category") == [
        Category.ACCOUNT_COMPROMISED, Category.DEPOSIT,
    ]  # fmt: skip
    queued = await work.rows(str, "SELECT kind FROM jobs WHERE kind LIKE '%%guidance%%'")
    assert queued == ["event:features.guidance.subscribers.read_more"]


@pytest.mark.parametrize("is_loaded", [False, True])
async def test_words_the_guide_stumbles_over_are_read_later(
    work: Work, monkeypatch: pytest.MonkeyPatch, *, is_loaded: bool
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise RuntimeError("of this pattern nobody thought")

    if is_loaded:
        await keeping.guide_of(work)
        monkeypatch.setattr(Guide, "understand", stumble)
    else:
        monkeypatch.setattr(keeping, "_loaded", {})
    taken = await hears(work, "My account was hacked and the coins are gone")

    await store_outbox(work)

    assert await kept.triage_of(work, taken.ticket_id) is None
    queued = await work.rows(str, "SELECT kind FROM jobs WHERE kind LIKE '%%guidance%%'")
    assert queued == ["event:features.guidance.subscribers.read_ticket"]


async def test_a_customers_word_stays_and_an_agents_is_learned_from(work: Work) -> None:
    ticket, event = await opened(work, "How long does a bank transfer take")
    await service.told_by_customer(work, ticket.id, Category.DEPOSIT)
    await subscribers.read_ticket(work, event)
    before = await labels.of_the_desk(work)
    with pytest.raises(TicketNotFound):
        await service.categorise(work.acting_as(AGENT), ticket.id, Category.FIAT)

    await service.categorise(work.acting_as(LEAD), ticket.id, Category.FIAT)

    found = await kept.triage_of(work, ticket.id)
    assert found is not None
    assert (found.category, found.category_by) == (Category.FIAT, "agent")
    assert before == []
    assert await labels.of_the_desk(work) == [
        {"text": "How long does a bank transfer take", "category": "fiat", "urgency": "normal"}
    ]


async def test_a_correction_teaches_when_a_lead_has_taken_it(work: Work) -> None:
    found = shipped().triage("Where is it")
    await service.note_correction(work, Said.by_anyone("Where is it"), found, Category.DEPOSIT)
    await service.note_correction(work, Said.by_anyone("Give me coins"), found, Category.LEGAL)
    wrong, right = await kept.waiting_corrections(work, limit=10)
    if right.category != Category.DEPOSIT:
        right, wrong = wrong, right
    with pytest.raises(NotAllowed):
        await service.decide(work.acting_as(AGENT), right.id, is_right=True)

    await service.decide(work.acting_as(LEAD), right.id, is_right=True)
    await service.decide(work.acting_as(LEAD), wrong.id, is_right=False)

    assert [each["category"] for each in await labels.of_the_desk(work)] == ["deposit"]
    assert await kept.waiting_corrections(work, limit=10) == []


async def test_rules_that_break_their_own_examples_are_refused_and_named(work: Work) -> None:
    lead = work.acting_as(LEAD)
    broken = SHIPPED.replace('"was hacked", ', "", 1).replace('"account hacked", ', "", 1)
    assert broken != SHIPPED
    silent = '[[rule]]\nname = "mine"\nurgency = "high"\nany = ["vanished"]\n'
    good = f'{SHIPPED}\n{silent}yes = ["My coins vanished"]\nno = ["My coins are here"]\n'

    with pytest.raises(RulesBroken) as refused:
        await service.save_rules(lead, broken, number=0)
    with pytest.raises(RulesBroken):
        await service.save_rules(lead, SHIPPED + silent, number=0)
    with pytest.raises(NotAllowed):
        await service.save_rules(work.acting_as(AGENT), good, number=0)
    saved = await service.save_rules(lead, good, number=0)
    with pytest.raises(RulesMoved):
        await service.save_rules(lead, good, number=0)

    assert "taken_over" in str(refused.value.params["where"])
    assert saved is not None
    guide = await keeping.guide_of(work)
    spoken = [rule.name for rule, _ in guide.rules.hear("my coins vanished").spoken]
    assert "mine" in spoken


@pytest.mark.slow
async def test_the_desks_labels_are_learned_beside_and_kept_on_disk(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [each for each in keeping.examples() if each["category"] in ("fees", "deposit")]
    monkeypatch.setattr(keeping, "examples", lambda: few)
    keeper = keeping.keeper_of(work.shelf)
    first = await keeper.catch_up(work)
    guide = await keeper.guide(work)
    ticket, _ = await opened(work, "The zorblatt is missing")
    await service.categorise(work.acting_as(LEAD), ticket.id, Category.FIAT)
    other, _ = await opened(work, "Zorblatt again", thread_key="other")
    await service.categorise(work.acting_as(LEAD), other.id, Category.FIAT)

    second = await keeper.catch_up(work)

    assert first != second
    assert await keeper.catch_up(work) == second
    taught = await keeper.guide(work)
    assert "fiat" in taught.taught.categories.names
    assert "fiat" not in guide.taught.categories.names
    assert taught.triage("zorblatt").category is Category.FIAT

    # Somebody tidies the folder while processes run: what was learned is made again.
    for file in (keeper.folder / f"{second}.taught", *keeper.folder.glob(f"{first}.taught")):
        file.unlink(missing_ok=True)
    assert await keeper.catch_up(work) == second
    assert (keeper.folder / f"{second}.taught").exists()
