"""Teaches the guide what its shipped examples show, so that no desk has to at its start.

Run by `make`; does nothing when the examples are the ones it has learned from. That is asked
without importing the guide: every start of a desk waits for the answer.
"""

from ui import ROOT, digest

GUIDE = ROOT / "src" / "fanlight" / "features" / "guidance"
CONTENT = ROOT / "content" / "guidance"
# What the name of the learned file is made of: the examples, the wording's version, and how.
NAMING = (CONTENT / "examples.jsonl", GUIDE / "wording.py", GUIDE / "keeping.py")
STAMP = CONTENT / "dist" / ".stamp"  # their digest, and the name made of them


def learned() -> str:
    """The name of the file that holds what was learned, made if it is not there."""
    wanted = digest(NAMING)
    found = STAMP.read_text("ascii").split() if STAMP.exists() else []
    if found[:1] == [wanted] and (STAMP.parent / found[-1]).exists():
        return found[-1]
    from fanlight.features.guidance.keeping import build

    name = build().name
    STAMP.write_text(f"{wanted} {name}\n", "ascii")
    return name


if __name__ == "__main__":
    print(learned())
