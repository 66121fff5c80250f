"""What has changed from one version of an interface to the next, and what of it breaks programs."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from fanlight.surfaces.help.reference.api import Api, Operation
from fanlight.surfaces.help.reference.fields import Field


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference: the key of a sentence, and what fills it."""

    key: str  # added, removed, deprecated, field_added, …
    operation: Operation
    subject: str = ""
    detail: str = ""
    is_breaking: bool = False


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """One version with what it changed; nothing for the first one known."""

    version: str
    released: str
    changes: list[Change]


def change_log(versions: Sequence[Api]) -> list[Release]:
    """The newest first; ``versions`` in any order."""
    ordered = sorted(versions, key=lambda api: _number(api.version))
    releases = [
        Release(
            version=api.version,
            released=api.released,
            changes=compare(ordered[place - 1], api) if place else [],
        )
        for place, api in enumerate(ordered)
    ]
    return releases[::-1]


def _number(version: str) -> list[tuple[int, str]]:
    """1.10 comes after 1.9."""
    return [(int(part) if part.isdecimal() else -1, part) for part in version.split(".")]


def compare(before: Api, after: Api) -> list[Change]:
    """Everything that differs, what breaks programs first."""
    old, new = _by_place(before), _by_place(after)
    found: list[Change] = []
    for place, operation in old.items():
        if place not in new:
            found.append(Change(key="removed", operation=operation, is_breaking=True))
    for place, operation in new.items():
        if place not in old:
            found.append(Change(key="added", operation=operation))
        else:
            found.extend(_compared(old[place], operation))
    return sorted(found, key=lambda change: not change.is_breaking)


def _by_place(api: Api) -> dict[tuple[str, str], Operation]:
    return {(each.method, each.path): each for each in api.operations().values()}


def _compared(before: Operation, after: Operation) -> Iterator[Change]:
    if after.is_deprecated and not before.is_deprecated:
        yield Change(key="deprecated", operation=after)
    yield from _asked(after, _asked_of(before), _asked_of(after))
    yield from _answered(after, _answered_of(before), _answered_of(after))
    had = {error.code for error in before.errors}
    for error in after.errors:
        if error.code not in had:
            yield Change(key="error_added", operation=after, subject=error.code)


def _asked_of(operation: Operation) -> dict[str, Field]:
    return _flat([*operation.parameters, *operation.body])


def _answered_of(operation: Operation) -> dict[str, Field]:
    good = (reply for reply in operation.replies if reply.status.startswith("2"))
    return _flat([field for reply in good for field in reply.fields])


def _flat(fields: Sequence[Field]) -> dict[str, Field]:
    return {name: field for top in fields for name, field in top.walk()}


def _asked(
    operation: Operation, old: Mapping[str, Field], new: Mapping[str, Field]
) -> Iterator[Change]:
    """What a program sends: a new duty breaks it, and so does a field it may send no longer."""
    for name, field in new.items():
        if name not in old:
            yield Change(
                key="asked_required" if field.is_required else "asked_added",
                operation=operation,
                subject=name,
                is_breaking=field.is_required,
            )
            continue
        if field.is_required and not old[name].is_required:
            yield Change(key="asked_required", operation=operation, subject=name, is_breaking=True)
        if field.is_deprecated and not old[name].is_deprecated:
            yield Change(key="asked_deprecated", operation=operation, subject=name)
        yield from _same(operation, name, old[name], field, is_sent=True)
    for name in old.keys() - new.keys():
        yield Change(key="asked_removed", operation=operation, subject=name, is_breaking=True)


def _answered(
    operation: Operation, old: Mapping[str, Field], new: Mapping[str, Field]
) -> Iterator[Change]:
    """What a program reads: a field that is gone breaks it; a new one does not."""
    for name, field in new.items():
        if name not in old:
            yield Change(key="answer_added", operation=operation, subject=name)
        else:
            yield from _same(operation, name, old[name], field, is_sent=False)
    for name in sorted(old.keys() - new.keys()):
        yield Change(key="answer_removed", operation=operation, subject=name, is_breaking=True)


def _same(
    operation: Operation, name: str, old: Field, new: Field, *, is_sent: bool
) -> Iterator[Change]:
    if old.type != new.type:
        yield Change(
            key="type_changed",
            operation=operation,
            subject=name,
            detail=f"{old.type} \u2192 {new.type}",
            is_breaking=True,
        )
    gone = [each for each in old.choices if each not in new.choices] if new.choices else []
    come = [each for each in new.choices if each not in old.choices] if old.choices else []
    if come:
        yield Change(key="choice_added", operation=operation, subject=name, detail=", ".join(come))
    if gone:
        yield Change(
            key="choice_removed",
            operation=operation,
            subject=name,
            detail=", ".join(gone),
            is_breaking=is_sent,
        )
