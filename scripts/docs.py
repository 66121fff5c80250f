"""Makes the generated half of docs/ from the code, and puts links to code on the right line.

python scripts/docs.py            write what has changed
python scripts/docs.py --check    write nothing; say what is stale and end with 1
"""

import argparse
import logging
import sys
from pathlib import Path

from reference import api, errors, events, exchange, lines, schema, settings

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"


def generated() -> dict[Path, str]:
    """Every file that is made from code alone, with the text it should have."""
    from fanlight.app import discovery

    logging.disable(logging.WARNING)  # migrations and the database have much to say
    discovery.load_rooms()
    discovery.settings_of_doors()
    discovery.routes()
    return {
        REFERENCE / "settings.md": settings.manual(),
        ROOT / "fanlight.example.toml": settings.example(),
        REFERENCE / "events.md": events.page(),
        REFERENCE / "errors.md": errors.page(),
        REFERENCE / "api.md": api.page(),
        REFERENCE / "exchange-api.json": exchange.page(),
        REFERENCE / "schema.sql": schema.dump(),
    }


def stale(wanted: dict[Path, str]) -> list[Path]:
    """The files whose text is not what it should be."""
    return [
        path
        for path, text in wanted.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    wanted = generated()
    problems: list[str] = []
    for page in lines.pages(ROOT):
        text, unknown = lines.mended(page, near=lines.NEAR if check else 0)
        problems += [f"{page.relative_to(ROOT)}: {each}" for each in unknown]
        wanted.setdefault(page, text)  # a page made from code is made, not mended
    changed = [path.relative_to(ROOT) for path in stale(wanted)]
    if check:
        problems += [f"{path} is stale: run python scripts/docs.py" for path in changed]
    else:
        for path in changed:
            (ROOT / path).write_text(wanted[ROOT / path], "utf-8")
            sys.stdout.write(f"docs: wrote {path}\n")
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
