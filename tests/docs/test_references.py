"""The references are what the code says now, and every link leads to what it names."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)


@pytest.mark.slow
def test_the_generated_references_are_fresh(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.usefixtures("scripts")
def test_a_reference_that_differs_is_called_stale(tmp_path: Path) -> None:
    import docs

    page, other, missing = (tmp_path / name for name in ("a.md", "b.md", "c.md"))
    page.write_text("as it is")
    other.write_text("as it was")

    wanted = dict.fromkeys((page, other, missing), "as it is")
    assert docs.stale(wanted) == [other, missing]


@pytest.mark.usefixtures("scripts")
def test_a_link_to_code_follows_its_function(tmp_path: Path) -> None:
    from reference import lines

    code, page = tmp_path / "code.py", tmp_path / "page.md"
    code.write_text("X = 1\n\n\nclass Desk:\n    def open(self) -> None: ...\n")
    page.write_text("[`Desk.open`](code.py#L99) and [`close`](code.py#L1)")

    text, unknown = lines.mended(page, near=0)

    assert text == "[`Desk.open`](code.py#L5) and [`close`](code.py#L1)"
    assert unknown == ["there is no close in code.py"]


@pytest.mark.usefixtures("scripts")
def test_a_line_that_moved_a_little_is_not_stale(tmp_path: Path) -> None:
    from reference import lines

    code, page = tmp_path / "code.py", tmp_path / "page.md"
    code.write_text("\n" * 9 + "def near(): ...\n" + "\n" * 40 + "def far(): ...\n")
    page.write_text("[`near`](code.py#L4), [`far`](code.py#L4)")

    assert lines.mended(page, near=lines.NEAR)[0] == "[`near`](code.py#L4), [`far`](code.py#L51)"


@pytest.mark.usefixtures("scripts")
def test_every_link_leads_somewhere(root: Path) -> None:
    from reference import lines

    broken, followed = [], 0
    for page in lines.pages(root):
        for target, anchor in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
            followed += 1
            there = (page.parent / target).resolve() if target else page
            if not there.exists():
                broken.append(f"{page.relative_to(root)}: {target}")
            elif anchor and there.suffix == ".md" and anchor[1:] not in _anchors(there):
                broken.append(f"{page.relative_to(root)}: {target}{anchor}")

    assert broken == []
    assert followed > 300


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text("utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_dependency_has_its_line(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=~! ]", each, maxsplit=1)[0] for each in asked}
    page = (root / "docs/reference/dependencies.md").read_text("utf-8")
    rows = {
        cells[0]: cells
        for line in page.splitlines()
        if line.startswith("| ") and len(cells := [each.strip() for each in line.split("|")][1:-1])
    }

    assert len(names) > 40
    assert names - rows.keys() == set()
    assert [name for name in names if not all(rows[name])] == []
