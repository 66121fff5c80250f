"""Exports of Zendesk and Intercom and pages of HTML come in; broken ones as far as they go."""

import base64
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fanlight.features.knowledge import editing, importing, queries
from fanlight.features.knowledge.importing import opening
from fanlight.features.knowledge.models import State, Text
from fanlight.features.knowledge.queries import moving
from fanlight.kernel.work import Actor, Work

VISITOR = Actor(kind="visitor")


def png(color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 2), color).save(out, "PNG")
    return out.getvalue()


def remake(name: str, content: bytes) -> importing.Remade | None:
    """Stands for the way in of pictures: a picture is one if it opens."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
    except OSError:
        return None
    return importing.Remade(content=content, media_type="image/png", width=width, height=height)


def article(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Article {number}",
        "body": f"<p>Text {number}.</p>",
        "locale": "en-us",
        "section_id": 20,
        "draft": False,
        "user_segment_id": None,
        "html_url": f"https://help.old.example/hc/en-us/articles/{number}-Article-{number}",
    } | fields


def zendesk(folder: Path, articles: list[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    tables = {
        "categories": [{"id": 10, "name": "Money", "locale": "en-us", "position": 1}],
        "sections": [
            {"id": 20, "name": "Fees & limits", "category_id": 10, "locale": "en-us", "position": 2}
        ],
        "articles": articles,
    }
    for name, rows in tables.items():
        (folder / f"{name}.json").write_text(json.dumps({name: rows, "next_page": None}), "utf-8")
    return folder


async def readers(work: Work, path: str) -> dict[str, Any]:
    found = await queries.article_of_path(work, path)
    assert found is not None
    texts = await queries.translations(work.acting_as(VISITOR), found.id)
    return {text.language: text for text in texts}


def _unplaced(file: str) -> str:
    """A place in a report without the line."""
    return re.sub(r":\d+(:\d+)?", "", file)


async def test_an_export_of_zendesk_comes_in_with_its_links_and_old_addresses(
    work: Work, tmp_path: Path
) -> None:
    data = base64.b64encode(png()).decode()
    folder = zendesk(
        tmp_path / "z",
        [
            article(
                1,
                label_names=["fee"],
                body='<h2>How</h2><p>See <a href="/hc/en-us/articles/2-Anything#h">two</a> and '
                '<a href="https://help.old.example/hc/en-us/articles/99">gone</a>.</p>'
                f'<img src="data:image/png;base64,{data}" alt="A red box">'
                '<img src="https://cdn.example/far.png"><script>alert(1)</script>'
                '<img src="https://help.old.example/hc/article_attachments/7/shot.png" alt="shot">',
                translations=[
                    {"locale": "zh-cn", "title": "费用", "body": "<p><b>先确认。</b>再发送</p>"},
                    {"locale": "zh-tw", "title": "費用", "body": "<p>先確認</p>"},
                    {"locale": "xx", "title": "?", "body": "<p>?</p>"},
                ],
            ),
            article(2, draft=True),
            article(3, user_segment_id=5),
        ],
    )
    (folder / "article_attachments" / "7").mkdir(parents=True)
    (folder / "article_attachments" / "7" / "shot.png").write_bytes(png("blue"))
    plan = importing.plan(folder)
    report = await importing.carry_out(work, plan, publish=True, remake=remake)

    assert [_unplaced(s.file) for s in report.skipped] == ["articles.json (article 1, xx)"]
    assert (report.changed, report.pictures) == (5, 2)
    first = "articles.json (article 1, en-us)"
    missing = [(_unplaced(file), picture) for file, picture in report.missing_pictures]
    assert missing == [(first, "https://cdn.example/far.png")]
    broken = [(_unplaced(file), link) for file, link in report.broken_links]
    assert broken == [(first, "/hc/en-us/articles/99")]
    texts = await readers(work, "zendesk/1")
    assert set(texts) == {"en", "zh-Hans", "zh-Hant"}
    assert 'href="/en/a/fees-limits/article-2#h"' in texts["en"].html
    assert texts["en"].html.count('<img src="/media/') == 2
    assert "alert" not in texts["en"].html
    assert "<strong>先确认。</strong>" in texts["zh-Hans"].html
    assert texts["en"].tags == ["fee"]
    states = await queries.states(work)
    assert states["zendesk/2", "en"] is State.DRAFT
    assert states["zendesk/3", "en"] is State.INTERNAL
    led = await moving.led(work, "/hc/en-us/articles/1-An-older-title")
    assert led is not None
    assert (led.category, led.slug) == ("fees-limits", "article-1")
    # What readers do not see has no address for them, an old one neither.
    stranger = work.acting_as(Actor(kind="visitor"))
    assert await moving.led(stranger, "/hc/en-us/articles/3-Article-3") is None
    assert await moving.led(work, "/hc/en-us/articles/11") is None


async def test_the_same_export_again_changes_nothing_and_never_what_editors_changed(
    work: Work, tmp_path: Path
) -> None:
    folder = zendesk(tmp_path / "z", [article(1), article(2)])
    await importing.carry_out(work, importing.plan(folder), publish=True)
    again = await importing.carry_out(work, importing.plan(folder), publish=True)
    assert (again.changed, again.unchanged, again.redirects, again.kept) == (0, 2, 0, [])

    found = await queries.article_of_path(work, "zendesk/1")
    assert found is not None
    edited = Text(title="Ours", source="Ours now.\n")
    draft = await editing.keep(work, found.id, "en", edited, version=0, over=1)
    await editing.publish(work, found.id, "en", version=draft.version, over=1)
    zendesk(folder, [article(1, body="<p>Newer.</p>"), article(2, body="<p>Newer.</p>")])
    third = await importing.carry_out(work, importing.plan(folder), publish=True)
    kept = [_unplaced(file) for file in third.kept]
    assert (third.changed, kept) == (1, ["articles.json (article 1, en-us)"])
    assert (await readers(work, "zendesk/1"))["en"].title == "Ours"
    assert "Newer" in (await readers(work, "zendesk/2"))["en"].html

    fourth = await importing.carry_out(work, importing.plan(folder), publish=True, overwrite=True)
    assert (fourth.changed, fourth.kept) == (1, [])
    assert "Newer" in (await readers(work, "zendesk/1"))["en"].html


async def test_an_export_of_intercom_comes_in(work: Work, tmp_path: Path) -> None:
    old = "https://help.old.example/en/articles"
    chinese = {"title": "费用多少", "body": "<p>一元</p>", "state": "published"}
    tables = [
        {
            "type": "collection",
            "id": "7",
            "name": "Fees",
            "order": 1,
            "translated_content": {"zh-CN": {"name": "费用", "description": "全部"}},
        },
        {
            "type": "article",
            "id": "70",
            "workspace_id": "w",
            "title": "Cost",
            "description": "In short",
            "body": f'<p><a href="{old}/71-x">x</a></p>',
            "state": "published",
            "parent_id": 7,
            "url": f"{old}/70-cost",
            "created_at": 1700000000,
            "translated_content": {"type": "article_translated_content", "zh-CN": chinese},
        },
        {
            "type": "article",
            "id": "71",
            "title": "X",
            "body": "<p>x</p>",
            "state": "draft",
            "parent_id": 7,
        },
    ]
    file = tmp_path / "intercom.json"
    file.write_text(json.dumps({"type": "list", "data": tables}), "utf-8")
    report = await importing.carry_out(work, importing.plan(file), publish=True)

    assert (report.changed, report.skipped) == (3, [])
    texts = await readers(work, "intercom/70")
    assert texts["en"].description == "In short"
    assert 'href="/en/a/fees/x"' in texts["en"].html
    assert texts["en"].published_at.year == 2023
    assert (await queries.states(work))["intercom/71", "en"] is State.DRAFT
    names = {category.key: category for category in await queries.categories(work)}
    assert names["fees"].named("zh-Hans").name == "费用"
    assert await moving.led(work, "/en/articles/70-cost-of-all") is not None


async def test_pages_of_html_come_in_with_their_main_content(work: Work, tmp_path: Path) -> None:
    (tmp_path / "fees").mkdir()
    (tmp_path / "fees" / "one.html").write_text(
        '<html lang="en"><head><title>One | Old Site</title>'
        '<meta name="description" content="Short"></head><body><nav>Menu</nav><main><h1>One</h1>'
        '<p onclick="x()">See <a href="two.html">two</a></p>'
        '<img src="../red.png" alt="red"></main><footer>foot</footer></body></html>'
    )
    (tmp_path / "fees" / "two.html").write_bytes(
        '<html lang="zh-CN"><head><meta charset="gb18030"><title>二 | Old Site</title></head>'
        "<body><div class='content'><p>第二页的内容在这里。</p></div></body></html>".encode(
            "gb18030"
        )
    )
    (tmp_path / "red.png").write_bytes(png())
    report = await importing.carry_out(work, importing.plan(tmp_path), publish=True, remake=remake)

    assert (report.skipped, report.pictures, report.broken_links) == ([], 1, [])
    one = (await readers(work, "fees/one"))["en"]
    assert (one.title, one.description) == ("One", "Short")
    assert 'href="/en/a/fees/two"' in one.html
    assert '<img src="/media/' in one.html
    assert not any(word in one.html for word in ("Menu", "foot", "onclick"))
    assert (await readers(work, "fees/two"))["zh-Hans"].title == "二"
    assert await moving.led(work, "/fees/one.html") is not None


def packed(file: Path, entries: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file


def test_a_zip_is_opened_with_care(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = zipfile.ZipInfo("kb/en/a/link.md")
    link.external_attr = 0o120777 << 16
    file = packed(
        tmp_path / "a.zip",
        {
            "kb/en/a/good.md": "# Good\n\nText\n",
            "kb/../../etc/passwd.md": "# Bad\n",
            "/abs.md": "# Bad\n",
            "kb/en/a/bomb.md": b"#" * 3_000_000,
        },
    )
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    plan = importing.plan(file)
    assert [page.key for page in plan.pages] == ["en/a/good"]
    assert sorted(skipped.reason for skipped in plan.skipped) == [
        "a symbolic link",
        "its name leads out of the .zip",
        "its name leads out of the .zip",
        "unpacks to more than 200 times its size",
    ]
    monkeypatch.setattr(opening, "MOST_BYTES", 10)
    with pytest.raises(importing.Unfit, match="unpacked"):
        importing.plan(file)
    broken = tmp_path / "b.zip"
    broken.write_bytes(file.read_bytes()[:-30])
    assert importing.plan(broken).pages == []


async def test_without_permission_nothing_comes_in(work: Work, tmp_path: Path) -> None:
    from fanlight.kernel.errors import NotAllowed

    plan = importing.plan(zendesk(tmp_path / "z", [article(1)]))
    with pytest.raises(NotAllowed):
        await importing.carry_out(work.acting_as(VISITOR), plan, publish=True)
