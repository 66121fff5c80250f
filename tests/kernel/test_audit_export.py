"""A file of the log holds by itself; whoever touches it is found out, and told where."""

import json
from collections.abc import Callable

import pytest

from fanlight.kernel.audit import chain_audit, exporting, record
from fanlight.kernel.audit.exporting import Span, Unfit
from fanlight.kernel.ids import new_id
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Actor, Work

MEI = Actor(kind="agent", id=new_id(), name="Mei Tan")
Change = Callable[[list[bytes]], list[bytes]]


async def exported(work: Work, span: Span | None = None) -> list[bytes]:
    wanted = await exporting.span(work) if span is None else span
    return [line async for line in exporting.lines(work, wanted)]


@pytest.fixture
async def file(work: Work) -> list[bytes]:
    for number in range(5):
        await record(work.acting_as(MEI), "customer.seen", "customer:1", why="付款", count=number)
    await chain_audit(work, None)
    return await exported(work)


def edited(line: bytes, **changes: object) -> bytes:
    return json.dumps(json.loads(line) | changes, separators=(",", ":")).encode() + b"\n"


async def test_a_file_holds_and_says_by_which_key(work: Work, file: list[bytes]) -> None:
    found = exporting.check(file, key=exporting.public_key(work.of(Sealer)))
    assert (found.after, found.link, found.lines) == (0, 5, 5)
    assert found.key == exporting.public_key(work.of(Sealer))
    said = json.loads(file[1])
    assert (said["action"], said["actor_id"], said["detail"]["why"]) == (
        "customer.seen", str(MEI.id), "付款",
    )  # fmt: skip


async def test_a_piece_of_the_log_holds_too(work: Work, file: list[bytes]) -> None:
    piece = await exported(work, Span(after=2, upto=4))
    found = exporting.check(piece)
    assert (found.after, found.link, found.lines) == (2, 4, 2)
    none = await exported(work, Span(after=0, upto=0))
    assert exporting.check(none).lines == 0


CHANGES: dict[str, tuple[Change, str, int]] = {
    "a word": (lambda f: [*f[:3], edited(f[3], action="nothing.happened"), *f[4:]], "changed", 3),
    "who": (lambda f: [*f[:3], edited(f[3], actor_id=str(new_id())), *f[4:]], "changed", 3),
    "a line": (lambda f: [*f[:3], *f[4:]], "missing", 3),
    "two lines": (lambda f: [*f[:2], f[3], f[2], *f[4:]], "missing", 2),
    "the end": (lambda f: f[:-1], "cut_short", 5),
    "the last entries": (lambda f: [*f[:4], f[-1]], "cut_short", 4),
    "the key": (lambda f: [edited(f[0], key="AAAA"), *f[1:]], "unsigned", 0),
    "the day": (lambda f: [edited(f[0], made_at="2020-01-01T00:00:00Z"), *f[1:]], "unsigned", 0),
    "everything": (lambda _: [], "not_an_export", 0),
    "the kind": (lambda _: [b"{}\n", b"{}\n"], "not_an_export", 1),
    "the depth": (lambda f: [f[0], b"[" * 100_000 + b"\n", *f[1:]], "changed", 1),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_whoever_touches_a_file_is_seen(file: list[bytes], what: str) -> None:
    change, fault, link = CHANGES[what]
    with pytest.raises(Unfit) as caught:
        exporting.check(change(file))
    assert (caught.value.fault, caught.value.link) == (fault, link)


async def test_another_desks_signature_is_not_ours(work: Work, file: list[bytes]) -> None:
    exporting.check(file)  # by the key it names it holds
    with pytest.raises(Unfit, match="other_key"):
        exporting.check(file, key=exporting.public_key(Sealer(bytes(range(32)))))
