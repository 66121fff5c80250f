"""Links from pages to code: ``[`name`](path#L12)`` is kept on the line that defines ``name``."""

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NEAR = 15  # lines: a page may be so far off before it is called stale

_LINK = re.compile(r"\[`(?P<name>[\w.$]+)`\]\((?P<path>[^)#\s]+)#L(?P<line>\d*)\)")
_CODE = (".ts", ".svelte", ".js")


def pages(root: Path) -> Iterator[Path]:
    """Everything written in Markdown by hand or by machine."""
    yield from sorted(root.glob("*.md"))
    yield from sorted((root / "docs").rglob("*.md"))


def mended(page: Path, *, near: int) -> tuple[str, list[str]]:
    """The page with its line numbers put right, and the links that lead nowhere.

    A link whose line is no further than ``near`` from the truth is left as it is.
    """
    unknown: list[str] = []

    def put_right(found: re.Match[str]) -> str:
        file = Path(os.path.normpath(page.parent / found["path"]))
        line = line_of(file, found["name"])
        if line is None:
            unknown.append(f"there is no {found['name']} in {found['path']}")
            return found[0]
        given = int(found["line"] or 0)
        if given and abs(given - line) <= near:
            return found[0]
        return f"[`{found['name']}`]({found['path']}#L{line})"

    return _LINK.sub(put_right, page.read_text("utf-8")), unknown


def line_of(file: Path, name: str) -> int | None:
    """Where a class, function, method or constant begins; None when the file has none."""
    if not file.is_file():
        return None
    if file.suffix == ".py":
        return _python(file).get(name)
    text = file.read_text("utf-8")
    word = re.escape(name.rpartition(".")[2])
    pattern = (
        rf"^\s*(export |async |default |private |public |static |readonly )*"
        rf"((function|class|const|let|interface|type) {word}\b|{word}\s*(=|\(|<))"
        if file.suffix in _CODE
        else rf"\b{word}\b"
    )
    found = re.search(pattern, text, re.M)
    if found is None:
        return None
    start = found.end() - len(found[0].lstrip())
    return text.count("\n", 0, start) + 1


@cache
def _python(file: Path) -> dict[str, int]:
    found: dict[str, int] = {}

    def walk(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found[prefix + node.name] = node.lineno
                if isinstance(node, ast.ClassDef):
                    walk(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(prefix + target.id, node.lineno)

    walk(ast.parse(file.read_text("utf-8")).body, "")
    return found
