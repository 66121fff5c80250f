"""Folders in which whole installations run."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not pytest's: that is closed to root's server whenever another run of pytest begins."""
    with TemporaryDirectory(prefix="fanlight-") as folder:
        yield Path(folder)
