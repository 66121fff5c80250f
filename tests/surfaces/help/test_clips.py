"""Videos of ours: known by their bytes, sent in the parts that a player asks for."""

import httpx2
import pytest

from fanlight.features.knowledge import clips
from fanlight.features.knowledge.clips import Clip
from fanlight.features.knowledge.errors import ClipRefused
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Actor
from tests.features.knowledge.room import EDITOR, VISITOR
from tests.surfaces.widget.house import House

MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 12_000
VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\n你好\n".encode()


def keep(house: House, content: bytes, actor: Actor = EDITOR) -> Clip:
    async def put() -> Clip:
        async with house.edge.work() as work:
            return await clips.add(work.acting_as(actor), content)

    clip: Clip = house.run(put())
    return clip


def test_a_video_is_sent_whole_or_in_parts(house: House, visitor: httpx2.Client) -> None:
    address = keep(house, MP4).address
    whole = visitor.get(address)

    assert (whole.status_code, whole.content) == (200, MP4)
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    assert "default-src 'none'" in whole.headers["content-security-policy"]
    for asked, start, end in (
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, 100 + 2_000_000),
        ("bytes=-50", len(MP4) - 50, len(MP4)),
        (f"bytes={len(MP4) - 10}-{len(MP4) + 500}", len(MP4) - 10, len(MP4)),
    ):
        part = visitor.get(address, headers={"range": asked})
        assert part.status_code == 206
        assert part.content == MP4[start:end]
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{len(MP4)}"


@pytest.mark.parametrize(
    "asked", ["bytes=9999999999-", "bytes=5-2", "bytes=-", "bytes=0-1,4-5", "x"]
)
def test_a_part_that_is_not_there_is_refused(
    house: House, visitor: httpx2.Client, asked: str
) -> None:
    answer = visitor.get(keep(house, MP4).address, headers={"range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(MP4)}"


def test_captions_are_text(house: House, visitor: httpx2.Client) -> None:
    answer = visitor.get(keep(house, VTT).address)
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
    assert answer.content == VTT


def test_an_address_is_right_to_the_last_letter(house: House, visitor: httpx2.Client) -> None:
    address = keep(house, VTT).address
    for other in (address.replace(".vtt", ".mp4"), f"/media/{'0' * 36}.mp4", "/media/x.mp4"):
        assert visitor.get(other).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"WEBVTT\n\0",
        b"WEBVTT \xff\xfe",
        b"\x00\x00\x00\x18ftypheic",
        b"\x1a\x45\xdf\xa3 matroska",
        b"%PDF-1.7",
    ],
)
def test_what_pages_do_not_play_is_refused(house: House, content: bytes) -> None:
    with pytest.raises(ClipRefused):
        keep(house, content)


def test_only_editors_give_videos(house: House) -> None:
    with pytest.raises(NotAllowed):
        keep(house, MP4, VISITOR)
    assert clips.type_of(b"\x1a\x45\xdf\xa3....webm") == "video/webm"
