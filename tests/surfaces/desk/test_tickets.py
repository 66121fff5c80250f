"""Tickets over HTTP: what agents do, and what each refusal says."""

import json
from io import BytesIO
from uuid import uuid4

import httpx2
import pytest
from PIL import Image

from tests.surfaces.desk.conftest import Desk, Enter, Hear
from tests.surfaces.widget.house import House


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


async def test_an_agent_reads_answers_and_solves(enter: Enter, hear: Hear) -> None:
    mei, taken = await enter(), await hear("My deposit is missing")
    path = f"tickets/{taken.ticket_id}"

    page = await mei.get(path)
    assert page["customer"]["name"] == "L••• Y•"
    assert page["conversations"][0]["may_reply"]
    row = await mei.put(
        f"{path}/assignee", agent_id=mei.id, version=page["ticket"]["row"]["version"]
    )
    item = await mei.reply(taken, "It reached us at 11:49", seen=1)
    note = await mei.post(f"{path}/notes", text="call finance", client_key=uuid4().hex)
    row = await mei.put(
        f"{path}/status",
        status="solved",
        version=row["version"],
        seen={str(taken.conversation_id): 1},
    )

    timeline = await mei.get(f"{path}/timeline")
    assert (row["status"], row["assignee"]["id"]) == ("solved", mei.id)
    assert (item["delivery"]["state"], note["kind"]) == ("sent", "note")
    told = [
        each["activity"]["code"] if each["activity"] else each["kind"] for each in timeline["items"]
    ]
    # The guide may have ranked it meanwhile.
    assert [each for each in told if each != "priority"] == [
        "inbound", "assigned", "outbound", "note", "status",
    ]  # fmt: skip
    assert timeline["stamp"] == row["stamp"]


async def test_an_answer_past_a_newer_message_shows_what_is_new(enter: Enter, hear: Hear) -> None:
    mei = await enter()
    taken = await hear("one", who="w1")
    await hear("two, just now", who="w1")

    problem = await mei.reply(taken, "answer", seen=1, status=409)

    assert problem["code"] == "newer_messages"
    assert [each["text"] for each in problem["params"]["newer"]] == ["two, just now"]
    await mei.reply(taken, "answer", seen=2)


async def test_a_refusal_is_said_in_the_readers_language(enter: Enter) -> None:
    mei = await enter()

    answer = await mei.client.get(
        f"/api/console/tickets/{uuid4()}", headers={"accept-language": "zh-TW"}
    )

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/errors/ticket_not_found", "title": "沒有這張工單。", "status": 404,
        "code": "ticket_not_found", "params": answer.json()["params"],
    }  # fmt: skip


async def test_who_owns_what_their_team_does_not_see_can_hand_it_over(
    enter: Enter, hear: Hear
) -> None:
    lead, mei = await enter("Jun Sato"), await enter("Mei Tan", roles=("agent",), teams=("night",))
    ravi = await enter("Ravi Menon", roles=("agent",), teams=("night",))
    taken = await hear("one", team="night")
    row = (await lead.get(f"tickets/{taken.ticket_id}"))["ticket"]["row"]
    path = f"tickets/{taken.ticket_id}/assignee"
    row = await mei.put(path, agent_id=mei.id, version=row["version"])
    left = await lead.client.patch("/api/console/teams/night", json={"members": [ravi.id]})
    assert left.status_code == 200, left.text

    assert await mei.put(path, agent_id=ravi.id, version=row["version"]) is None

    await mei.get(f"tickets/{taken.ticket_id}", 404)
    row = (await ravi.get(f"tickets/{taken.ticket_id}"))["ticket"]["row"]
    assert row["assignee"]["id"] == ravi.id


async def test_another_teams_ticket_does_not_exist(enter: Enter, hear: Hear) -> None:
    taken = await hear()
    theirs = await enter("Ravi Menon", roles=("agent",), teams=("security",))
    mine = await enter("Mei Tan", roles=("agent",), teams=("deposits",))

    for path in ("", "/timeline"):
        assert (await theirs.get(f"tickets/{taken.ticket_id}{path}", 404))["code"]
        await mine.get(f"tickets/{taken.ticket_id}{path}")
    await theirs.reply(taken, "hello", seen=1, status=404)
    rows = (await theirs.get("tickets?view=all"))["rows"]
    assert str(taken.ticket_id) not in [row["id"] for row in rows]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "views"), ("GET", "tickets"), ("GET", "search?q=x"), ("GET", "deliveries"),
        ("GET", "dead-letters"), ("POST", "dead-letters/replay"), ("POST", "files"),
    ],
)  # fmt: skip
async def test_nobody_gets_in_without_a_session(house: House, method: str, path: str) -> None:
    async with httpx2.AsyncClient(base_url=house.url) as client:
        answer = await client.request(
            method, f"/api/console/{path}", headers={"x-fanlight": "1", "origin": house.url}
        )

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


async def test_another_sites_page_changes_nothing(enter: Enter, hear: Hear) -> None:
    mei, taken = await enter(), await hear()
    path = f"/api/console/tickets/{taken.ticket_id}/notes"
    body = {"text": "forged", "client_key": uuid4().hex}

    for headers in ({"origin": "https://evil.example"}, {"x-fanlight": ""}):
        answer = await mei.client.post(path, json=body, headers=headers)
        assert answer.json()["code"] == "not_from_our_page"
    timeline = await mei.get(f"tickets/{taken.ticket_id}/timeline")
    assert "note" not in [each["kind"] for each in timeline["items"]]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"text": 3}',
        b'{"text": "x"}',
        b"\xff\xfe",
        b"null",
        b'{"text": "\xed\xa0\x80"}',
    ],
)
async def test_malformed_bodies_are_refused_and_change_nothing(
    enter: Enter, hear: Hear, body: bytes
) -> None:
    mei, taken = await enter(), await hear()

    answer = await mei.client.post(
        f"/api/console/tickets/{taken.ticket_id}/notes",
        content=body,
        headers={"content-type": "application/json"},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    "path", ["tickets?view=nothing", "tickets?after=zzz", "tickets?limit=a", "tickets/abc"]
)
async def test_odd_addresses_are_refused_clearly(enter: Enter, path: str) -> None:
    mei = await enter()
    answer = await mei.client.get(f"/api/console/{path}")

    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\U0001f600" * 100, "x" * 20_001])
async def test_odd_text_is_taken_or_refused_never_broken(
    enter: Enter, hear: Hear, text: str
) -> None:
    mei, taken = await enter(), await hear()
    path = f"/api/console/tickets/{taken.ticket_id}"
    for verb, body in (
        ("notes", {"text": text, "client_key": uuid4().hex}),
        ("draft", {"text": text, "kind": "note"}),
        ("subject", {"subject": text, "version": 1}),
        ("tags", {"tags": [text], "version": 1}),
    ):
        method = "POST" if verb == "notes" else "PUT"
        content = json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        answer = await mei.client.request(
            method, f"{path}/{verb}", content=content, headers=headers
        )
        assert answer.status_code < 500, (verb, answer.text)
    assert (await mei.client.get("/api/console/search", params={"q": "a\x00b"})).status_code < 500


async def test_a_picture_is_made_anew_and_handed_out_on_another_site(
    enter: Enter, hear: Hear, house: House
) -> None:
    mei, taken = await enter(), await hear()
    answer = await mei.client.post(
        "/api/console/files",
        files={"file": ("proof.png", png(), "image/png")},
        data={"ticket_id": str(taken.ticket_id)},
    )
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert file["url"].startswith(house.url.replace("localhost", "127.0.0.1") + "/files/")

    async with httpx2.AsyncClient() as stranger:
        good = await stranger.get(file["url"])
        here = await stranger.get(file["url"].replace("127.0.0.1", "localhost"))
        forged = await stranger.get(file["url"][:60] + "x" + file["url"][61:])
    assert (good.status_code, good.headers["content-type"]) == (200, "image/png")
    assert "sandbox" in good.headers["content-security-policy"]
    assert (here.status_code, forged.status_code) == (404, 410)


@pytest.mark.parametrize(
    ("raw", "kind", "name"),
    [
        (b"From: a@b.example\r\n\r\nMy deposit", "message/rfc822", "original.eml"),
        (b'{"update_id": 1}', "application/json", "original.json"),
    ],
)
async def test_the_original_is_called_what_it_is(
    enter: Enter, hear: Hear, raw: bytes, kind: str, name: str
) -> None:
    mei, taken = await enter(), await hear(raw=raw)
    path = f"messages/{taken.message_id}/original"
    answer = await mei.post(path, 200, why="asked")

    async with httpx2.AsyncClient() as stranger:
        handed = await stranger.get(answer["url"])
    assert (handed.content, handed.headers["content-type"]) == (raw, kind)
    assert handed.headers["content-disposition"] == f"attachment; filename={name}"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/console/", "text/html; charset=utf-8"),
        ("/metrics", "text/plain; version=1.0.0; charset=utf-8"),
        ("/api/", "application/vnd.oai.openapi+json"),
    ],
)
async def test_what_the_readme_names_can_be_opened(house: House, address: str, kind: str) -> None:
    async with httpx2.AsyncClient(base_url=house.url, follow_redirects=True) as visitor:
        answer = await visitor.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


async def test_a_program_is_not_taken(enter: Enter, hear: Hear) -> None:
    mei, taken = await enter(), await hear()

    answer = await mei.client.post(
        "/api/console/files",
        files={"file": ("photo.png", b"MZ" + bytes(300), "image/png")},
        data={"ticket_id": str(taken.ticket_id)},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "file_refused")
    assert answer.json()["title"].startswith("Not taken: this kind of file is not opened here.")


async def test_a_file_goes_with_one_message_of_its_uploader(enter: Enter, hear: Hear) -> None:
    mei, jun, taken = await enter(), await enter("Jun Sato"), await hear()
    answer = await mei.client.post(
        "/api/console/files",
        files={"file": ("proof.png", png(), "image/png")},
        data={"ticket_id": str(taken.ticket_id)},
    )
    note = {"text": "see this", "file_ids": [answer.json()["id"]]}
    path = f"tickets/{taken.ticket_id}/notes"

    await jun.post(path, 404, client_key=uuid4().hex, **note)
    item = await mei.post(path, client_key=uuid4().hex, **note)
    await mei.post(path, 404, client_key=uuid4().hex, **note)

    assert [each["name"] for each in item["files"]] == ["proof.png"]


async def test_drafts_are_each_agents_own(enter: Enter, hear: Hear) -> None:
    mei, jun, taken = await enter(), await enter("Jun Sato"), await hear()
    path = f"tickets/{taken.ticket_id}"

    await mei.put(f"{path}/draft", kind="reply", text="I am writ")

    assert [d["text"] for d in (await mei.get(path))["drafts"]] == ["I am writ"]
    assert (await jun.get(path))["drafts"] == []


async def test_revealing_needs_the_customers_own_ticket(enter: Enter, hear: Hear) -> None:
    mei, mine, other = await enter(), await hear(who="aa"), await hear(who="bb")
    card = (await mei.get(f"tickets/{mine.ticket_id}"))["customer"]
    path = f"customers/{card['id']}/reveal"
    body = {"identity_id": "name", "why": "asked"}

    await mei.post(path, 404, ticket_id=str(other.ticket_id), **body)
    value = await mei.post(path, 200, ticket_id=str(mine.ticket_id), **body)

    assert value == {"value": "Ling Yu", "shown_s": 60}


async def test_pages_lead_on_without_gaps(enter: Enter, hear: Hear) -> None:
    ravi = await enter("Ravi Menon", roles=("agent",), teams=("security",))
    made = {str((await hear(team="security")).ticket_id) for _ in range(7)}

    found, after = [], ""
    while True:
        page = await ravi.get(f"tickets?view=all&limit=3{after}")
        found += [row["id"] for row in page["rows"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert len(found) == len(set(found))
    assert made <= set(found)


async def test_search_finds_a_reference(enter: Enter, hear: Hear) -> None:
    mei, taken = await enter(), await hear()
    row = (await mei.get(f"tickets/{taken.ticket_id}"))["ticket"]["row"]

    found = (await mei.get(f"search?q={row['reference'].lower()}"))["rows"]

    assert [each["id"] for each in found] == [row["id"]]


async def test_a_desk_of_two_sees_one_another(enter: Enter, hear: Hear, house: House) -> None:
    mei: Desk = await enter()
    assignable = await mei.get("assignable?team=deposits")

    assert mei.id in [each["id"] for each in assignable]


async def test_what_a_ticket_names_is_told_and_its_state_to_those_who_see_customers(
    enter: Enter, hear: Hear
) -> None:
    tx_hash = "9f3c27aa5d0e4b1c8f7e6d5c4b3a29180716253443526170ffeeddccbb04e71a"
    mei = await enter()
    taken = await hear(f"TRC20 deposit, txid {tx_hash}")
    path = f"tickets/{taken.ticket_id}/objects"

    (found,) = (await mei.get(path))["objects"]
    state = await mei.get(f"{path}/{found['id']}/state")
    stranger, writer = (
        await enter(roles=("agent",), teams=("security",)),
        await enter(roles=("editor",)),
    )

    await stranger.get(path, 404)
    await stranger.get(f"{path}/{found['id']}/state", 404)
    await writer.get(f"{path}/{found['id']}/state", 403)
    await mei.get(f"{path}/{uuid4()}/state", 404)
    assert (found["kind"], found["value"], found["chain"]) == ("transaction", tx_hash, "tron")
    assert (state["about"], state["state"]) == ("nothing", "no_account")


async def test_a_writers_own_account_is_hidden_in_their_words(enter: Enter, hear: Hear) -> None:
    mei = await enter()
    said = {"who": "48812217", "identity_kind": "exchange"}
    taken = await hear("please look at 48812217 and at order 77881234", **said)

    page = await mei.get(f"tickets/{taken.ticket_id}/timeline")

    assert page["items"][0]["text"] == "please look at 48••••17 and at order 77881234"
    assert page["items"][0]["is_masked"]


async def test_a_key_of_a_client_is_nothing_else(enter: Enter, hear: Hear) -> None:
    mei, taken = await enter(), await hear()
    path = f"tickets/{taken.ticket_id}/notes"

    await mei.post(path, 400, text="x", client_key="my password: Hunter2!!")
    await mei.post(path, 400, text="x", client_key="K" * 52)
