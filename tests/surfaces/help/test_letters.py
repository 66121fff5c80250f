"""Letters outside every ticket: their reference is looked up by their receiver, and nobody else."""

import re
from uuid import uuid4

import httpx2

from fanlight.features.trust.service.letters import Letter, post
from fanlight.kernel.ids import new_reference
from tests.surfaces.help.scene import words
from tests.surfaces.help.test_sign_in import known, mailed
from tests.surfaces.widget.house import House


def plain(letter: str) -> str:
    return letter.replace("=\n", "").replace("=3D", "=")


def signed_in(house: House, visitor: httpx2.Client, letter: str) -> None:
    found = re.search(r"/en/sign-in/link/[A-Za-z0-9_-]+", plain(letter))
    assert found
    answer = visitor.post(found[0], headers={"origin": house.url})
    assert answer.status_code == 303


def reference(letter: str) -> str:
    found = re.search(r"MS-[0-9A-Z]+", plain(letter))
    assert found, letter
    return found[0]


def test_a_sign_in_mail_can_be_looked_up_by_its_receiver_alone(
    house: House, visitor: httpx2.Client
) -> None:
    mine, theirs = (f"{who}.{uuid4().hex[:6]}@mail.example" for who in ("lin", "rival"))
    for each in (mine, theirs):
        known(house, each)
    [letter] = mailed(house, visitor, mine)
    mark = reference(letter)
    look = f"/en/official/message/{mark}"

    with httpx2.Client(base_url=house.url) as rival:
        [other] = mailed(house, rival, theirs)
        signed_in(house, rival, other)
        refused = words(rival.get(look).text)
        never = new_reference("MS")
        made_up = words(rival.get(f"/en/official/message/{never}").text)
    assert refused.replace(mark, "") == made_up.replace(never, "")

    signed_in(house, visitor, letter)
    found = words(visitor.get(look).text)
    assert "Yes, we sent you this" in found


def test_a_call_to_staff_carries_none(house: House) -> None:
    box = house.settings.data_dir / "outbox"
    before = set(box.rglob("*.eml"))
    to = f"night.{uuid4().hex[:6]}@desk.example"
    call = Letter(to=to, text="Somebody must come.", language="en", is_for_staff=True)
    assert house.run(post(house.edge.shelf, call))
    [letter] = [file.read_text() for file in set(box.rglob("*.eml")) - before]
    assert "MS-" not in letter
