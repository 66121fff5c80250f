"""What is wrong in an export is named with its file and line, and the rest comes in."""

import json
from pathlib import Path

import pytest

from fanlight.features.knowledge import importing
from tests.features.knowledge.test_importing_exports import article


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
    assert [(said.file, said.reason.partition(": ")[0]) for said in plan.skipped] == [
        (f"articles.json:{begins[0]} (article 1, en-us)", "title"),
        (f"articles.json:{begins[1]} (article 2, en-us)", "body"),
        (
            f"articles.json:{begins[3]} (article 3, en-us)",
            f"the same article as articles.json:{begins[2]} (article 3, en-us)",
        ),
        (f"articles.json:{begins[4]} (article 4, xx)", "locale"),
    ]


@pytest.mark.parametrize("kind", ["zendesk", "intercom"])
def test_a_date_that_is_none_is_named_and_its_article_comes_in(tmp_path: Path, kind: str) -> None:
    place = "position" if kind == "zendesk" else "order"
    record = {
        "type": "article",
        "id": 7,
        "title": "Fees",
        "body": "<p>By network.</p>",
        "state": "published",
        "created_at": "2024-02-31T00:00:00Z",
        "updated_at": 1_700_000_000,
        place: "third",
    }
    (tmp_path / "articles.json").write_text(json.dumps({"articles": [record]}, indent=1), "utf-8")
    plan = importing.plan(tmp_path, kind=kind)
    (page,) = plan.pages
    assert page.published_at is None
    assert page.saved_at is not None
    assert page.placing.position == 0
    assert sorted((said.file.partition(" ")[0], said.reason) for said in plan.skipped) == [
        ("articles.json:3", "created_at “2024-02-31T00:00:00Z” cannot be read: left out"),
        ("articles.json:3", f"{place} “third” cannot be read: left out"),
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
        f"articles.json:1:{columns[1]} (article 2, en-us)",
        f"articles.json:1:{columns[2]} (article 5, en-us)",
    ]

    (tmp_path / "articles.json").unlink()
    lines = [json.dumps(bad[0]), "", json.dumps(bad[1]), '{"id": 9, "title"', json.dumps(bad[2])]
    (tmp_path / "articles.jsonl").write_text("\n".join(lines), "utf-8")
    plan = importing.plan(tmp_path, kind="zendesk")
    assert [page.key for page in plan.pages] == ["zendesk/en-us/1"]
    assert sorted((said.file, "line 4" in said.reason) for said in plan.skipped) == [
        ("articles.jsonl", True),
        ("articles.jsonl:3 (article 2, en-us)", False),
        ("articles.jsonl:5 (article 5, en-us)", False),
    ]


def test_a_record_of_a_broken_file_is_named_by_its_own_line(tmp_path: Path) -> None:
    bad = [article(1, title=""), article(2), article(3)]
    text = json.dumps({"articles": bad}, indent=1).replace('"title": "Article 2"', '"title": 2"')
    (tmp_path / "articles.json").write_text(text, "utf-8")
    plan = importing.plan(tmp_path, kind="zendesk")
    assert [page.text.title for page in plan.pages] == ["Article 3"]
    assert "articles.json:3 (article 1, en-us)" in [said.file for said in plan.skipped]


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
        (f"intercom.json:{begins[0]} (article 1, en)", "title"),
        (f"intercom.json:{begins[1]} (article 2, en)", "body"),
        (f"intercom.json:{inner}:10 (article 3, xx)", "translated_content"),
        (f"intercom.json:{begins[3]} (article 3)", "the same id as an article before it"),
    ]


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
    assert named >= {"bytes.html:2", "empty.html:1", "tongue.html:2"}
    assert named >= {"frames.html:1", "untitled.html:3"}
    assert len(named) + len(texts) == len(pages)
