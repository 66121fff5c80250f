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
    return re.sub(r", line \d+(, column \d+)?", "", file)


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


def test_a_broken_export_is_named_by_line_and_the_rest_is_read(tmp_path: Path) -> None:
    whole = json.dumps({"articles": [article(1), article(2), article(3)]}, indent=1)
    broken = whole.replace('"title": "Article 2"', '"title": Article 2')
    (tmp_path / "articles.json").write_text(broken, "utf-8")
    plan = importing.plan(tmp_path, kind="zendesk")
    assert {page.text.title for page in plan.pages} == {"Article 1", "Article 3"}
    (why,) = plan.skipped
    line = broken[: broken.index("Article 2")].count("\n") + 1
    assert f"line {line}, column" in why.reason

    (tmp_path / "articles.json").write_text(whole[: whole.index("Text 3")], "utf-8")
    assert len(importing.plan(tmp_path, kind="zendesk").pages) == 2

    bad = [
        article(1, title=None),
        article(2, body=None),
        article(3),
        article(3),
        article(4, locale="xx"),
    ]
    written = json.dumps(bad, indent=1)
    begins = [n for n, line in enumerate(written.split("\n"), 1) if line == " {"]
    (tmp_path / "articles.json").write_text(written, "utf-8")
    plan = importing.plan(tmp_path, kind="zendesk")
    assert [page.text.title for page in plan.pages] == ["Article 3"]
    assert [(said.file, said.reason.partition(":")[0]) for said in plan.skipped] == [
        (f"articles.json, line {begins[0]} (article 1, en-us)", "title"),
        (f"articles.json, line {begins[1]} (article 2, en-us)", "body"),
        (
            f"articles.json, line {begins[3]} (article 3, en-us)",
            f"the same article as articles.json, line {begins[2]} (article 3, en-us)",
        ),
        (f"articles.json, line {begins[4]} (article 4, xx)", "locale"),
    ]


def test_a_record_is_named_by_its_column_where_others_share_its_line(tmp_path: Path) -> None:
    """Exports come on one line, a line each, and with braces and quotes inside texts."""
    odd = 'a "quoted" { brace and a \\ '
    bad = [article(1, body=odd), article(2, title=""), article(2, id=5, body=7, note={"a": odd})]
    text = json.dumps({"count": 3, "articles": bad})
    columns = [text.index(json.dumps(each)) + 1 for each in bad]
    (tmp_path / "articles.json").write_text(text, "utf-8")
    named = [said.file for said in importing.plan(tmp_path, kind="zendesk").skipped]
    assert named == [
        f"articles.json, line 1, column {columns[1]} (article 2, en-us)",
        f"articles.json, line 1, column {columns[2]} (article 5, en-us)",
    ]

    (tmp_path / "articles.json").unlink()
    lines = [json.dumps(bad[0]), "", json.dumps(bad[1]), '{"id": 9, "title"', json.dumps(bad[2])]
    (tmp_path / "articles.jsonl").write_text("\n".join(lines), "utf-8")
    plan = importing.plan(tmp_path, kind="zendesk")
    assert [page.key for page in plan.pages] == ["zendesk/en-us/1"]
    assert sorted((said.file, "line 4" in said.reason) for said in plan.skipped) == [
        ("articles.jsonl", True),
        ("articles.jsonl, line 3 (article 2, en-us)", False),
        ("articles.jsonl, line 5 (article 5, en-us)", False),
    ]


def test_a_record_of_a_broken_file_is_named_by_its_own_line(tmp_path: Path) -> None:
    bad = [article(1, title=""), article(2), article(3)]
    text = json.dumps({"articles": bad}, indent=1).replace('"title": "Article 2"', '"title": 2"')
    (tmp_path / "articles.json").write_text(text, "utf-8")
    plan = importing.plan(tmp_path, kind="zendesk")
    assert [page.text.title for page in plan.pages] == ["Article 3"]
    assert "articles.json, line 3 (article 1, en-us)" in [said.file for said in plan.skipped]


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'[{"id": %s}]' % (b"9" * 5000),
        b"\xff\xfe\xff",
        b"",
        b"null",
        b"[1,2]",
        b'{"articles": {}}',
    ],
)
def test_hostile_json_is_named_or_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "articles.json").write_bytes(content)
    assert importing.plan(tmp_path, kind="zendesk").pages == []
    assert importing.plan(tmp_path, kind="intercom").pages == []


def test_a_broken_export_of_intercom_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    def said(number: int, **other: object) -> dict[str, object]:
        given = {"type": "article", "id": str(number), "title": f"T{number}", "state": "published"}
        return {**given, "body": f"<p>Text {number}</p>", **other}

    file = tmp_path / "intercom.json"
    whole = json.dumps({"type": "list", "data": [said(1), said(2), said(3)]}, indent=1)
    file.write_text(whole.replace('"title": "T2"', '"title": T2'), "utf-8")
    plan = importing.plan(file, kind="intercom")
    assert {page.text.title for page in plan.pages} == {"T1", "T3"}
    line = whole[: whole.index('"title": "T2"')].count("\n") + 1
    assert [f"line {line}, column" in skipped.reason for skipped in plan.skipped] == [True]

    file.write_text(whole[: whole.index("Text 3")], "utf-8")
    assert {page.text.title for page in importing.plan(file, kind="intercom").pages} == {"T1", "T2"}

    strange = {"xx": {"title": "?", "body": "?"}, "zh-CN": {"title": "费", "body": "<p>费</p>"}}
    bad = [said(1, title=None), said(2, body=None), said(3, translated_content=strange), said(3)]
    written = json.dumps(bad, indent=1)
    begins = [n for n, line in enumerate(written.split("\n"), 1) if line == " {"]
    inner = 1 + written[: written.index('"xx"')].count("\n")
    file.write_text(written, "utf-8")
    plan = importing.plan(file, kind="intercom")
    assert sorted(page.text.title for page in plan.pages) == ["T3", "费"]
    assert [(skipped.file, skipped.reason.partition(":")[0]) for skipped in plan.skipped] == [
        (f"intercom.json, line {begins[0]} (article 1, en)", "title"),
        (f"intercom.json, line {begins[1]} (article 2, en)", "body"),
        (f"intercom.json, line {inner}, column 10 (article 3, xx)", "translated_content"),
        (f"intercom.json, line {begins[3]} (article 3)", "the same id as an article before it"),
    ]


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


def test_broken_pages_of_html_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    pages: dict[str, bytes | str] = {
        "bytes.html": bytes(range(256)),
        "deep.html": "<title>Deep</title><main>" + "<div>" * 30_000 + "<p>at the bottom",
        "empty.html": "",
        "tongue.html": "<!doctype html>\n<html lang='tlh'><title>Qapla</title><p>Text",
        "untitled.html": "<html>\n<head></head>\n<body><p>Text",
        "frames.html": "<title>Frames</title><frameset><frame src=x></frameset>",
        "open.html": "<title>Open</title><main><p>Text <b>and <table><tr><td>cell"
        "<script>alert(1)</script><svg onload=alert(1)><a href='javascript:alert(1)'>x",
    }
    for name, content in pages.items():
        given = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(given)
    plan = importing.plan(tmp_path, kind="html")

    texts = {page.text.title: page.text.source for page in plan.pages}
    assert "Text" in texts["Open"]
    assert not any(word in texts["Open"] for word in ("alert", "script", "onload"))
    assert "at the bottom" in texts.get("Deep", "at the bottom")
    named = {skipped.file for skipped in plan.skipped}
    assert named >= {"bytes.html, line 2", "empty.html, line 1", "tongue.html, line 2"}
    assert named >= {"frames.html, line 1", "untitled.html, line 3"}
    assert len(named) + len(texts) == len(pages)


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
