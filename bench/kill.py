"""A hundred rounds of kill -9 under chat and mail load: nothing acknowledged lost, nothing twice.

Run: ``python bench/kill.py [rounds]``. The test of the same name does twenty.
"""

import os
import subprocess
import sys
from pathlib import Path

ROUNDS = 100
WAYS = 2  # one process for everything, and several
TEST = Path(__file__).resolve().parents[1] / "tests" / "journeys" / "test_kill.py"


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    words = [sys.executable, "-m", "pytest", "-s", "--timeout", "1200", str(TEST)]
    return subprocess.call(words, env=os.environ | {"KILL_ROUNDS": str(-(-rounds // WAYS))})


if __name__ == "__main__":
    sys.exit(main())
