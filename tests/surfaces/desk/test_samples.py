"""What editors write is looked over for secrets, and kept when they say it is a sample."""

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from typing import Any

import pytest
from litestar import Controller
from litestar.handlers import HTTPRouteHandler

from fanlight.kernel.audit import log
from fanlight.surfaces import console
from fanlight.surfaces.shared.samples import HEADER
from tests.surfaces.desk.conftest import Desk
from tests.surfaces.desk.test_articles import begun, mei, words

__all__ = ["mei"]

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def in_all(**fields: str) -> dict[str, Any]:
    return {"en": fields}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("terms", {"key": "k", "position": 1, "texts": in_all(name="Phrase", body=PHRASE)}),
        ("legal-texts", {"key": "k", "kind": "risk", "texts": in_all(title="T", source=PHRASE)}),
        ("paths", {"key": "k", "position": 1, "names": in_all(name=PHRASE), "steps": []}),
        ("questions", {"place": "", "articles": [PHRASE], "version": 0}),
        ("article-teams", {"key": "k", "names": in_all(name=PHRASE), "version": 0}),
        ("article-teams", {"key": "k", "names": {PHRASE: "Name"}, "version": 0}),
    ],
)
async def test_every_room_asks_before_it_keeps(mei: Desk, path: str, form: dict[str, Any]) -> None:
    refused = await mei.put(path, 422, **form)
    assert refused["code"] == "secrets_in_text"
    assert [each["kind"] for each in refused["params"]["findings"]] == ["seed_phrase"]
    assert "sausage" not in str(refused)


@pytest.mark.parametrize(
    "kind", ["Application/JSON", "text/plain", "multipart/form-data; boundary=x", None]
)
async def test_a_body_is_looked_over_whatever_it_is_called(mei: Desk, kind: str | None) -> None:
    article = await begun(mei)
    answer = await mei.client.put(
        f"/api/console/articles/{article['id']}/en/draft",
        content=json.dumps(words(source=f"It looks like this: {PHRASE}\n")),
        headers={"content-type": kind} if kind else {},
    )
    assert answer.json()["code"] == "secrets_in_text"


def verbs_for_readers() -> Iterator[HTTPRouteHandler]:
    """What takes something to be kept, and does not say that nobody writes for readers there."""
    for module in pkgutil.iter_modules(console.__path__, f"{console.__name__}."):
        for room in vars(import_module(module.name)).values():
            if isinstance(room, type) and issubclass(room, Controller):
                of_room = vars(room).get("opt") or {}
                yield from (each for each in vars(room).values() if _is_for_readers(each, of_room))
            elif _is_for_readers(room, {}):
                yield room


def _is_for_readers(verb: object, of_room: dict[str, Any]) -> bool:
    return (
        isinstance(verb, HTTPRouteHandler)
        and not verb.http_methods.isdisjoint({"POST", "PUT", "PATCH"})
        and not (of_room | verb.opt).get("not_for_readers")
    )


def test_no_verb_for_readers_goes_around_the_work_that_looks_it_over() -> None:
    found = list(verbs_for_readers())
    around = [each.fn for each in found if "work" not in signature(each.fn).parameters]
    assert len(found) > 40
    assert around == []


async def test_a_sample_said_with_a_refused_call_is_not_said(mei: Desk) -> None:
    article = await begun(mei)
    path = f"articles/{article['id']}/en/draft"
    form = words(source=f"It looks like this: {PHRASE}\n")
    [asked] = (await mei.put(path, 422, **form))["params"]["findings"]
    moved = await mei.client.put(
        f"/api/console/{path}", json=form | {"version": 9}, headers={HEADER: asked["key"]}
    )
    assert moved.status_code == 409
    await mei.put(path, 422, **form)


async def test_a_sample_is_said_once_and_passes_everywhere(mei: Desk) -> None:
    first, second = await begun(mei), await begun(mei)
    path = f"articles/{first['id']}/en/draft"
    form = words(source=f"It looks like this: {PHRASE}\n")
    refused = await mei.put(path, 422, **form)
    [asked] = refused["params"]["findings"]
    assert (asked["before"], asked["shown"]) == ("It looks like this:", "leg…low")
    assert (await mei.get(f"articles/{first['id']}/en"))["words"]["source"] == ""

    strange = await mei.client.put(f"/api/console/{path}", json=form, headers={HEADER: "0" * 32})
    assert strange.status_code == 422
    kept = await mei.client.put(f"/api/console/{path}", json=form, headers={HEADER: asked["key"]})
    assert kept.status_code == 200, kept.text
    await mei.put(f"articles/{second['id']}/en/draft", **form)

    async with mei.house.edge.work() as work:
        said = await log.page(work, action="text.samples_said")
        assert [(each.actor_id, each.detail) for each in said] == [
            (mei.staff.agent.id, {"kinds": ["seed_phrase"]})
        ]
        assert PHRASE not in str(said)


async def test_what_keeps_nothing_is_not_asked_about(mei: Desk) -> None:
    await mei.post("articles/compare", 200, before=PHRASE, after=f"{PHRASE} more")
