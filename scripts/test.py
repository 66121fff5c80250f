"""Runs the suite on both cores: the quick part, then what drives browsers, mail servers, kills.

With arguments it is one run of pytest with them. The last line is pytest's own.
"""

import os
import subprocess
import sys

BOTH_CORES = ["-n", "2", "--dist", "loadfile"]
QUICK = ["-m", "not browser and not peer and not slow", *BOTH_CORES]
REST = ["-m", "browser or peer or slow", *BOTH_CORES]
# The suite starts some hundred processes of ours: compiled once, whatever the machine is used to.
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}


def pytest(arguments: list[str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, check=False, env=ENVIRONMENT).returncode


def main(arguments: list[str]) -> int:
    if arguments == ["quick"]:
        return pytest(QUICK)
    if arguments:
        return pytest(arguments)
    # Both parts run whatever becomes of the first, so that one look shows everything.
    return max([pytest(QUICK), pytest(REST)])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
