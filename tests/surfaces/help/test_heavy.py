"""A form filled with more than anybody types is given back soon, and holds up nobody else."""

import time
from uuid import uuid4

import httpx2

from tests.surfaces.widget.house import House

MAX_S = 5.0  # a hundred times what it takes, for a busy machine
CODES = "my code is 123456 "


def write(house: House, visitor: httpx2.Client, text: str) -> httpx2.Response:
    data = {"text": text, "email": f"{uuid4().hex}@mail.example", "topic": "", "key": uuid4().hex}
    return visitor.post("/en/contact", data=data, headers={"origin": house.url})


def test_megabytes_of_codes_are_given_back_soon(house: House, visitor: httpx2.Client) -> None:
    begun = time.monotonic()

    refused = write(house, visitor, CODES * 60_000)

    assert time.monotonic() - begun < MAX_S
    assert refused.status_code == 422
    assert "123456" not in refused.text


def test_what_is_too_long_says_by_how_much(house: House, visitor: httpx2.Client) -> None:
    refused = write(house, visitor, "a long story " * 100_000)
    taken = write(house, visitor, "a short story")

    assert refused.status_code == 422
    assert "1291999 characters too many" in refused.text
    assert taken.status_code == 303


def test_no_address_ends_a_redirect_early(house: House, visitor: httpx2.Client) -> None:
    """The files' host sends everything personal to the desk; what is odd stays inside the path."""
    files = {"host": f"127.0.0.1:{httpx2.URL(house.url).port}"}

    plain = visitor.get("/console/inbox/mine", headers=files)
    odd = visitor.get("/console/%0d%0aset-cookie:%20a=b", headers=files)

    assert plain.headers["location"] == f"{house.url}/console/inbox/mine"
    assert odd.headers["location"] == f"{house.url}/console/%0D%0Aset-cookie%3A%20a%3Db"
    assert "set-cookie" not in odd.headers
