"""Every statement in the house, planned against the real schema; nothing is run."""

import importlib
import pkgutil
import re
from collections import defaultdict

import pytest
from psycopg import sql

import fanlight.features
import fanlight.kernel
import fanlight.surfaces
from fanlight.kernel.work import Connection

_IS_STATEMENT = re.compile(r"^\s*(--.*\n\s*)*(SELECT|INSERT|UPDATE|DELETE|WITH)\s", re.IGNORECASE)


def statements() -> dict[str, str]:
    """``CAPITALS`` of every module are whole statements; ``_CAPITALS`` are only fragments."""
    found = {}
    for package in (fanlight.features, fanlight.kernel, fanlight.surfaces):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            room = module.name.removeprefix("fanlight.")
            for name, value in vars(importlib.import_module(module.name)).items():
                if name.isupper() and not name.startswith("_"):
                    several = value if isinstance(value, dict) else {"": value}
                    found |= {f"{room}.{name}{key}": text for key, text in several.items()}
    return {
        name: text
        for name, text in found.items()
        if isinstance(text, str) and _IS_STATEMENT.match(text)
    }


STATEMENTS = statements()


@pytest.mark.parametrize("name", STATEMENTS)
async def test_the_statement_fits_the_schema(connection: Connection, name: str) -> None:
    nothing: defaultdict[str, None] = defaultdict(lambda: None)
    await connection.execute(sql.SQL("EXPLAIN " + STATEMENTS[name]), nothing)


def test_there_are_statements() -> None:
    assert len(STATEMENTS) > 80
