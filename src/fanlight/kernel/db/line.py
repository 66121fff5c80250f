"""Statements of one unit of work on their way to PostgreSQL: what can travel together does.

A round trip costs our side and PostgreSQL's about as much as the statement in it. So what nobody
waits for an answer to goes with the next question, and several questions go at once. The order in
which things were asked for is the order in which they are done.
"""

from collections.abc import AsyncIterator, Coroutine, Generator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any, LiteralString, NamedTuple

from psycopg import AsyncConnection, AsyncCursor
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

Connection = AsyncConnection[Any]
Cursor = AsyncCursor[dict[str, Any]]
Values = Mapping[str, object] | None

# Said in full, for whatever comes outside a transaction may only read.
BEGIN: LiteralString = "BEGIN READ WRITE"
COMMIT: LiteralString = "COMMIT"


class _Statement(NamedTuple):
    sql: LiteralString
    values: Values = None


class _Questions:
    """What one of several askers wants to know: handed up to ``together``, which sends it."""

    __slots__ = ("statements",)

    def __init__(self, statements: Sequence[_Statement]) -> None:
        self.statements = statements

    def __await__(self) -> "Generator[_Questions, list[Cursor], list[Cursor]]":
        return (yield self)


class Line:
    """A connection for the length of one unit of work.

    Args:
        connection: in no transaction if ``is_transaction``.
        is_transaction: one is begun with the first statement, for ``commit`` to end.
    """

    def __init__(self, connection: Connection, *, is_transaction: bool = False) -> None:
        self.connection = connection
        self._waiting = [_Statement(BEGIN)] if is_transaction else []
        self._is_stepping = False

    def later(self, sql: LiteralString, values: Values) -> None:
        """Send this with whatever is asked next, or with the commit."""
        self._waiting.append(_Statement(sql, values))

    async def ask(self, sql: LiteralString, values: Values) -> Cursor:
        """Send a statement after all that waits, and have its answer."""
        return (await self._send([_Statement(sql, values)]))[0]

    async def settle(self) -> None:
        """Send what waits now."""
        await self._send([])

    async def many(self, sql: LiteralString, batch: Sequence[Mapping[str, object]]) -> None:
        """Send one statement for many sets of values, after all that waits."""
        async with _pipelined(self.connection):
            await self._send_waiting()
            await self.connection.cursor().executemany(sql, batch)

    async def commit(self) -> None:
        """Send what waits, and end the transaction; one in which nothing was asked never began."""
        if [each.sql for each in self._waiting] != [BEGIN]:
            await self._send([_Statement(COMMIT)])

    async def together(self, asks: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
        """Take several askers as far as each gets without an answer, send what they ask as one,
        and so on until all have ended.

        They may await nothing but this line. The first refusal is raised when all have ended.
        """
        answers: dict[int, list[Cursor] | None] = dict.fromkeys(range(len(asks)))
        said: dict[int, Any] = {}
        refused: Exception | None = None
        try:
            while answers:
                asked: dict[int, _Questions] = {}
                for number, answer in answers.items():
                    try:
                        asked[number] = self._step(asks[number], answer)
                    except StopIteration as end:
                        said[number] = end.value
                    except Exception as error:
                        refused = refused or error
                every = [one for each in asked.values() for one in each.statements]
                found = iter(await self._send(every))
                answers = {
                    number: list(islice(found, len(each.statements)))
                    for number, each in asked.items()
                }
        finally:
            for ask in asks:
                ask.close()
        if refused is not None:
            raise refused
        return [said[number] for number in range(len(asks))]

    def _step(self, ask: Coroutine[Any, Any, Any], answer: list[Cursor] | None) -> _Questions:
        before, self._is_stepping = self._is_stepping, True
        try:
            asked = ask.send(answer)
        finally:
            self._is_stepping = before
        if not isinstance(asked, _Questions):
            raise TypeError("what asks together with others may await the database alone")
        return asked

    async def _send(self, statements: Sequence[_Statement]) -> list[Cursor]:
        if self._is_stepping:
            return await _Questions(statements)
        if not statements and not self._waiting:
            return []
        cursors = [self.connection.cursor(row_factory=dict_row) for _ in statements]
        if not self._waiting and len(statements) == 1:
            await cursors[0].execute(statements[0].sql, statements[0].values)
            return cursors
        async with _pipelined(self.connection):
            await self._send_waiting()
            for cursor, each in zip(cursors, statements, strict=True):
                await cursor.execute(each.sql, each.values)
        return cursors

    async def _send_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            nobody = self.connection.cursor()  # takes their answers, for which nobody waits
            for each in waiting:
                await nobody.execute(each.sql, each.values)


@asynccontextmanager
async def _pipelined(connection: Connection) -> AsyncIterator[None]:
    """Statements of the block travel together; one that fails takes those after it along.

    psycopg takes those for prepared that never came to it. A transaction that is undone has it
    forget them. Where there is none, it forgets when it prepares this and sees it done.
    """
    try:
        async with connection.pipeline():
            yield
    except BaseException:
        if connection.info.transaction_status == TransactionStatus.IDLE:
            await connection.execute("DEALLOCATE ALL", prepare=True)
        raise
