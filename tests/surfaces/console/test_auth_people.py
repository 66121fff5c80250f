"""Account, agents, teams, roles and the audit log over HTTP, and who is refused at which door."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.builders.door import Door

PASSWORD = "lantern over the river"
ME = "/api/console/me"
AGENTS = "/api/console/agents"
STALE = """
    UPDATE agent_sessions SET stepped_up_at = now() - interval '6 minutes'
    WHERE agent_id = %(agent_id)s
"""


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_ones_own_settings(door: Door, join: Callable[..., Any]) -> None:
    mei = join("agent")
    wanted = {
        "theme": "dark",
        "density": "comfortable",
        "language": "zh-Hans",
        "public_name": "小美",
    }
    saved = mei.browser.patch(ME, json=wanted)
    assert saved.status_code == 200
    me = mei.browser.json(ME)
    assert {key: me[key] for key in wanted} == wanted
    for bent in ({"theme": "sepia"}, {"language": "tlh"}, {"public_name": ""}):
        assert code_of(mei.browser.patch(ME, json=bent)) == (400, "malformed")
    assert mei.browser.json(ME) == me


def test_presence(door: Door, join: Callable[..., Any]) -> None:
    mei = join("agent")
    assert mei.browser.json(ME)["presence"] == "off"
    assert mei.browser.put(f"{ME}/presence", json={"state": "online"}).status_code == 204
    assert mei.browser.json(ME)["presence"] == "online"
    assert code_of(mei.browser.put(f"{ME}/presence", json={"state": "asleep"}))[0] == 400


def test_sessions_are_seen_and_ended(door: Door, join: Callable[..., Any]) -> None:
    mei, jun = join("agent"), join("agent")
    other, third = door.browser(), door.browser()
    other.headers["user-agent"] = "Safari on a telephone"
    other.sign_in(mei.email, PASSWORD, mei.app)
    listed = mei.browser.json(f"{ME}/sessions")
    assert [each["is_current"] for each in listed].count(True) == 1
    theirs = next(each for each in listed if not each["is_current"])
    assert theirs["user_agent"] == "Safari on a telephone"
    assert theirs["ip"] == "127.0.0.1"
    assert "token" not in str(listed)

    stolen = jun.browser.delete(f"{ME}/sessions/{theirs['id']}")
    assert code_of(stolen) == (404, "not_found")
    assert other.get(ME).status_code == 200
    assert mei.browser.delete(f"{ME}/sessions/{theirs['id']}").status_code == 204
    assert other.get(ME).status_code == 401

    door.run("UPDATE agents SET totp_last_step = 0")  # so that the same code may be shown again
    third.sign_in(mei.email, PASSWORD, mei.app)
    assert mei.browser.delete(f"{ME}/sessions").status_code == 204
    assert third.get(ME).status_code == 401
    assert mei.browser.get(ME).status_code == 200


def test_a_new_password(door: Door, join: Callable[..., Any]) -> None:
    mei = join("agent")
    new = "a boat of seven reeds"
    for form, expected in (
        ({"current": "guess", "new": new}, (401, "wrong_credentials")),
        ({"current": PASSWORD, "new": "short"}, (422, "password_too_weak")),
    ):
        refused = mei.browser.post(f"{ME}/password", json=form)
        assert code_of(refused) == expected
    assert refused.json()["params"] == {"at_least": 12}
    changed = mei.browser.post(f"{ME}/password", json={"current": PASSWORD, "new": new})
    assert changed.status_code == 204
    old = door.browser().post(
        "/api/console/sign-in", json={"email": mei.email, "password": PASSWORD}
    )
    assert code_of(old) == (401, "wrong_credentials")
    door.browser().sign_in(mei.email, new, mei.app)


def test_what_changes_sign_in_wants_a_fresh_proof(door: Door, join: Callable[..., Any]) -> None:
    mei = join("agent")
    door.run(STALE, agent_id=mei.id)
    attempts = [
        ("POST", f"{ME}/totp"),
        ("DELETE", f"{ME}/totp"),
        ("POST", f"{ME}/recovery-codes"),
        ("POST", f"{ME}/passkeys/options"),
        ("DELETE", f"{ME}/passkeys/{uuid4()}"),
    ]
    for method, path in attempts:
        assert code_of(mei.browser.request(method, path)) == (403, "step_up_needed")
    step_up = f"{ME}/step-up"
    assert code_of(mei.browser.post(step_up, json={"code": "000000"})) == (422, "code_refused")
    password = mei.browser.post(step_up, json={"password": PASSWORD})
    assert code_of(password) == (422, "code_refused")
    code = {"code": mei.app.at(time.time() + 30)}
    assert mei.browser.post(step_up, json=code).status_code == 204
    assert mei.browser.post(f"{ME}/recovery-codes").status_code == 200
    last = mei.browser.delete(f"{ME}/totp")
    assert code_of(last) == (409, "second_factor_needed")


def test_an_invitation(door: Door, admin: Any) -> None:
    wanted = {
        "email": f"{uuid4().hex[:8]}@desk.example",
        "name": "Jun Ito",
        "roles": ["agent"],
        "languages": ["zh-Hant"],
    }
    invited = admin.post(AGENTS, json=wanted)
    assert invited.status_code == 201
    path = invited.json()["path"]
    assert path.startswith("/console/invite#")
    row = next(each for each in admin.json(AGENTS) if each["email"] == wanted["email"])
    assert (row["state"], row["totp_on"], row["last_seen_at"]) == ("invited", False, None)
    assert code_of(admin.post(AGENTS, json=wanted)) == (409, "email_taken")

    token = path.partition("#")[2]
    weak = door.browser().post(
        "/api/console/accept-invite", json={"token": token, "password": "password 1234"}
    )
    assert code_of(weak) == (422, "password_too_weak")
    browser = door.browser()
    form = {"token": token, "name": "Jun Itō", "password": PASSWORD}
    assert browser.post("/api/console/accept-invite", json=form).json()["next"] == "enrol"
    again = door.browser().post("/api/console/accept-invite", json=form)
    assert code_of(again) == (410, "link_ended")
    browser.enrol()
    assert browser.json(ME)["name"] == "Jun Itō"


def test_a_lost_telephone(door: Door, admin: Any, join: Callable[..., Any]) -> None:
    mei = join("agent")
    made = admin.post(f"{AGENTS}/{mei.id}/link", json={"drop_second_factor": True})
    assert mei.browser.get(ME).status_code == 401
    form = {"token": made.json()["path"].partition("#")[2], "password": PASSWORD}
    browser = door.browser()
    assert browser.post("/api/console/accept-invite", json=form).json()["next"] == "enrol"


def test_changing_and_suspending_an_agent(door: Door, admin: Any, join: Callable[..., Any]) -> None:
    mei = join("agent")
    key = f"t{uuid4().hex[:8]}"
    assert admin.post("/api/console/teams", json={"key": key, "name": "Night"}).status_code == 201
    form = {"roles": ["lead"], "teams": [key], "name": "Mei Lin"}
    changed = admin.patch(f"{AGENTS}/{mei.id}", json=form)
    assert changed.json()["roles"] == ["lead"]
    me = mei.browser.json(ME)
    assert (me["name"], me["teams"]) == ("Mei Lin", [key])
    assert "team.manage" in me["permissions"]

    bent = admin.patch(f"{AGENTS}/{mei.id}", json={"state": "invited"})
    assert code_of(bent)[0] == 400
    assert code_of(admin.patch(f"{AGENTS}/{uuid4()}", json={})) == (404, "agent_not_found")
    unknown = admin.patch(f"{AGENTS}/{mei.id}", json={"roles": ["emperor"]})
    assert code_of(unknown) == (404, "role_not_found")
    ada = admin.json(ME)["id"]
    last = admin.patch(f"{AGENTS}/{ada}", json={"roles": ["agent"]})
    assert code_of(last) == (409, "last_administrator")
    assert admin.json(ME)["roles"] == ["admin"]

    suspended = admin.patch(f"{AGENTS}/{mei.id}", json={"state": "suspended"})
    assert suspended.json()["state"] == "suspended"
    assert mei.browser.get(ME).status_code == 401
    back = door.browser().post(
        "/api/console/sign-in", json={"email": mei.email, "password": PASSWORD}
    )
    assert code_of(back) == (401, "wrong_credentials")


def test_teams(admin: Any, join: Callable[..., Any]) -> None:
    mei, key = join("agent"), f"t{uuid4().hex[:8]}"
    made = admin.post(
        "/api/console/teams",
        json={"key": key, "name": "Deposits", "languages": ["en"], "members": [mei.id]},
    )
    assert (made.status_code, made.json()["members"]) == (201, [mei.id])
    twice = admin.post("/api/console/teams", json={"key": key, "name": "Deposits"})
    assert code_of(twice) == (409, "team_key_taken")
    changed = admin.patch(f"/api/console/teams/{key}", json={"name": "Deposits and rails"})
    assert (changed.json()["name"], changed.json()["members"]) == ("Deposits and rails", [mei.id])
    missing = admin.patch("/api/console/teams/nowhere", json={"name": "No"})
    assert code_of(missing) == (404, "team_not_found")
    seen = next(each for each in mei.browser.json("/api/console/teams") if each["key"] == key)
    assert seen["name"] == "Deposits and rails"
    gone = admin.patch(f"/api/console/teams/{key}", json={"is_archived": True})
    assert gone.json()["archived_at"] is not None
    assert mei.browser.json(ME)["teams"] == []


def test_roles(admin: Any) -> None:
    key = f"r{uuid4().hex[:8]}"
    stored = admin.put(
        f"/api/console/roles/{key}", json={"name": "Night", "permissions": ["ticket.note"]}
    )
    assert stored.json()["permissions"] == ["ticket.note"]
    assert key in {each["key"] for each in admin.json("/api/console/roles")}
    fixed = admin.put("/api/console/roles/agent", json={"name": "Agent", "permissions": []})
    assert code_of(fixed) == (409, "role_fixed")
    unknown = admin.put(
        f"/api/console/roles/{key}", json={"name": "Night", "permissions": ["ticket.burn"]}
    )
    assert code_of(unknown) == (400, "malformed")


def test_the_audit_log_is_paged_and_names_who_did_it(
    door: Door, admin: Any, join: Callable[..., Any]
) -> None:
    mei, auditor = join("agent"), join("auditor")
    page = auditor.browser.json("/api/console/audit")
    made = next(
        each
        for each in page["entries"]
        if each["action"] == "agent.made" and each["target"] == f"agent:{mei.id}"
    )
    assert (made["actor"]["kind"], made["actor"]["name"]) == ("agent", "Ada Wong")
    only = auditor.browser.json(f"/api/console/audit?target=agent:{mei.id}")["entries"]
    assert {each["target"] for each in only} == {f"agent:{mei.id}"}
    assert PASSWORD not in str(page)

    seen: list[str] = []
    path = "/api/console/audit"
    mine = auditor.browser.json(f"{path}?actor={auditor.id}")["entries"]
    assert {entry["actor"]["id"] for entry in mine} == {str(auditor.id)}
    signed = auditor.browser.json(f"{path}?actor={auditor.id}&action=sign_in.done")["entries"]
    assert {entry["action"] for entry in signed} == {"sign_in.done"}
    assert auditor.browser.json(f"{path}?until=2020-01-01T00:00:00Z")["entries"] == []
    assert str(mei.id) in {each["id"] for each in auditor.browser.json(path)["people"]}
    assert code_of(auditor.browser.get(path, params={"since": "x"}))[0] == 400
    cursor = ""
    while cursor is not None:
        page = auditor.browser.json(f"{path}?before={cursor}" if cursor else path)
        seen += [each["id"] for each in page["entries"]]
        cursor = page["before"]
    assert len(seen) == len(set(seen))
    for bent in ("x", "7", "7.x", "99999999999999999999999." + "0" * 32):
        refused = auditor.browser.get(path, params={"before": bent})
        assert code_of(refused) == (400, "malformed")


def test_the_chain_is_checked_by_whoever_reads_the_log(
    admin: Any, join: Callable[..., Any]
) -> None:
    auditor, plain = join("auditor"), join("agent")
    before = auditor.browser.json("/api/console/audit/chain")
    asked = auditor.browser.post("/api/console/audit/chain/check").json()
    assert before["link"] <= asked["link"]
    assert (asked["check"]["state"], asked["check"]["begun_by"]) == ("waiting", "Mei Tan")
    assert code_of(plain.browser.post("/api/console/audit/chain/check")) == (403, "not_allowed")
    path = "/api/console/audit"
    about = auditor.browser.json(f"{path}?whom={plain.email}")["entries"]
    assert {each["target"] for each in about} == {f"agent:{plain.id}"}
    assert auditor.browser.json(f"{path}?whom=nobody@there.example")["entries"] == []


# Doors and which of the roles that come with the desk may pass; all others are refused there.
EVERYONE = {"admin", "lead", "agent", "editor", "auditor"}
DOORS: list[tuple[str, str, set[str]]] = [
    ("GET", ME, EVERYONE),
    ("PATCH", ME, EVERYONE),
    ("GET", f"{ME}/sessions", EVERYONE),
    ("GET", f"{ME}/passkeys", EVERYONE),
    ("GET", "/api/console/teams", EVERYONE),
    ("GET", AGENTS, {"admin", "lead"}),
    ("POST", AGENTS, {"admin"}),
    ("PATCH", f"{AGENTS}/{uuid4()}", {"admin"}),
    ("POST", f"{AGENTS}/{uuid4()}/link", {"admin"}),
    ("POST", "/api/console/teams", {"admin", "lead"}),
    ("PATCH", "/api/console/teams/nowhere", {"admin", "lead"}),
    ("GET", "/api/console/roles", {"admin"}),
    ("PUT", "/api/console/roles/night", {"admin"}),
    ("GET", "/api/console/audit", {"admin", "auditor"}),
]


def test_who_passes_which_door(door: Door, admin: Any, join: Callable[..., Any]) -> None:
    stranger = door.browser()
    who = {role: join(role).browser for role in EVERYONE - {"admin"}} | {"admin": admin}
    for method, path, allowed in DOORS:
        for role, browser in who.items():
            answer = browser.request(method, path, json={} if method != "GET" else None)
            is_refused = answer.status_code == 403
            assert is_refused is (role not in allowed), (method, path, role, answer.text)
            if is_refused:
                assert answer.json()["code"] == "not_allowed"
        refused = stranger.request(method, path, json={} if method != "GET" else None)
        assert code_of(refused) == (401, "sign_in_needed"), (method, path)


@pytest.mark.parametrize("agent_id", ["x", "0", "%00"])
def test_an_id_of_nonsense_is_no_door(admin: Any, agent_id: str) -> None:
    assert admin.patch(f"{AGENTS}/{agent_id}", json={}).status_code in {400, 404, 405}


def test_a_nul_in_a_text_is_refused_and_breaks_nothing(
    door: Door, admin: Any, join: Callable[..., Any]
) -> None:
    """PostgreSQL stores none, and JSON can carry one."""
    mei, nul = join("agent"), "a\x00b"
    link = {"token": nul, "password": PASSWORD}
    sign_in = {"email": f"{nul}@desk.example", "password": nul}
    invite = {"email": "x@desk.example", "name": "X", "roles": ["agent"]}
    person = f"{AGENTS}/{mei.id}"
    answers = [
        door.browser().post("/api/console/sign-in", json=sign_in),
        door.browser().post("/api/console/accept-invite", json=link),
        door.browser().post("/api/console/set-up", json={**link, "name": nul, "email": nul}),
        mei.browser.patch(ME, json={"public_name": nul}),
        mei.browser.patch(ME, json={"language": nul}),
        mei.browser.post(f"{ME}/totp/confirm", json={"code": nul}),
        admin.post(AGENTS, json={**invite, "email": f"{nul}@desk.example"}),
        admin.post(AGENTS, json={**invite, "roles": [nul]}),
        admin.post(AGENTS, json={**invite, "teams": [nul]}),
        admin.post(AGENTS, json={**invite, "languages": [nul]}),
        admin.patch(person, json={"name": nul}),
        admin.patch("/api/console/teams/a%00b", json={"name": "A"}),
        admin.put("/api/console/roles/a%00b", json={"name": "A", "permissions": []}),
        admin.put("/api/console/roles/own", json={"name": "A", "permissions": [nul]}),
        admin.get("/api/console/audit", params={"target": nul}),
        admin.get("/api/console/audit", params={"before": nul}),
    ]
    for answer in answers:
        if answer.status_code == 200:  # taken without it
            assert "\\u0000" not in answer.text
            continue
        assert answer.status_code in {400, 401, 404, 410, 422}, answer.text
        assert code_of(answer)[1] != "bug"


def test_what_is_about_a_person_stays_in_no_cache(join: Callable[..., Any]) -> None:
    mei = join("agent")
    for path in (ME, f"{ME}/sessions", f"{ME}/passkeys", "/api/console/teams"):
        assert mei.browser.get(path).headers["cache-control"] == "no-store"


def test_our_doors_are_in_the_published_schema(door: Door) -> None:
    paths = door.browser().json("/api/schema/openapi.json")["paths"]
    assert {"/api/console/sign-in", ME, AGENTS, "/api/console/audit"} <= paths.keys()
