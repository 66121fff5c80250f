"""What tests of the documentation share: the repository, and the script that makes references."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def scripts() -> Iterator[None]:
    """The folder of scripts on the path, as it is when one of them runs."""
    folder = str(ROOT / "scripts")
    sys.path.insert(0, folder)
    yield
    sys.path.remove(folder)
