"""Servers of our own, because these tests stop and kill them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fanlight.kernel.db.private import PrivatePostgres


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not pytest's: that is closed to root's server whenever another run of pytest begins."""
    with TemporaryDirectory(prefix="fanlight-") as folder:
        yield Path(folder)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivatePostgres]:
    """A running server that the test may treat badly."""
    with PrivatePostgres(tmp_path / "data", durable=False) as running:
        yield running


@pytest.fixture
def long_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose path no socket fits into."""
    folder = tmp_path / ("deep-" * 20) / ("down-" * 20)
    yield folder
    with contextlib.suppress(OSError):
        PrivatePostgres(folder).sockets.rmdir()
