"""The console's picture of the wire is the server's: same fields, same ones that may be null."""

import re
from typing import Any

import httpx2
import pytest

from tests.conftest import ROOT
from tests.surfaces.widget.house import House

API = ROOT / "ui" / "shared" / "api.ts"
# Our name -> the server's wire struct, where they differ.
PAIRS = {
    "SignedIn": "SignInOut", "Me": "MeOut", "AgentSession": "SessionOut", "TotpStart": "TotpOut",
    "Agent": "AgentRow", "InboxRow": "RowOut", "InboxPage": "RowsOut", "TicketHead": "TicketOut",
    "Conversation": "ConversationOut", "Identity": "CardIdentityOut", "Card": "CardOut",
    "Viewer": "ViewerOut", "TicketPage": "TicketPage", "FileInfo": "FileOut", "Item": "ItemOut",
    "Timeline": "TimelineOut", "Delivery": "Undelivered", "DeadLetter": "DeadLetter",
    "Draft": "Draft", "View": "View", "Citable": "CitableOut", "Citables": "CitablesOut",
}  # fmt: skip


def interfaces() -> dict[str, dict[str, str]]:
    """Every interface of api.ts as field -> type, inherited fields included."""
    found: dict[str, dict[str, str]] = {}
    pattern = r"export interface (\w+)(?:<\w+>)?(?: extends (\w+)(?:<\w+>)?)? \{\n(.*?)\n\}"
    for name, parent, body in re.findall(pattern, API.read_text(), re.S):
        fields = dict(re.findall(r"^  (\w+)\??: (.*);$", body, re.M))
        found[name] = found.get(parent, {}) | fields
    return found


def may_be_null(field: dict[str, Any]) -> bool:
    kinds = field.get("oneOf", field.get("anyOf", [field]))
    return any(kind.get("type") == "null" for kind in kinds)


@pytest.fixture(scope="session")
def schemas(house: House) -> dict[str, Any]:
    document = httpx2.get(f"{house.url}/api/schema/openapi.json", timeout=30).json()
    # Two doors may call their structs alike: then the long name says whose it is.
    found = document["components"]["schemas"].items()
    return {
        name.rpartition("_")[2]: schema
        for name, schema in found
        if not name.startswith(("widget_", "help_"))
    }


@pytest.mark.parametrize("ours", PAIRS)
def test_the_fields_are_the_same(schemas: dict[str, Any], ours: str) -> None:
    theirs = schemas[PAIRS[ours]]["properties"]
    mine = interfaces()[ours]
    assert mine.keys() == theirs.keys()
    nullable = {name for name, field in theirs.items() if may_be_null(field)}
    assert {name for name, kind in mine.items() if kind.endswith("| null")} == nullable
