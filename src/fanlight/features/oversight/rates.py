"""How much an agent reads: counted as it happens, held against what is usual, stopped at a cap."""

from datetime import datetime, timedelta

from fanlight.features.oversight import queries
from fanlight.features.oversight.alerts import raise_alert
from fanlight.features.oversight.errors import CapReached
from fanlight.features.oversight.models import LIMITED, Figure, Kind, Measure, cap_of, floor_of
from fanlight.features.oversight.settings import OversightSettings
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_ENOUGH_HOURS = 10  # fewer say nothing of what is usual
_KEPT = timedelta(days=90)


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def limit_of(figure: Figure, settings: OversightSettings) -> int:
    """How many in an hour are unusual for this agent: never fewer than the settings say."""
    floor = floor_of(settings, figure.measure)
    if figure.hours < _ENOUGH_HOURS:
        return floor
    return max(floor, round(figure.usual * settings.alert_times))


async def hold_to_cap(work: Work, measure: Measure, n: int) -> None:
    """Whether the ``n``-th in this hour may still be done; what is refused is not counted.

    Raises:
        CapReached: a lead must give their word first. Leads are told.
    """
    settings = work.of(Settings)[OversightSettings]
    cap = cap_of(settings, measure)
    if n <= cap:
        return
    values = {"agent_id": work.actor.id, "measure": measure, "now": work.now()}
    words = await work.one(int, queries.WORDS_GIVEN, **values) or 0
    if n <= cap * (1 + words):
        return
    # In a work of its own: the refusal undoes the caller's, and must itself be remembered.
    async with work.of(Edge).work(work.actor) as own:
        await audit.record(own, "cap.reached", measure=measure, n=n - 1)
        key = f"cap:{own.actor.id}:{measure}:{hour_of(own.now()).isoformat()}:{words}"
        await raise_alert(own, Kind.CAP, key, agent_id=own.actor.id, measure=measure, n=n - 1)
    raise CapReached(measure=measure.value, cap=cap)


@cron("oversight.watch", every_s=60)
@job("oversight.watch")
async def watch(work: Work, _: None) -> None:
    """Tell leads of agents who read far more than usual; a second run tells nothing twice."""
    settings, this = work.of(Settings)[OversightSettings], hour_of(work.now())
    for hour in (this, this - timedelta(hours=1)):
        for figure in await work.rows(Figure, queries.BUSY, hour=hour):
            if figure.measure not in LIMITED or figure.hour < limit_of(figure, settings):
                continue
            key = f"rate:{figure.agent_id}:{figure.measure}:{hour.isoformat()}"
            await raise_alert(
                work,
                Kind.RATE,
                key,
                agent_id=figure.agent_id,
                measure=figure.measure,
                n=figure.hour,
                usual=round(figure.usual, 1),
            )


@cron("oversight.sweep", every_s=3600)
@job("oversight.sweep")
async def sweep(work: Work, _: None) -> None:
    """Forget looks whose slot is over, and figures older than what is usual is made of."""
    now = work.now()
    await work.run(queries.SWEEP_LOOKS, before=now - timedelta(hours=1))
    await work.run(queries.SWEEP_ACTIVITY, before=now - _KEPT)
