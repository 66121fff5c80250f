"""Compares a face's picture of the wire with the server's own description."""

import re
from collections.abc import Mapping

from playwright.sync_api import Page

from tests.surfaces.widget.house import House


def strangers(page: Page, house: House, written: str, pairs: Mapping[str, str]) -> list[str]:
    """Interfaces whose fields no wire struct of the server's has.

    Args:
        written: the TypeScript.
        pairs: our name -> the server's, where they differ.
    """
    answer = page.request.get(f"{house.url}/api/schema/openapi.json")
    schemas = answer.json()["components"]["schemas"]
    ours = re.findall(r"export interface (\w+) \{\n(.*?)\n\}", written, re.DOTALL)
    assert ours
    found: list[str] = []
    for name, body in ours:
        fields = set(re.findall(r"^  (\w+)\??:", body, re.MULTILINE))
        # Two doors may call their structs alike: then the long name says whose it is.
        theirs = [
            set(schema["properties"])
            for key, schema in schemas.items()
            if key.rpartition("_")[2] == pairs.get(name, name) and "properties" in schema
        ]
        if fields not in theirs:
            found.append(f"{name}: {sorted(fields)}, not one of {theirs}")
    return found
