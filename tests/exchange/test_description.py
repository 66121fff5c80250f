"""The published description of an exchange's interface: whole, and true of the reference door."""

import json
from pathlib import Path
from typing import Any

import pytest

from fanlight.exchange.connectors.http.questions import QUESTIONS
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from tests.exchange.http.wire import joined

Shape = dict[str, Any]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "exchange-api.json"


@pytest.fixture
def described() -> Shape:
    described: Shape = json.loads(PAGE.read_text("utf-8"))
    return described


def test_every_name_in_it_leads_somewhere(described: Shape) -> None:
    seen = 0
    waiting: list[Any] = [described]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
            if "$ref" in each:
                place: Any = described
                for step in each["$ref"].removeprefix("#/").split("/"):
                    place = place[step]
                seen += 1
        elif isinstance(each, list):
            waiting += each
    assert seen > 50
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert {one["operationId"] for one in operations} == set(QUESTIONS)
    assert all(one["summary"] for one in operations)


def fits(described: Shape, schema: Shape, value: Any) -> bool:
    """Whether a value has the shape: as much of JSON Schema as the description uses."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return fits(described, described["components"]["schemas"][name], value)
    if "anyOf" in schema:
        return any(fits(described, each, value) for each in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    kinds = schema.get("type", [])
    match value:
        case None:
            return "null" in kinds
        case bool():
            return "boolean" in kinds
        case int() | float():
            return "number" in kinds or ("integer" in kinds and isinstance(value, int))
        case str():
            return "string" in kinds
        case list():
            return "array" in kinds and all(
                fits(described, schema.get("items", {}), each) for each in value
            )
    fields, more = schema.get("properties", {}), schema.get("additionalProperties", False)
    return "object" in kinds and all(
        (name in fields and fits(described, fields[name], each)) or more
        for name, each in value.items()
    )


async def test_what_the_door_says_fits_what_is_published(described: Shape) -> None:
    sandbox = Sandbox()
    uid = sandbox.uids[4]
    for cause in ("order.partly", "fiat.sent", "deposit.review", "withdrawal.sent", "api.rights"):
        sandbox.plant(uid, cause)
    client, wire = joined(sandbox)
    for name, question in QUESTIONS.items():
        if question.body is not None or name in ("transaction", "head"):
            continue
        given = {"uid": uid, "address": "x", "network": "TRON", "market": "BTC/USDT"}
        target = question.address(given)
        headers = client._headers("GET", target, b"", "")
        said = await wire.door.answer("GET", f"/office/v1{target}", headers, b"")
        assert said.status == 200, name
        shape = described["paths"][question.path]["get"]["responses"]["200"]
        body = json.loads(said.body)
        assert fits(described, shape["content"]["application/json"]["schema"], body), name
