"""Facts leave in bulk by two persons, are taken once, and nothing else takes them out."""

import asyncio
import io
import zipfile
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from fanlight.features.oversight import bait, carrying, exports
from fanlight.features.oversight.errors import (
    ExportNotFound,
    ExportNotOnesOwn,
    ExportSettled,
    ExportTooLarge,
)
from fanlight.features.oversight.exports import Export, Form, Wanted, What
from fanlight.features.people.errors import ReasonNeeded, StepUpNeeded
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import Malformed, NotAllowed
from fanlight.kernel.work import Actor
from tests.features.oversight.conftest import Hire, Log, Write

WHY = "The regulator asks for all of last week"


def wanted(edge: Edge, what: What = "tickets", form: Form = "jsonl", **more: object) -> Wanted:
    now = edge.now()
    plain = {"what": what, "form": form, "since": now - timedelta(days=7), "reason": WHY}
    return msgspec.convert(plain | {"until": now + timedelta(hours=1)} | more, Wanted)


async def asked(edge: Edge, actor: Actor, given: Wanted) -> UUID:
    async with edge.work(actor) as work:
        return (await exports.ask(work, given)).id


async def confirmed(edge: Edge, asker: Actor, other: Actor, given: Wanted) -> UUID:
    export_id = await asked(edge, asker, given)
    async with edge.work(other) as work:
        await exports.confirm(work, export_id)
    await carrying.carry(edge.shelf, export_id)
    await carrying.carry(edge.shelf, export_id)  # delivered twice
    return export_id


async def taken(edge: Edge, actor: Actor, export_id: UUID) -> bytes:
    async with edge.work(actor) as work:
        return (await exports.take(work, export_id))[1]


async def stands(edge: Edge, actor: Actor, export_id: UUID) -> Export:
    async with edge.reading(actor) as work:
        return await exports.get(work, export_id)


async def test_one_asks_another_confirms_and_the_first_takes_it_once(
    edge: Edge, hire: Hire, write: Write, log: Log
) -> None:
    sam, ada, mei = await hire("lead"), await hire("admin"), await hire()
    await write(text="Write to lin.y@mail.example, please")
    export_id = await confirmed(edge, sam, ada, wanted(edge))

    assert (await stands(edge, sam, export_id)).state == "ready"
    for other in (ada, mei):
        with pytest.raises((ExportNotFound, NotAllowed)):
            await taken(edge, other, export_id)
    [row] = [msgspec.json.decode(line) for line in (await taken(edge, sam, export_id)).splitlines()]
    assert row["customer_name"] == "L••• Y•"
    assert row["messages"][0]["text"] == "Write to l••••@m•••.example, please"
    with pytest.raises(ExportNotFound):
        await taken(edge, sam, export_id)
    assert [each.action for each in await log(sam) if each.action.startswith("export")] == [
        "export.taken", "export.asked",
    ]  # fmt: skip
    assert "export.confirmed" in [each.action for each in await log(ada)]


async def test_nobody_confirms_their_own(edge: Edge, hire: Hire) -> None:
    sam, mei = await hire("lead"), await hire()
    export_id = await asked(edge, sam, wanted(edge))
    async with edge.work(sam) as work:
        with pytest.raises(ExportNotOnesOwn):
            await exports.confirm(work, export_id)
    async with edge.work(mei) as work:
        for refused in (exports.confirm(work, export_id), exports.ask(work, wanted(edge))):
            with pytest.raises(NotAllowed):
                await refused
    with pytest.raises(ExportNotFound):  # not written, so not to be taken
        await taken(edge, sam, export_id)


async def test_two_who_decide_at_once_decide_once(edge: Edge, hire: Hire) -> None:
    sam, others = await hire("lead"), [await hire("admin"), await hire("lead")]
    export_id = await asked(edge, sam, wanted(edge))

    async def decide(actor: Actor, *, is_yes: bool) -> bool:
        try:
            async with edge.work(actor) as work:
                await (exports.confirm if is_yes else exports.refuse)(work, export_id)
        except ExportSettled:
            return False
        return True

    done = await asyncio.gather(decide(others[0], is_yes=True), decide(others[1], is_yes=False))
    assert sorted(done) == [False, True]


async def test_two_takings_at_once_give_one_file(edge: Edge, hire: Hire, write: Write) -> None:
    sam, ada = await hire("lead"), await hire("admin")
    await write()
    export_id = await confirmed(edge, sam, ada, wanted(edge))
    got = await asyncio.gather(
        *(taken(edge, sam, export_id) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in got) == [
        "ExportNotFound", "ExportNotFound", "bytes",
    ]  # fmt: skip


async def test_a_stale_proof_is_no_proof(edge: Edge, hire: Hire) -> None:
    sam, ada = await hire("lead"), await hire("admin")
    export_id = await asked(edge, sam, wanted(edge))
    async with edge.work() as work:
        long_ago = work.now() - timedelta(hours=1)
        await work.run("UPDATE agent_sessions SET stepped_up_at = %(at)s", at=long_ago)
    async with edge.work(ada) as work:
        with pytest.raises(StepUpNeeded):
            await exports.confirm(work, export_id)


async def test_what_is_asked_for_must_make_sense(
    edge: Edge, hire: Hire, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = await hire("lead")
    for bad, error in (
        ({"reason": "?"}, ReasonNeeded),
        ({"until": edge.now() - timedelta(days=30)}, Malformed),
    ):
        with pytest.raises(error):
            await asked(edge, sam, wanted(edge, **bad))
    await write()
    monkeypatch.setitem(exports.MOST, "tickets", 0)
    with pytest.raises(ExportTooLarge):
        await asked(edge, sam, wanted(edge))


async def test_customers_leave_as_tables_without_formulas_or_bait(
    edge: Edge, hire: Hire, write: Write
) -> None:
    sam, ada = await hire("lead"), await hire("admin")
    await write()
    async with edge.work() as work:
        await work.run("UPDATE customers SET name = '=cmd|calc'")
        laid = await bait.lay(work)
        await work.run("UPDATE customers SET created_at = now()")
        await work.run("UPDATE tickets SET opened_at = now()")
    clear = wanted(edge, "customers", "csv", is_clear=True)
    content = await taken(edge, sam, await confirmed(edge, sam, ada, clear))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        people = archive.read("customers.csv").decode()
        identities = archive.read("identities.csv").decode()
    assert "'=cmd|calc" in people
    assert "48812217" in identities
    assert laid.name not in people
    assert laid.uid not in identities
    rows = await taken(edge, sam, await confirmed(edge, sam, ada, wanted(edge)))
    assert laid.reference.encode() not in rows


async def test_what_nobody_takes_is_over(edge: Edge, hire: Hire, write: Write) -> None:
    sam, ada = await hire("lead"), await hire("admin")
    await write()
    export_id = await confirmed(edge, sam, ada, wanted(edge))
    waiting = await asked(edge, sam, wanted(edge))
    async with edge.work() as work:
        await work.run("UPDATE export_requests SET expires_at = now() - interval '1 s'")
        await exports.expire(work, None)
        await exports.expire(work, None)
    assert (await stands(edge, sam, export_id)).state == "expired"
    assert (await stands(edge, sam, waiting)).state == "asked"
    with pytest.raises(ExportNotFound):
        await taken(edge, sam, export_id)


async def test_whoever_asked_may_think_better_of_it(edge: Edge, hire: Hire) -> None:
    sam, ada = await hire("lead"), await hire("admin")
    export_id = await asked(edge, sam, wanted(edge))
    async with edge.work(ada) as work:
        with pytest.raises(ExportNotFound):
            await exports.withdraw(work, export_id)
    async with edge.work(sam) as work:
        await exports.withdraw(work, export_id)
    async with edge.work(ada) as work:
        with pytest.raises(ExportSettled):
            await exports.confirm(work, export_id)


async def test_either_half_is_taken_back_until_the_file_is_taken(
    edge: Edge, hire: Hire, write: Write
) -> None:
    sam, ada, mei = await hire("lead"), await hire("admin"), await hire()
    await write()
    for who in (sam, ada):
        export_id = await confirmed(edge, sam, ada, wanted(edge))
        async with edge.work(mei) as work:
            with pytest.raises(NotAllowed):
                await exports.revoke(work, export_id)
        async with edge.work(who) as work:
            stopped = await exports.revoke(work, export_id)
        assert (stopped.state, stopped.blob_id) == ("withdrawn", None)
        with pytest.raises(ExportNotFound):
            await taken(edge, sam, export_id)
        async with edge.work(who) as work:
            with pytest.raises(ExportSettled):
                await exports.revoke(work, export_id)


async def test_what_is_stopped_while_it_is_written_leaves_nothing(
    edge: Edge, hire: Hire, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam, ada = await hire("lead"), await hire("admin")
    await write()
    export_id = await asked(edge, sam, wanted(edge))
    async with edge.work(ada) as work:
        await exports.confirm(work, export_id)
    rows = carrying._rows

    async def slow(of: Edge, export: Export) -> list[carrying.Row]:
        async with edge.work(ada) as work:
            await exports.revoke(work, export_id)
        return await rows(of, export)

    monkeypatch.setattr(carrying, "_rows", slow)
    await carrying.carry(edge.shelf, export_id)
    left = await stands(edge, sam, export_id)
    assert (left.state, left.blob_id, left.sha256) == ("withdrawn", None, "")
