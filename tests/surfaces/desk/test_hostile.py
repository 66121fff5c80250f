"""Whatever is sent to any address of the API: it is answered, and a refusal says what is wrong."""

import random
from collections import Counter
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
import requests
import schemathesis
from anyio import to_thread
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from tests.surfaces.desk.conftest import Enter, Hear
from tests.surfaces.widget.house import House

Operation = APIOperation[Any, Any, Any, Any]

# Of each kind, what fits the description and what does not.
_EACH = 3
# These end the session that asks.
_FAREWELLS = ("/sign-out", "/me/sessions", "/me/password")


@pytest.mark.slow
async def test_no_address_breaks_whatever_is_sent(
    house: House, shelves: None, enter: Enter, hear: Hear
) -> None:
    vera = await enter("Vera Lindqvist", roles=("admin", "lead"))
    heard = await hear("Where is my deposit?")
    named = {"language": "en", "category": "fees", "title": f"Fees {uuid4().hex[:8]}"}
    begun = await vera.post("articles", **named)
    known = {
        "ticket_id": str(heard.ticket_id),
        "article_id": begun["id"],
        "language": "en",
        "lang": "zh-Hans",
    }
    session = requests.Session()
    session.headers.update(vera.client.headers)
    session.cookies.update(dict(vera.client.cookies))

    answered, broken = await to_thread.run_sync(_ask_all, house.url, session, known)

    assert not broken, "\n".join(broken)
    # Enough of it got past the first look at its form, and who asked is still signed in.
    assert answered[200] + answered[201] + answered[204] > 100
    await vera.get("me")


def _ask_all(
    url: str, session: requests.Session, known: dict[str, str]
) -> tuple[Counter[int], list[str]]:
    answered: Counter[int] = Counter()
    broken: list[str] = []
    chance = random.Random(11)

    def ask(case: Case) -> None:
        for name in case.path_parameters or {}:
            if name in known and chance.random() < 0.8:
                case.path_parameters[name] = known[name]
        answer = case.call(base_url=url, session=session)
        answered[answer.status_code] += 1
        if fault := _fault(answer):
            broken.append(f"{case.operation.label}: {fault}: {answer.request.url}")

    for found in schemathesis.openapi.from_url(
        f"{url}/api/schema/openapi.json"
    ).get_all_operations():
        operation: APIOperation[Any, Any, Any] = found.ok()
        if not operation.path.endswith(_FAREWELLS):
            for mode in GenerationMode:
                _try(operation, mode, ask)
    return answered, broken


def _try(operation: Operation, mode: GenerationMode, ask: Any) -> None:
    quiet = settings(
        max_examples=_EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    # What takes nothing cannot be given anything wrong.
    with suppress(Unsatisfiable):
        seed(5)(quiet(given(case=operation.as_strategy(generation_mode=mode))(ask)))()


def _fault(answer: schemathesis.Response) -> str | None:
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:200]}"
    if answer.status_code >= 400 and "/api/" in str(answer.request.url):
        kind = answer.headers.get("content-type", [""])[0]
        if not kind.startswith("application/problem+json"):
            return f"{answer.status_code} as {kind}"
    return None
