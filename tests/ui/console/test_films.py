"""Videos of our own in an article: given as files, with their captions."""

import re

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.knowledge.models import Article
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import Staff
from tests.ui.console.test_articles import begin
from tests.ui.console.test_editor import bring, page_of, source_of

pytestmark = pytest.mark.browser

MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(64)


@pytest.fixture
def desk(open_page: OpenPage, mei: Staff, article: Article) -> Page:
    return open_page("/console/articles", mei)


def test_a_video_comes_from_its_file_with_its_captions(desk: Page) -> None:
    begin(desk, "A video on the page")
    page_of(desk).click()
    desk.keyboard.type("/video")
    desk.keyboard.press("Enter")
    captions = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
    with desk.expect_file_chooser() as chosen:
        desk.get_by_role("button", name="Choose video or captions").click()
    chosen.value.set_files(
        [
            {"name": "way.zh-Hans.vtt", "mimeType": "text/vtt", "buffer": captions},
            {"name": "the-way.mp4", "mimeType": "video/mp4", "buffer": MP4},
        ]
    )
    expect(page_of(desk)).to_contain_text("captions zh-Hans: /media/")
    assert re.fullmatch(
        r"::: video /media/[\w-]+\.mp4\nthe way\ncaptions zh-Hans: /media/[\w-]+\.vtt\n:::\n",
        source_of(desk),
    )
    expect(desk.frame_locator("iframe").locator("video track")).to_have_count(1)
    bring(desk, "drop", MP4, name="second.mp4", kind="video/mp4")
    expect(page_of(desk).locator("[data-box=video]")).to_have_count(2)
    bring(desk, "drop", b"no video", name="third.mp4", kind="video/mp4")
    expect(desk.get_by_role("alert")).to_contain_text("WebVTT")
