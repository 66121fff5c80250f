"""Beginning and continuing a chat by request, and whose chat it is."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from fanlight.features.conversations.queries import get_conversation
from fanlight.features.tickets.service import timeline
from tests.surfaces.widget.house import Customer, People


async def test_a_guest_begins_a_chat_and_gets_it_back(people: People) -> None:
    guest = await people.guest()
    assert guest.session["customer"]["level"] == 0
    assert guest.session["customer"]["has_email"] is False

    begun = await guest.begin("My deposit is missing.", name="Mei")
    talk, message = begun["conversation"], begun["message"]
    assert (message["seq"], message["by"]) == (1, "customer")
    assert message["text"] == "My deposit is missing."

    back = await people.guest(visitor=guest.session["visitor"])
    assert back.session["customer"]["id"] == guest.session["customer"]["id"]
    assert back.session["conversation"]["id"] == talk["id"]
    assert [each["text"] for each in await back.messages(talk["id"])] == ["My deposit is missing."]


async def test_the_same_key_begins_one_chat(people: People) -> None:
    guest, key = await people.guest(), str(uuid4())

    first = await guest.begin("Twice pressed", client_key=key)
    second = await guest.begin("Twice pressed", client_key=key)

    assert first["conversation"]["id"] == second["conversation"]["id"]
    assert first["message"]["id"] == second["message"]["id"]
    assert len(await guest.messages(first["conversation"]["id"])) == 1


async def test_the_same_key_says_a_thing_once(people: People) -> None:
    guest = await people.guest()
    talk = (await guest.begin())["conversation"]["id"]
    body = {"text": "Any news?", "client_key": str(uuid4())}

    said = [await guest.client.post(f"/api/widget/chats/{talk}/messages", json=body) for _ in "ab"]

    assert [each.status_code for each in said] == [201, 201]
    assert said[0].json() == said[1].json()
    assert [each["seq"] for each in await guest.messages(talk)] == [1, 2]


async def test_an_answer_reaches_the_customer_with_its_name_and_counts_as_unread(
    people: People,
) -> None:
    guest = await people.guest()
    talk = (await guest.begin())["conversation"]["id"]
    await people.house.later(people.house.own(UUID(talk)))
    await people.house.later(people.house.answer(UUID(talk), "Your money is safe."))

    back = await people.guest(visitor=guest.session["visitor"])
    assert back.session["conversation"]["agent"] == {"name": "林澈"}
    assert back.session["unread"] == 1
    answer = (await back.messages(talk, after=1))[0]
    assert (answer["by"], answer["name"], answer["client_key"]) == ("agent", "林澈", None)
    assert (answer["mark"][:3], answer["public_id"][:3]) == ("MS-", "AG-")
    assert (await back.messages(talk))[0]["mark"] == ""

    assert (await back.client.put(f"/api/widget/chats/{talk}/read", json={"seq": 2})).is_success
    again = await people.guest(visitor=guest.session["visitor"])
    assert again.session["unread"] == 0


async def test_a_secret_is_taken_out_and_nothing_of_it_is_kept(people: People) -> None:
    guest = await people.guest()
    words = "legal winner thank year wave sausage worth useful legal winner thank yellow"

    begun = await guest.begin(f"My wallet: {words}")

    assert begun["message"]["redactions"] == ["seed_phrase"]
    assert begun["message"]["text"] == "My wallet: ⟦hidden:seed_phrase⟧"
    assert "sausage" not in str(await guest.messages(begun["conversation"]["id"]))


async def _refusal(customer: Customer, method: str, path: str, **more: Any) -> tuple[int, str]:
    response = await customer.client.request(method, path, **more)
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


async def test_another_customers_chat_is_not_there(people: People) -> None:
    mine, other = await people.guest(), await people.guest()
    talk = (await mine.begin())["conversation"]["id"]
    words = {"text": "Hello", "client_key": str(uuid4())}
    doors: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"/api/widget/chats/{talk}/messages", {}),
        ("POST", f"/api/widget/chats/{talk}/messages", {"json": words}),
        ("PUT", f"/api/widget/chats/{talk}/read", {"json": {"seq": 1}}),
        ("PUT", f"/api/widget/chats/{talk}/delivered", {"json": {"seq": 1}}),
        ("POST", f"/api/widget/chats/{talk}/email", {"json": {"email": "x@mail.example"}}),
    ]
    for method, path, more in doors:
        assert await _refusal(other, method, path, **more) == (404, "conversation_not_found"), path
        assert (await mine.client.request(method, path, **more)).is_success, path


async def test_a_guests_chat_is_not_shown_to_who_signs_in_at_the_same_browser(
    people: People,
) -> None:
    guest = await people.guest()
    talk = (await guest.begin("Something private"))["conversation"]["id"]

    signed = await people.signed("50317746", visitor=guest.session["visitor"])

    assert signed.session["conversation"] is None
    assert signed.session["visitor"] is None
    refusal = await _refusal(signed, "GET", f"/api/widget/chats/{talk}/messages")
    assert refusal == (404, "conversation_not_found")


async def test_logging_out_ends_the_session(people: People) -> None:
    guest = await people.guest()
    talk = (await guest.begin())["conversation"]["id"]
    assert (await guest.client.delete("/api/widget/session")).status_code == 204
    refusal = await _refusal(guest, "GET", f"/api/widget/chats/{talk}/messages")
    assert refusal == (401, "sign_in_needed")


async def test_without_a_session_nothing_is_to_be_had(people: People) -> None:
    for given in ({}, {"authorization": "Basic eDp5"}, {"authorization": "Bearer " + "x" * 43}):
        response = await people.client().get(f"/api/widget/chats/{uuid4()}/messages", headers=given)
        assert (response.status_code, response.json()["code"]) == (401, "sign_in_needed")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "", "client_key": "11111111-1111"}, 422, "nothing_said"),
        ({"text": " \n ", "client_key": "11111111-1112"}, 422, "nothing_said"),
        ({"text": "字" * 8001, "client_key": "11111111-1113"}, 422, "text_too_long"),
        ({"text": "Hello"}, 400, "malformed"),
        ({"text": "Hello", "client_key": "x"}, 400, "malformed"),
        ({"text": "Hello", "client_key": "1' OR '1'='1"}, 400, "malformed"),
        ({"text": 5, "client_key": "11111111-1114"}, 400, "malformed"),
        ({"text": "Hello", "client_key": "11111111-1115", "level": 3}, 400, "malformed"),
        ({"text": "Hi", "client_key": "11111111-1116", "email": "nobody"}, 400, "malformed"),
        ({"text": "Hi", "client_key": "11111111-1117", "file_ids": ["a"]}, 400, "malformed"),
    ],
)
async def test_bad_words_are_refused_clearly_and_begin_nothing(
    people: People, body: dict[str, Any], status: int, code: str
) -> None:
    guest = await people.guest()
    assert await _refusal(guest, "POST", "/api/widget/chats", json=body) == (status, code)
    back = await people.guest(visitor=guest.session["visitor"])
    assert back.session["conversation"] is None


async def test_the_longest_message_fits_and_one_more_does_not(people: People) -> None:
    guest = await people.guest()
    begun = await guest.begin("字" * 8000)
    assert len(begun["message"]["text"]) == 8000
    body = {"text": "字" * 8001, "client_key": str(uuid4())}
    path = f"/api/widget/chats/{begun['conversation']['id']}/messages"
    assert await _refusal(guest, "POST", path, json=body) == (422, "text_too_long")


async def test_hostile_bodies_are_refused(people: People) -> None:
    guest = await people.guest()
    json = {"content-type": "application/json"}
    for body in (b"{", b"[" * 50_000, b"\xff\xfe", b'"words"'):
        refusal = await _refusal(guest, "POST", "/api/widget/chats", content=body, headers=json)
        assert refusal == (400, "malformed"), body[:10]
    large = b'{"text":"' + b"a" * 200_000 + b'"}'
    refusal = await _refusal(guest, "POST", "/api/widget/chats", content=large, headers=json)
    assert refusal == (413, "too_large")


async def test_a_file_goes_with_a_message_of_its_uploader_only(people: People) -> None:
    guest, other = await people.guest(), await people.guest()
    talk = (await guest.begin())["conversation"]["id"]
    await other.begin()
    sent = await guest.client.post(
        "/api/widget/files", files={"file": ("note.txt", b"hash 4f2a", "text/plain")}
    )
    assert sent.status_code == 201, sent.text
    file = sent.json()
    assert (file["name"], file["state"], file["size_bytes"]) == ("note.txt", "clean", 9)

    words = {"text": "See the note", "client_key": str(uuid4()), "file_ids": [file["id"]]}
    theirs = (await people.guest(visitor=other.session["visitor"])).session["conversation"]["id"]
    stolen = await _refusal(other, "POST", f"/api/widget/chats/{theirs}/messages", json=words)
    assert stolen == (404, "file_not_found")
    assert len(await other.messages(theirs)) == 1  # nothing was said either

    said = await guest.client.post(f"/api/widget/chats/{talk}/messages", json=words)
    assert [each["name"] for each in said.json()["files"]] == ["note.txt"]


async def test_a_guests_first_message_may_carry_a_file(people: People) -> None:
    guest = await people.guest()
    files = {"file": ("note.txt", b"hash 4f2a", "text/plain")}
    file = (await guest.client.post("/api/widget/files", files=files)).json()

    begun = await guest.begin("See the note", file_ids=[file["id"]])

    assert [each["name"] for each in begun["message"]["files"]] == ["note.txt"]
    assert begun["message"]["files"][0]["url"].startswith("http://127.0.0.1:")


async def test_an_address_is_kept_and_shown_masked(people: People) -> None:
    guest = await people.guest()
    talk = (await guest.begin())["conversation"]["id"]
    path = f"/api/widget/chats/{talk}/email"
    assert await _refusal(guest, "POST", path, json={"email": "nobody"}) == (400, "malformed")

    response = await guest.client.post(path, json={"email": "Lin@Mail.example"})

    assert response.json() == {"masked": "l••@m•••.example"}
    back = await people.guest(visitor=guest.session["visitor"])
    assert back.session["customer"]["has_email"] is True


async def test_too_many_chats_are_refused_with_a_time(people: People) -> None:
    guest = await people.guest()
    for number in range(20):
        await guest.begin(f"Number {number}")
    body = {"text": "One more", "client_key": str(uuid4())}
    response = await guest.client.post("/api/widget/chats", json=body)
    assert (response.status_code, response.json()["code"]) == (429, "too_many_tries")
    assert int(response.headers["retry-after"]) > 0


async def test_the_agent_sees_what_was_tried_before_writing(people: People) -> None:
    guest = await people.guest(page="https://www.meridian.example/assets?reset=9f86d0#a")
    begun = await guest.begin(searched=["usdt missing", "my code is 482913"])

    async def activities() -> list[tuple[str, str]]:
        async with people.house.edge.work(people.house.as_agent()) as work:
            chat = await get_conversation(work, UUID(begun["conversation"]["id"]))
            line = await timeline(work, chat.ticket_id)
        return [
            (each.activity["code"], next(iter(each.activity["params"].values())))
            for each in line
            if each.activity is not None and each.activity["code"].startswith("chat_")
        ]

    assert sorted(await people.house.later(activities())) == [
        ("chat_from", "https://www.meridian.example/assets"),
        ("chat_searched", "usdt missing · my code is ⟦hidden:otp⟧"),
    ]
