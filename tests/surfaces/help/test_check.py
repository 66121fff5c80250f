"""Checks on the help site: the right finding to the right person, and to nobody else."""

import html
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import httpx2
import msgspec
import pytest

from fanlight.app import demo_exchange
from fanlight.exchange.connectors.sandbox.connect import opened
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.features.diagnostics import queries
from fanlight.features.diagnostics.models import Diagnosis
from fanlight.features.diagnostics.service import tidy
from fanlight.kernel.i18n import languages, translate
from fanlight.kernel.limits import spend
from fanlight.kernel.work import Work
from tests.surfaces.help.test_sign_in import hand_over, token
from tests.surfaces.widget.house import House

pytestmark = pytest.mark.usefixtures("forgiven")

UID = "61724093"
KEPT_S = 2.3  # for so long the exchange's last answer about deposits is believed


@pytest.fixture
def sandbox(house: House) -> Sandbox:
    """The invented exchange behind this house: what is planted here, its back office tells."""
    return opened(house.settings)


@pytest.fixture
def owner(house: House, visitor: httpx2.Client) -> httpx2.Client:
    """Amara, who has just come over from the exchange."""
    hand_over(house, visitor, token(house))
    return visitor


@pytest.fixture
def stranger(house: House) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=house.url, timeout=20) as client:
        yield client


def look(
    house: House, client: httpx2.Client, symptom: str, lang: str = "en", **form: str
) -> httpx2.Response:
    return client.post(
        f"/{lang}/check/{symptom}", data={"x": "1", **form}, headers={"origin": house.url}
    )


def test_a_deposit_without_its_memo_is_found_and_told_in_three_languages(
    house: House, owner: httpx2.Client, sandbox: Sandbox
) -> None:
    planted = sandbox.plant(UID, "deposit.memo_missing")
    # All that is listed was credited: the one in question is another, and picked as such.
    asked = owner.get("/en/check/deposit_not_credited").text
    assert '<input type="radio" name="item" value="" checked>' in asked

    without = look(house, owner, "deposit_not_credited", item="", hash="")
    assert without.status_code == 422
    assert "Paste the transaction" in without.text

    answer = look(house, owner, "deposit_not_credited", hash=planted.tx_hash or "")

    assert answer.status_code == 303
    place = answer.headers["location"]
    for lang in languages():
        page = owner.get(place.replace("/en/", f"/{lang}/"))
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        do = translate(lang, "diagnosis.deposit_not_credited.memo_missing.do")
        assert do in html.unescape(page.text)
        assert f"/{lang}/check/result/" in page.text
        assert "diagnosis." not in re.sub(r"deposit_not_credited\.\w+", "", page.text)


def test_a_hash_that_was_typed_is_meant_though_a_line_is_chosen(
    house: House, owner: httpx2.Client, sandbox: Sandbox
) -> None:
    waiting = sandbox.plant(UID, "deposit.unconfirmed")
    missing = sandbox.plant(UID, "deposit.memo_missing")
    time.sleep(KEPT_S)
    asked = owner.get("/en/check/memo_missing").text
    chosen = re.search(r'name="item" value="([^"]+)" checked', asked)
    assert chosen is not None, waiting

    answer = look(house, owner, "memo_missing", item=chosen[1], hash=missing.tx_hash or "")

    page = owner.get(answer.headers["location"]).text
    assert missing.tx_hash is not None
    assert missing.tx_hash in page


def test_an_account_without_a_sign_is_asked_for_nothing(house: House, owner: httpx2.Client) -> None:
    answer = look(house, owner, "account_compromised")

    assert answer.status_code == 303, answer.text
    page = owner.get(answer.headers["location"]).text
    assert translate("en", "diagnosis.verdict.unproven") in page
    assert translate("en", "diagnosis.verdict.act") not in page


def test_a_result_is_shown_to_its_account_alone(
    house: House, owner: httpx2.Client, stranger: httpx2.Client, sandbox: Sandbox
) -> None:
    sandbox.plant(UID, "withdrawal.held_new_address")
    place = look(house, owner, "withdrawal_pending").headers["location"]
    assert owner.get(place).status_code == 200

    unknown = stranger.get(place)
    assert unknown.status_code == 303
    assert "/sign-in" in unknown.headers["location"]
    other = "73105528"
    customer = next(each for each in demo_exchange.site().customer if each.uid == other)
    said = demo_exchange.identity_token(house.settings, customer, house.edge.now())
    hand_over(house, stranger, said)
    assert stranger.get(place).status_code == 404
    assert stranger.get(f"{place}/case").status_code == 404


def test_nothing_of_an_account_is_told_without_having_proven_it_just_now(
    house: House, visitor: httpx2.Client, sandbox: Sandbox
) -> None:
    planted = sandbox.plant(UID, "deposit.memo_missing")
    asked = look(house, visitor, "deposit_not_credited", hash=planted.tx_hash or "")
    assert asked.headers["location"].startswith("/en/sign-in?for=account&next=")

    hand_over(house, visitor, token(house, ago=timedelta(minutes=4)))
    place = look(house, visitor, "deposit_not_credited").headers["location"]
    assert visitor.get(place).status_code == 200

    async def grow_old() -> None:
        async with house.edge.work() as work:
            await work.run(
                "UPDATE help_sessions SET proven_at = proven_at - interval '61 minutes'"
                " WHERE key = %(key)s",
                key=UID,
            )

    house.run(grow_old())
    stale = look(house, visitor, "deposit_not_credited")
    assert stale.headers["location"].startswith("/en/sign-in?again=1")
    assert visitor.get(place).headers["location"].startswith("/en/sign-in?again=1")
    listed = visitor.get("/en/check/deposit_not_credited").text
    assert 'name="item"' not in listed


def test_whoever_gives_a_hash_hears_what_the_chain_says_and_nothing_of_addresses(
    house: House, visitor: httpx2.Client, sandbox: Sandbox
) -> None:
    planted = sandbox.plant(UID, "deposit.memo_missing")

    answer = look(house, visitor, "transaction", hash=planted.tx_hash or "")

    page = visitor.get(answer.headers["location"])
    assert page.status_code == 200
    assert "has confirmed this transaction" in page.text
    for word in ("your deposit address", "unclaimed", "Exchange&#39;s records", UID):
        assert word not in page.text


def test_a_private_key_in_the_place_of_a_hash_goes_nowhere(
    house: House, visitor: httpx2.Client, sandbox: Sandbox
) -> None:
    key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"

    answer = look(house, visitor, "transaction", hash=key)

    assert answer.status_code == 422
    assert key not in answer.text
    assert "not kept" in answer.text


def test_a_case_carries_the_facts_and_its_result(
    house: House, owner: httpx2.Client, sandbox: Sandbox
) -> None:
    planted = sandbox.plant(UID, "deposit.memo_missing")
    sent = look(house, owner, "memo_missing", hash=planted.tx_hash or "").headers["location"]
    form = owner.get(f"{sent}/case")
    assert form.status_code == 200
    key = re.search(r'name="key" value="([^"]+)"', form.text)
    assert key is not None

    answer = owner.post(
        f"{sent}/case",
        data={"key": key.group(1), "text": "Sent from my Ledger."},
        headers={"origin": house.url},
    )

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/en/t/")
    place = answer.headers["location"].partition("?")[0]
    # The link is mailed to an address that was only typed: nothing found stands behind it.
    behind = [owner.get(place), owner.get(f"{place}/export")]
    assert [each.status_code for each in behind] == [200, 200]
    assert all("Sent from my Ledger." in each.text for each in behind)
    assert not any("Received at" in each.text for each in behind)
    assert not any(re.search(r"\d XRP", each.text) for each in behind)
    message, found = house.run(_newest(house, planted.tx_hash or ""))
    assert message.text.startswith("Sent from my Ledger.")
    assert (message.level, message.method) == (2, "signed_session")
    assert [each.finding.code for each in found] == ["memo_missing"]
    again = owner.post(f"{sent}/case", data={"key": key.group(1)}, headers={"origin": house.url})
    assert again.headers["location"] == sent


class _Said(msgspec.Struct, frozen=True):
    ticket_id: UUID
    text: str
    level: int
    method: str


async def _newest(house: House, tx_hash: str) -> tuple[_Said, list[Diagnosis]]:
    async with house.edge.work() as work:
        row = await work.one(
            _Said,
            "SELECT ticket_id, text, level, method FROM messages"
            " WHERE position(%(hash)s in text) > 0 ORDER BY created_at DESC LIMIT 1",
            hash=tx_hash,
        )
        assert row is not None
        return row, list(await queries.of_ticket(work, row.ticket_id))


@pytest.mark.slow
def test_an_exchange_that_is_down_is_said_to_be_and_leads_to_a_person(
    house: House, owner: httpx2.Client, sandbox: Sandbox
) -> None:
    sandbox.play("down")
    try:
        # What nobody has asked for yet: answers of a moment ago are still good for a moment.
        place = look(house, owner, "identity_check").headers["location"]
    finally:
        sandbox.play("")

    page = owner.get(place).text
    assert "The records do not answer right now" in page
    assert f"{place}/case" in page


@pytest.mark.slow
def test_waiting_goes_on_by_itself(house: House, owner: httpx2.Client, sandbox: Sandbox) -> None:
    planted = sandbox.plant(UID, "deposit.unconfirmed")
    end = time.monotonic() + 15
    first = place = ""
    while 'data-follow="20"' not in first:  # an exchange that was away is asked again soon
        assert time.monotonic() < end
        answer = look(house, owner, "deposit_not_credited", hash=planted.tx_hash or "")
        place = answer.headers["location"]
        first = owner.get(place).text
        time.sleep(0.5)

    async def later() -> None:
        async with house.edge.work() as work:
            await work.run("UPDATE diagnoses SET made_at = made_at - interval '1 minute'")

    house.run(later())
    sandbox.clock.advance(hours=3)
    time.sleep(KEPT_S)

    assert "were credited" in owner.get(place).text


def test_a_search_for_a_hash_offers_the_check(visitor: httpx2.Client) -> None:
    tx_hash = "0x" + "ab" * 32

    found = visitor.get("/en/search", params={"q": f"where is {tx_hash}"}).text
    other = visitor.get("/en/search", params={"q": "trading fees"}).text

    assert f"/en/check/deposit_not_credited?tx={tx_hash}" in found
    assert "check-offer" not in other


def test_an_article_offers_its_check(visitor: httpx2.Client) -> None:
    missing = visitor.get("/en/a/deposits-withdrawals/missing-memo").text
    other = visitor.get("/en/a/campaigns/referral").text

    assert 'href="/en/check/memo_missing"' in missing
    assert "check-offer" not in other


def test_another_sites_page_cannot_have_it_looked_up(
    house: House, owner: httpx2.Client, sandbox: Sandbox
) -> None:
    answer = owner.post(
        "/en/check/withdrawal_pending", data={"x": "1"}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 422


def test_too_many_looks_are_refused(house: House, owner: httpx2.Client, sandbox: Sandbox) -> None:
    async def use_up() -> None:
        async with house.edge.work() as work:
            for _ in range(60):
                await spend(work, f"diagnostics:exchange:{UID}", limit=60, window_s=3600)

    house.run(use_up())
    assert look(house, owner, "withdrawal_pending").status_code == 429


def test_results_are_forgotten_when_their_time_is_over(
    house: House, owner: httpx2.Client, sandbox: Sandbox
) -> None:
    place = look(house, owner, "withdrawal_pending").headers["location"]

    async def time_is_over(work: Work) -> None:
        await work.run("UPDATE diagnoses SET expires_at = now() - interval '1 second'")

    async def pass_by() -> None:
        for _ in range(2):
            async with house.edge.work() as work:
                await time_is_over(work)
                await tidy(work, None)

    house.run(pass_by())
    assert owner.get(place).status_code == 404


@pytest.mark.parametrize("field", ["network", "item", "hash"])
@pytest.mark.parametrize(
    "secret",
    [
        "L4rK1yDtCWekvXuE6oXD9jCYfFNV2cWRpVuPLBcCU2z8TrisoyY1",
        "4111111111111111",
        "legal-winner-thank-year-wave-sausage-worth-useful-legal-winner-thank",
        "legalwinnerthankyearwavesausageworthusefullegalwinnerthankyellow",
    ],
)
def test_what_is_pasted_into_the_wrong_field_is_kept_nowhere(
    house: House, owner: httpx2.Client, sandbox: Sandbox, field: str, secret: str
) -> None:
    async def kept() -> bool:
        async with house.edge.work() as work:
            found = await work.one(
                bool,
                "SELECT EXISTS (SELECT FROM diagnoses d WHERE d::text LIKE %(like)s) AS found",
                like=f"%{secret}%",
            )
        return bool(found)

    for symptom in ("order_trouble", "deposit_not_credited", "transaction"):
        look(house, owner, symptom, **{field: secret})
    assert not house.run(kept())
