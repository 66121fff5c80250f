"""Decides which story happens to whom, and when: a month of a desk that is open all day."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.app.demo.cast import Customer
from fanlight.app.demo.stories import Story, Written
from fanlight.app.demo.telling import tell
from fanlight.app.demo.told import Told
from fanlight.app.demo.writing import LINES, Desk, Scene
from fanlight.features.tickets.models import Status, Ticket

DAYS = 30
_REOPEN = timedelta(days=14)  # a thread solved longer ago goes on under a ticket of its own
_BUSY = range(9, 24)  # hours of the brand's zone in which most customers write

# How much of its promise is left on open tickets, in turn: in parts of the promise, or, where it
# is about to break or has broken, in minutes.
_LEFT: Sequence[float | timedelta] = (
    0.55,
    timedelta(minutes=4),
    0.8,
    timedelta(minutes=-7),
    0.35,
    timedelta(minutes=11),
    0.9,
    0.65,
    timedelta(minutes=2),
    0.2,
    timedelta(minutes=-48),
    0.7,
)


class Way(msgspec.Struct, frozen=True):
    """Whether a telling stops where its story may still be open, and with somebody at it."""

    is_open: bool = False
    is_taken: bool = False


def play(
    desk: Desk,
    stories: Sequence[Story],
    customers: Mapping[UUID, Customer],
    now: datetime,
    *,
    seed: int = 7,
) -> list[Told]:
    """Every telling of every story, the earliest first; the newest has just happened."""
    return _Month(desk, customers, now, seed).play(stories)


class _Month:
    def __init__(
        self, desk: Desk, customers: Mapping[UUID, Customer], now: datetime, seed: int
    ) -> None:
        self.desk, self.customers, self.now = desk, customers, now
        # Spreads stories over people and days; guards nothing.
        self.chance = random.Random(seed)  # noqa: S311
        self.turns: Counter[str] = Counter()
        self.left = 0
        self.tried: dict[tuple[str, Way], tuple[Ticket, timedelta]] = {}
        self.told: dict[UUID, set[str]] = {each: set() for each in customers}  # no story twice
        self.threads: dict[str, Told] = {}  # the last ticket of a thread that stays

    def play(self, stories: Sequence[Story]) -> list[Told]:
        """Who takes part is decided in the order of time, so that threads go on as they would."""
        tellings = [(story, way) for story in stories for way in _ways(story)]
        times = [(self._begins_at(story, way), story, way) for story, way in tellings]
        told = [
            self._telling(story, way, begins_at)
            for begins_at, story, way in sorted(times, key=lambda each: each[0])
        ]
        return sorted(told, key=lambda each: each.ticket.opened_at)

    def _begins_at(self, story: Story, way: Way) -> datetime:
        """When to begin, so that it ends when such a ticket would have ended by now."""
        ticket, lasts = self._tried(story, way)
        return self.now - lasts - self._ago(ticket, lasts)

    def _tried(self, story: Story, way: Way) -> tuple[Ticket, timedelta]:
        """What becomes of a ticket of which this is told from now on, and how long it takes."""
        key = (story.written.key, way)
        if key not in self.tried:
            nobody, customer = next(iter(self.customers.items()))
            scene = self._scene(story, way, nobody, customer)
            told = tell(self.desk, scene, self.now)
            lasts = max(each.created_at for each in told.messages) - self.now
            self.tried[key] = (told.ticket, lasts)
        return self.tried[key]

    def _scene(self, story: Story, way: Way, customer_id: UUID, customer: Customer) -> Scene:
        return Scene(
            story=story,
            customer=customer,
            customer_id=customer_id,
            # The same for the trial and for the telling, so that both last equally long.
            seed=sum(map(ord, story.written.key)),
            variant=self.chance.getrandbits(32),
            is_open=way.is_open,
            is_taken=way.is_taken,
            is_signed=not story.written.is_guest,
        )

    def _ago(self, ticket: Ticket, lasts: timedelta) -> timedelta:
        """How long ago the last step was."""
        if ticket.status is Status.OPEN and ticket.needs_answer and ticket.due_at is not None:
            promise = ticket.due_at - (self.now + lasts)
            wanted = _LEFT[self.left % len(_LEFT)]
            self.left += 1
            left = wanted if isinstance(wanted, timedelta) else promise * wanted
            left += promise * self.chance.uniform(-0.06, 0.06)
            return max(promise - left, timedelta(seconds=self.chance.uniform(30, 90)))
        if ticket.status is Status.SOLVED:
            return self._any_day()
        if ticket.status is Status.OPEN and LINES[ticket.channel].is_live:
            return timedelta(minutes=self.chance.uniform(1, 50))
        hours = {Status.OPEN: (0.2, 20), Status.WAITING: (2, 90), Status.SPAM: (3, 300)}
        return timedelta(hours=self.chance.uniform(*hours[ticket.status]))

    def _any_day(self) -> timedelta:
        """Some moment of the month, by day rather than by night."""
        while True:
            ago = timedelta(hours=self.chance.uniform(0.3, DAYS * 24))
            hour = (self.now - ago).astimezone(self.desk.zone).hour
            if hour in _BUSY or self.chance.random() < 0.2:
                return ago

    def _telling(self, story: Story, way: Way, begins_at: datetime) -> Told:
        customer_id, before = self._customer(story, begins_at)
        customer = self.customers[customer_id]
        self.told[customer_id].add(story.written.key)
        scene = self._scene(story, way, customer_id, customer)
        if before is not None:
            scene = replace(scene, follows=before.ticket)
        if way.is_open and story.written.cause and customer.uid and self.desk.happens is not None:
            happened = self.desk.happens(customer.uid, story.written.cause, begins_at)
            scene = replace(scene, happened=happened)
        scene = replace(scene, turn=self.turns[story.written.key])
        self.turns[story.written.key] += 1
        told = tell(self.desk, scene, begins_at)
        if before is not None:
            before.threads = [replace(each, is_current=False) for each in before.threads]
        if customer.telegram is not None and story.written.channel == "telegram.private":
            self.threads[customer.telegram] = told
        return told

    def _customer(self, story: Story, begins_at: datetime) -> tuple[UUID, Told | None]:
        """One who writes this language on this channel and has not written much; by chance."""
        written = story.written
        fitting = [
            (customer_id, before)
            for customer_id, customer in self.customers.items()
            if customer.language == written.language
            and _can_write(customer, written)
            and written.key not in self.told[customer_id]
            for before in [self._before(customer, written.channel)]
            if before is None or _is_over(before, begins_at)
        ]
        if not fitting:
            raise LookupError(f"nobody is left for {written.key}")
        least = min(len(self.told[customer_id]) for customer_id, _ in fitting)
        return self.chance.choice(
            [each for each in fitting if len(self.told[each[0]]) <= least + 1]
        )

    def _before(self, customer: Customer, channel: str) -> Told | None:
        """The ticket on which this thread stands now."""
        if channel != "telegram.private" or customer.telegram is None:
            return None
        return self.threads.get(customer.telegram)


def _ways(story: Story) -> Iterator[Way]:
    for _ in range(story.written.times):
        yield Way()
    for number in range(story.written.open):
        yield Way(is_open=True, is_taken=(number + len(story.written.key)) % 2 == 0)


def _can_write(customer: Customer, written: Written) -> bool:
    if written.is_spam or customer.is_stranger:
        return written.is_spam and customer.is_stranger
    if (customer.uid is None) != written.is_guest:
        return False
    match written.channel:
        case "telegram.private":
            return customer.telegram is not None
        case "chat.web":
            # Who plays one of them on the demo exchange begins their first chat there.
            return not customer.is_visiting
    return True


def _is_over(before: Told, begins_at: datetime) -> bool:
    solved_at = before.ticket.solved_at
    return solved_at is not None and begins_at > solved_at + _REOPEN
