"""What is imported, and what is not."""

import subprocess
import sys
from pathlib import Path

import pytest

READ = """
import sys
from pathlib import Path
from fanlight.app.desk import read_settings
read_settings(Path(sys.argv[1]))
print("fanlight.surfaces.shared.settings" in sys.modules, "litestar" in sys.modules)
"""


@pytest.mark.slow  # a process of its own that imports every room
def test_a_command_knows_the_doors_settings_and_loads_no_web_framework(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert said.stdout == "True False\n"
