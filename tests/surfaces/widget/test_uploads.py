"""Files that customers upload: what is slow to look into holds up nobody, and every try counts."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from PIL import Image

from fanlight.surfaces.widget.settings import WidgetSettings
from tests.surfaces.widget.house import House


@contextmanager
def guest(house: House) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=house.url, timeout=60, headers={"origin": house.url}) as client:
        token = client.post("/api/widget/session", json={}).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client


def send(client: httpx2.Client, name: str, content: bytes) -> httpx2.Response:
    return client.post("/api/widget/files", files={"file": (name, content)})


def flat_picture(side: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (side, side), (8, 8, 8, 9)).save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_made_anew_and_one_too_large_is_refused(house: House) -> None:
    with guest(house) as client:
        taken = send(client, "a.png", flat_picture(40))
        refused = send(client, "b.png", flat_picture(6_400))

    assert taken.status_code == 201, taken.text
    assert (taken.json()["width"], taken.json()["media_type"]) == (40, "image/png")
    assert refused.status_code == 422
    assert refused.json()["params"]["reason"] == "too_large"


def test_a_refused_file_costs_a_try_like_any_other(house: House) -> None:
    limit = WidgetSettings().files_per_hour
    with guest(house) as client:
        answers = [send(client, "run.exe", b"MZ" + bytes(200)).status_code for _ in range(limit)]
        last = send(client, "good.txt", b"a good one")

    assert set(answers) == {422}
    assert last.status_code == 429
