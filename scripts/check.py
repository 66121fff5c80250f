"""Checks that no linter knows: how long a file is, that nothing of a workplace stands in it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 400  # one sitting
CODE = (".py", ".ts", ".svelte", ".css", ".html")
# Generated, or a list that is read by looking up rather than from top to bottom.
MAY_BE_LONG = ("ui/shared/icons", "docs/reference/", "ui/shared/tokens.css")


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def too_long(names: list[str]) -> list[str]:
    found = []
    for name in names:
        if name.endswith(CODE) and not name.startswith(MAY_BE_LONG):
            lines = (ROOT / name).read_text("utf-8").count("\n")
            if lines > MOST_LINES:
                found.append(f"{name}: {lines} lines, more than {MOST_LINES}")
    return found


def with_addresses(names: list[str]) -> list[str]:
    """Locks hold names and hashes, never where something was fetched from."""
    locks = [n for n in names if n.endswith((".lock", "package-lock.json"))]
    return [
        f"{name}: holds a download address"
        for name in locks
        if "http://" in (text := (ROOT / name).read_text("utf-8")) or '"resolved"' in text
    ]


def main() -> int:
    names = tracked()
    problems = [*too_long(names), *with_addresses(names)]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
