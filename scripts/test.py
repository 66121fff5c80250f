"""Runs the suite: the quick part on both cores, then what drives browsers, mail servers, kills.

With arguments it is one run of pytest with them. The last line is pytest's own.
"""

import subprocess
import sys

QUICK = ["-m", "not browser and not peer and not slow", "-n", "2", "--dist", "loadfile"]
REST = ["-m", "browser or peer or slow"]


def pytest(arguments: list[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def main(arguments: list[str]) -> int:
    if arguments == ["quick"]:
        return pytest(QUICK)
    if arguments:
        return pytest(arguments)
    # Both parts run whatever becomes of the first, so that one look shows everything.
    return max([pytest(QUICK), pytest(REST)])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
