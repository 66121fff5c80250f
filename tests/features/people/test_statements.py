"""Every statement of this room is one that the real schema understands."""

import re
from types import ModuleType

import pytest

from fanlight.features.people.queries import agents, customers, passkeys, sign_in, teams
from fanlight.kernel import audit, limits
from fanlight.kernel.work import Work

ROOMS = [agents, customers, passkeys, sign_in, teams, audit, limits]


def statements(room: ModuleType) -> dict[str, str]:
    return {
        name: value
        for name, value in vars(room).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, str)
    }


@pytest.mark.parametrize(
    ("room", "name"),
    [(room, name) for room in ROOMS for name in statements(room)],
    ids=lambda each: each.__name__.rpartition(".")[2] if isinstance(each, ModuleType) else each,
)
async def test_every_statement_is_understood(work: Work, room: ModuleType, name: str) -> None:
    numbers: dict[str, str] = {}

    def numbered(match: re.Match[str]) -> str:
        return numbers.setdefault(match[1], f"${len(numbers) + 1}")

    sql = re.sub(r"%\((\w+)\)s", numbered, statements(room)[name])
    await work.connection.execute(f"PREPARE one AS {sql}")
