"""Importing and exporting through the console: a look first, then the deed, then the log."""

import asyncio
import io
import json
import zipfile
from typing import Any
from uuid import UUID, uuid4

import pytest

from fanlight.features.knowledge import carrying, transfers
from fanlight.features.knowledge.settings import KnowledgeSettings
from fanlight.kernel import audit
from fanlight.kernel.settings import Settings
from tests.surfaces.desk.conftest import Desk, Enter
from tests.surfaces.desk.test_articles import mei
from tests.surfaces.widget.house import House

__all__ = ["mei"]  # a fixture
DOOR = "/api/console/transfers"


def packed(files: dict[str, str | bytes]) -> bytes:
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return room.getvalue()


def folder(slug: str, words: str = "Words of it.") -> bytes:
    return packed(
        {
            f"en/fees/{slug}.md": f"---\ntitle: {slug}\n---\n\n{words} [x](article:nowhere)\n",
            "en/fees/broken.md": "---\ntitle: [\n---\n\nNever taken.\n",
            "../out-of-the-house.md": "no",
        }
    )


async def send(
    desk: Desk, content: bytes, status: int = 201, *, name: str = "help.zip", **options: Any
) -> Any:
    answer = await desk.client.post(
        f"{DOOR}/imports",
        files={"file": (name, content)},
        data={"options": json.dumps(options)},
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def carried(house: House, desk: Desk, transfer: Any) -> Any:
    """As the worker does it."""
    await house.later(carrying.carry(house.edge.shelf, UUID(transfer["id"])))
    return await desk.get(f"transfers/{transfer['id']}")


async def test_a_file_is_looked_at_then_imported_and_logged(house: House, mei: Desk) -> None:
    slug = f"moved-{uuid4().hex[:8]}"
    begun = await send(mei, folder(slug), is_published=True)
    assert (begun["state"], begun["begun_by"]) == ("looking", "Mei Tan")
    looked = await carried(house, mei, begun)
    report = looked["report"]
    assert (looked["state"], report["added"], report["changed"]) == ("looked", 1, 0)
    said = {(each["kind"], each["place"]) for each in report["remarks"]}
    assert ("added", f"en/fees/{slug}.md") in said
    assert ("broken_link", f"en/fees/{slug}.md") in said
    whys = {each["place"]: each["words"] for each in report["remarks"]}
    assert "line" in whys["en/fees/broken.md:3"]
    assert "leads out" in whys["../out-of-the-house.md"]
    for language, words in (("zh-Hans", "文件名指到了"), ("zh-Hant", "檔名指到了")):
        answer = await mei.client.get(
            f"{DOOR}/{begun['id']}", headers={"accept-language": language}
        )
        said_there = {each["place"]: each["words"] for each in answer.json()["report"]["remarks"]}
        assert words in said_there["../out-of-the-house.md"]
        assert "第 3 行" in said_there["en/fees/broken.md:3"]
    address = f"/en/a/fees/{slug}"
    assert (await mei.client.get(address)).status_code == 404  # a look changes nothing

    running = await mei.post(f"transfers/{begun['id']}/carry-out", 200)
    assert running["state"] == "importing"
    await mei.post(f"transfers/{begun['id']}/carry-out", 409)
    done = await carried(house, mei, begun)
    assert (done["state"], done["done"], done["report"]["added"]) == ("imported", 1, 1)
    assert (await mei.client.get(address)).status_code == 200
    again = await carried(house, mei, begun)  # the same job again
    assert again["ended_at"] == done["ended_at"]

    async def logged() -> list[str]:
        async with house.edge.work() as work:
            target = f"transfer:{begun['id']}"
            return [each.action for each in await audit.page(work, target=target, limit=10)]

    actions = await house.later(logged())
    assert sorted(actions) == ["import.begun", "import.done", "import.looked_at"]


async def test_what_editors_changed_is_kept_unless_it_is_asked_for(house: House, mei: Desk) -> None:
    slug = f"edited-{uuid4().hex[:8]}"
    begun = await carried(house, mei, await send(mei, folder(slug), is_published=True))
    await mei.post(f"transfers/{begun['id']}/carry-out", 200)
    await carried(house, mei, begun)
    rows = (await mei.get(f"articles?q={slug}"))["rows"]
    path = f"articles/{rows[0]['id']}/en"
    readers = (await mei.get(path))["readers"]
    words = {"title": slug, "description": "", "tags": [], "asked_as": [], "source": "Ours.\n"}
    over = readers["version"]
    draft = await mei.put(f"{path}/draft", **words, version=0, over=over)
    await mei.post(f"{path}/publish", 204, version=draft["version"], over=over)

    looked = await carried(house, mei, await send(mei, folder(slug, "Newer there.")))
    assert (looked["report"]["kept"], looked["report"]["changed"]) == (1, 0)
    body = {"is_overwriting": True}
    await mei.post(f"transfers/{looked['id']}/look", 200, **body)
    looked = await carried(house, mei, looked)
    assert (looked["report"]["kept"], looked["report"]["changed"]) == (0, 1)
    await mei.client.delete(f"{DOOR}/{looked['id']}")


@pytest.mark.parametrize(
    ("content", "name", "options"),
    [
        (b"PK\x03\x04 no zip", "a.zip", {}),
        (b"{" * 50_000, "deep.json", {"source": "zendesk"}),
        (packed({"bomb.md": b"0" * 20_000_000}), "bomb.zip", {}),
    ],
)
async def test_a_hostile_file_is_told_and_nothing_comes_of_it(
    house: House, mei: Desk, content: bytes, name: str, options: dict[str, Any]
) -> None:
    before = await mei.get("articles?sort=changed_at")
    looked = await carried(house, mei, await send(mei, content, name=name, **options))
    report = looked["report"]
    assert looked["state"] == "failed" or (report["added"], report["changed"]) == (0, 0)
    assert looked["fault"] or report["skipped"]
    assert (await mei.get("articles?sort=changed_at"))["rows"] == before["rows"]
    await mei.client.delete(f"{DOOR}/{looked['id']}")


async def test_an_upload_is_bounded_and_its_choices_are_looked_at(
    house: House, mei: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send(mei, b"", 400)
    await send(mei, folder("x"), 400, language="tlh")
    await send(mei, folder("x"), 400, source="floppy")
    answer = await mei.client.post(
        f"{DOOR}/imports", files={"file": ("a.zip", b"x")}, data={"options": "[" * 10_000}
    )
    assert answer.status_code == 400
    monkeypatch.setattr(transfers, "MOST_BYTES", 1_000)
    assert (await send(mei, b"x" * 1_001, 400))["code"] == "upload_too_large"


async def test_one_import_at_a_time_and_it_can_be_stopped(house: House, mei: Desk) -> None:
    slug = f"stopped-{uuid4().hex[:8]}"
    begun = await send(mei, folder(slug), is_published=True)
    assert (await send(mei, folder(slug), 409))["code"] == "transfer_running"
    assert (await mei.client.delete(f"{DOOR}/{begun['id']}")).status_code == 204
    await house.later(carrying.carry(house.edge.shelf, UUID(begun["id"])))
    await mei.get(f"transfers/{begun['id']}", 404)
    assert (await mei.client.delete(f"{DOOR}/{begun['id']}")).status_code == 404
    assert begun["id"] not in {each["id"] for each in await mei.get("transfers")}
    assert (await mei.client.get(f"/en/a/fees/{slug}")).status_code == 404


async def test_stopping_an_import_that_runs_undoes_it(
    house: House, mei: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = f"undone-{uuid4().hex[:8]}"
    looked = await carried(house, mei, await send(mei, folder(slug), is_published=True))
    await mei.post(f"transfers/{looked['id']}/carry-out", 200)
    real = carrying.importing.carry_out

    async def slow(*args: Any, **more: Any) -> Any:
        report = await real(*args, **more)
        await asyncio.sleep(30)
        return report

    monkeypatch.setattr(carrying.importing, "carry_out", slow)
    job = asyncio.ensure_future(house.later(carrying.carry(house.edge.shelf, UUID(looked["id"]))))
    async with asyncio.timeout(20):
        while (await mei.get(f"transfers/{looked['id']}"))["done"] != 1:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert (await mei.client.delete(f"{DOOR}/{looked['id']}")).status_code == 204
    await asyncio.wait_for(job, 5)
    assert (await mei.get(f"articles?q={slug}"))["rows"] == []


async def test_where_two_persons_look_nobody_imports_alone(
    house: House, mei: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    clara = await enter("Clara Weiss", roles=("lead", "admin"))
    slug = f"two-{uuid4().hex[:8]}"
    looked = await carried(house, mei, await send(mei, folder(slug), is_published=True))
    kept = house.edge.shelf.of(Settings)._sections
    monkeypatch.setitem(kept, KnowledgeSettings.section, KnowledgeSettings(two_persons=True))
    refused = await mei.post(f"transfers/{looked['id']}/carry-out", 409)
    assert refused["code"] == "import_needs_second"

    await clara.post(f"transfers/{looked['id']}/carry-out", 200)
    assert (await carried(house, clara, looked))["state"] == "imported"


async def test_why_a_file_as_a_whole_is_refused_is_said_in_the_readers_language(
    house: House, mei: Desk
) -> None:
    begun = await carried(house, mei, await send(mei, b'{"a": [1,\n 2,,]}', name="a.json"))
    assert begun["state"] == "failed"
    assert "line 2" in begun["fault"]
    headers = {"accept-language": "zh-Hans"}
    listed = (await mei.client.get(DOOR, headers=headers)).json()
    assert "第 2 行" in next(each["fault"] for each in listed if each["id"] == begun["id"])
    await mei.client.delete(f"{DOOR}/{begun['id']}")


async def test_reading_many_files_is_told_as_it_goes() -> None:
    told: list[tuple[int, int]] = []
    bar = carrying._Read(lambda done, total: told.append((done, total)))
    for done in range(1, 31):
        bar.told(done, 30)
    bar.written(1, 25)
    bar.written(25, 25)

    shares = [done / total for done, total in told]
    assert shares == sorted(shares)
    assert told[0] == (1, 60)
    assert told[-1] == (55, 55)


async def test_everything_comes_out_as_a_zip_that_goes_in_again(house: House, mei: Desk) -> None:
    begun = await mei.post("transfers/exports", 201, languages=["en"])
    assert (await mei.client.get(f"{DOOR}/{begun['id']}/file")).status_code == 404
    done = await carried(house, mei, begun)
    assert done["state"] == "exported"
    answer = await mei.client.get(f"{DOOR}/{begun['id']}/file")
    assert answer.headers["content-type"] == "application/zip"
    assert len(answer.content) == done["size_bytes"]
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert any(name.startswith("en/fees/") for name in names)
    assert not any(name.startswith("zh-Hans/") for name in names)
    looked = await carried(house, mei, await send(mei, answer.content))
    assert (looked["state"], looked["report"]["changed"]) == ("looked", 0)
    await mei.client.delete(f"{DOOR}/{looked['id']}")


async def test_moving_is_for_those_who_publish(house: House, mei: Desk, enter: Enter) -> None:
    begun = await mei.post("transfers/exports", 201)
    await carried(house, mei, begun)
    agent = await enter("Rosa Blum", roles=("agent",))
    await agent.get("transfers", 403)
    await send(agent, folder("x"), 403)
    await agent.post("transfers/exports", 403)
    for path in ("", "/file"):
        assert (await agent.client.get(f"{DOOR}/{begun['id']}{path}")).status_code == 403
    assert (await agent.client.delete(f"{DOOR}/{begun['id']}")).status_code == 403
