"""Where the starter articles lie, and a machine's search index."""

from pathlib import Path

import pytest

from fanlight.features.knowledge.node import SearchNode

ROOT = Path(__file__).resolve().parents[3]
ARTICLES = ROOT / "content" / "articles"


@pytest.fixture
def node(tmp_path: Path) -> SearchNode:
    """The search index of a machine that has none yet."""
    return SearchNode(tmp_path)
