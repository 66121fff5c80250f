"""A lead's word: an agent who reached a cap asks to go on, somebody else lets them, for a while."""

from datetime import timedelta
from uuid import UUID

from fanlight.features.oversight import queries
from fanlight.features.oversight.alerts import TOPIC
from fanlight.features.oversight.errors import WordNotFound, WordNotOnesOwn
from fanlight.features.oversight.models import Measure, Word
from fanlight.features.oversight.settings import OversightSettings
from fanlight.features.people.errors import ReasonNeeded
from fanlight.features.people.names import one_line
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.ids import new_id
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_SHORTEST, _LONGEST = 4, 300


async def ask(work: Work, measure: Measure, reason: str) -> None:
    """Ask to go on; asking again while one waits changes nothing. Raises ReasonNeeded."""
    said = one_line(redact(reason[:2_000]).text, _LONGEST)
    if len(said) < _SHORTEST:
        raise ReasonNeeded
    values = {"id": new_id(), "agent_id": work.actor.id, "measure": measure, "reason": said}
    if await work.run(queries.ASK_WORD, **values, at=work.now()):
        await audit.record(work, "word.asked", measure=measure, reason=said)
        work.signal(TOPIC)


async def asked(work: Work) -> list[Word]:
    """Who waits for a word, the longest first. Raises NotAllowed."""
    needs(work.actor, "oversight.see")
    return await work.rows(Word, queries.ASKED_WORDS)


async def settle(work: Work, word_id: UUID, *, is_given: bool) -> Word:
    """Let an agent go on, or not.

    Raises:
        NotAllowed: the actor may not.
        WordNotFound: nobody waits for it any more.
        WordNotOnesOwn: the actor asked for it themselves.
    """
    needs(work.actor, "oversight.manage")
    word = await work.one(Word, queries.LOCK_WORD, id=word_id)
    if word is None:
        raise WordNotFound
    if word.agent_id == work.actor.id:
        raise WordNotOnesOwn
    now = work.now()
    lasts = timedelta(minutes=work.of(Settings)[OversightSettings].word_lasts_minutes)
    state, until = ("given", now + lasts) if is_given else ("refused", None)
    values = {"id": word.id, "state": state, "by": work.actor.id, "at": now, "until": until}
    await work.run(queries.SETTLE_WORD, **values)
    await audit.record(work, f"word.{state}", f"agent:{word.agent_id}", measure=word.measure)
    work.signal(TOPIC)
    return word
