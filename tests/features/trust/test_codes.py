"""A code stands in mails to the account's own mailbox, after a second proof, and nowhere else."""

from datetime import timedelta
from uuid import UUID

import pytest

from fanlight.exchange.contract import Exchange
from fanlight.exchange.facts import Challenge, ChallengeState
from fanlight.features.people.queries import customers
from fanlight.features.people.queries.visits import Visit
from fanlight.features.trust.errors import CodeProofEnded, CodeProofWrong, CodeUnfit
from fanlight.features.trust.service import codes
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work


class Asking(Exchange):
    """An exchange whose second proof is 246810, with two tries."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._tries: dict[str, int] = {}

    async def challenge(
        self, uid: str, *, method: str, purpose: str, language: str, key: str
    ) -> Challenge:
        self._tries[key] = 2
        return self._state(key, method, ChallengeState.SENT)

    async def answer_challenge(self, challenge_id: str, answer: str) -> Challenge:
        if answer == "246810":
            return self._state(challenge_id, "totp", ChallengeState.PASSED)
        self._tries[challenge_id] -= 1
        return self._state(challenge_id, "totp", ChallengeState.WRONG)

    def _state(self, key: str, method: str, state: ChallengeState) -> Challenge:
        until = self._edge.now() + timedelta(minutes=5)
        return Challenge(
            id=key, method=method, state=state, expires_at=until, tries_left=self._tries[key]
        )


def visit(edge: Edge, kind: str = "exchange", *, ago: timedelta = timedelta(0)) -> Visit:
    at = edge.now() - ago
    return Visit(
        token_hash=b"a browser", kind=kind, key="48812217", name="", groups=[], proven_at=at,
        seen_at=at, expires_at=at + timedelta(days=1),
    )  # fmt: skip


@pytest.fixture
async def lin(edge: Edge) -> UUID:
    """An account with a proven mailbox and one that was only typed."""
    edge.shelf.offer(Asking(edge), as_kind=Exchange)
    async with edge.work() as work:
        found = await customers.add_customer(work, name="Lin Yue", language="en")
        for kind, key, is_proven in (
            ("exchange", "48812217", True),
            ("email", "lin@mail.example", True),
            ("email", "typed@mail.example", False),
        ):
            at = work.now() if is_proven else None
            await work.run(
                customers.ADD_IDENTITY, id=new_id(), customer_id=found.id, kind=kind, key=key,
                display=key, proven_at=at, proven_by="code" if at else None,
                created_at=work.now(),
            )  # fmt: skip
    return found.id


async def read(edge: Edge, customer: UUID, mailbox: str) -> str:
    async with edge.reading() as work:
        return await codes.code_for(work, customer, mailbox)


async def test_a_code_is_set_by_a_second_proof(edge: Edge, lin: UUID) -> None:
    asked = await codes.begin(edge, visit(edge), "harb r-77", method="totp", language="en")
    assert asked.state is ChallengeState.SENT
    assert await read(edge, lin, "lin@mail.example") == ""  # nothing before the proof
    with pytest.raises(CodeProofWrong):
        await codes.confirm(edge, visit(edge), "111111")
    assert await codes.confirm(edge, visit(edge), " 246810 ") == "HARBR-77"
    assert await read(edge, lin, "LIN@mail.example") == "HARBR-77"
    assert await read(edge, lin, "typed@mail.example") == ""
    assert await read(edge, lin, "somebody@else.example") == ""
    with pytest.raises(CodeProofEnded):
        await codes.confirm(edge, visit(edge), "246810")


async def test_it_is_stored_sealed(edge: Edge, lin: UUID) -> None:
    await codes.begin(edge, visit(edge), "HARBR77", method="sms", language="en")
    await codes.confirm(edge, visit(edge), "246810")
    async with edge.reading() as work:
        for table in ("phishing_codes", "audit_log", "jobs", "events"):
            exists = await work.one(bool, "SELECT to_regclass(%(t)s) IS NOT NULL", t=table)
            if exists:
                dumped = await _dump(work, table)
                assert "HARBR77" not in dumped
                assert b"HARBR77".hex() not in dumped


async def _dump(work: Work, table: str) -> str:
    return (
        await work.one(str, f"SELECT coalesce(string_agg(x::text, ' '), '') FROM {table} x") or ""
    )


async def test_a_returned_mail_puts_it_out_of_use(edge: Edge, lin: UUID) -> None:
    await codes.begin(edge, visit(edge), "HARBR77", method="totp", language="en")
    await codes.confirm(edge, visit(edge), "246810")
    async with edge.work() as work:
        await codes.suspect(work, lin)
    assert await read(edge, lin, "lin@mail.example") == ""
    async with edge.reading() as work:
        assert (await codes.standing(work, visit(edge))).suspected_at is not None
    await codes.begin(edge, visit(edge), "HARBR88", method="totp", language="en")
    await codes.confirm(edge, visit(edge), "246810")
    assert await read(edge, lin, "lin@mail.example") == "HARBR88"


async def test_it_can_be_taken_away(edge: Edge, lin: UUID) -> None:
    await codes.begin(edge, visit(edge), "HARBR77", method="totp", language="en")
    await codes.confirm(edge, visit(edge), "246810")
    await codes.begin(edge, visit(edge), "", method="totp", language="en")
    assert await codes.confirm(edge, visit(edge), "246810") == ""
    assert await read(edge, lin, "lin@mail.example") == ""


async def test_who_is_not_proven_sets_none(edge: Edge, lin: UUID) -> None:
    for stranger in (visit(edge, "email"), visit(edge, ago=timedelta(hours=3))):
        with pytest.raises(SignInNeeded):
            await codes.begin(edge, stranger, "HARBR77", method="totp", language="en")
    await codes.begin(edge, visit(edge), "HARBR77", method="totp", language="en")
    other = Visit(
        token_hash=b"another", kind="exchange", key="48812217", name="", groups=[],
        proven_at=edge.now(), seen_at=edge.now(), expires_at=edge.now() + timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(CodeProofEnded):  # another browser's proof is not for this one
        await codes.confirm(edge, other, "246810")
    for _ in range(2):
        with pytest.raises((CodeProofWrong, CodeProofEnded)):
            await codes.confirm(edge, visit(edge), "0")
    with pytest.raises(CodeProofEnded):
        await codes.confirm(edge, visit(edge), "246810")


@pytest.mark.parametrize(
    "text", ["ABC", "A" * 21, "HOUSE", "PLAIN1", "密码密码", "<b>AA</b>", "A\x00BC"]
)
def test_letters_that_could_be_mistaken_are_refused(text: str) -> None:
    with pytest.raises(CodeUnfit):
        codes.fit(text)
    assert codes.fit(" harb r-77 ") == "HARBR-77"
