"""The API reference: read with limits, told in pages, compared by version."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
import yaml

from fanlight.surfaces.help.reference import document
from fanlight.surfaces.help.reference.api import Api, api_of
from fanlight.surfaces.help.reference.changes import change_log, compare
from fanlight.surfaces.help.reference.document import Document, DocumentRefused
from fanlight.surfaces.help.reference.samples import samples
from fanlight.surfaces.help.reference.shelf import ReferenceShelf, read
from tests.conftest import ROOT
from tests.surfaces.help.scene import words

DEMO = ROOT / "content" / "demo" / "openapi" / "1.9.0.yaml"


def bare(**paths: Any) -> dict[str, Any]:
    """The least a document can be."""
    info = {"title": "Tiny", "version": "1"}
    return {
        "openapi": "3.0.3",
        "info": info,
        "paths": {f"/{name}": it for name, it in paths.items()},
    }


def api(**paths: Any) -> Api:
    return api_of(Document(bare(**paths)))


def asking(*fields: str, required: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """An operation that takes these fields."""
    parameters = [
        {"name": name, "in": "query", "required": name in required, "schema": {"type": "string"}}
        for name in fields
    ]
    return {"get": {"operationId": "ask", "parameters": parameters, "responses": {}} | more}


def test_every_operation_has_its_page(visitor: httpx2.Client) -> None:
    found = read(DEMO).api.operations()
    assert len(found) == 16
    for key, operation in found.items():
        html = visitor.get(f"/en/api-reference/{key}").text
        assert operation.path in html
        assert all(f"<code>{error.code}</code></a>" in html for error in operation.errors)
    assert visitor.get("/en/api-reference/no-such").status_code == 404


def test_codes_lead_to_the_article_that_explains_them(visitor: httpx2.Client) -> None:
    html = visitor.get("/zh-Hant/api-reference/place-order").text
    assert 'href="/zh-Hant/a/api/error-codes#timestamp"><code>-1021</code>' in html
    assert 'href="/zh-Hant/a/api/sign-requests"' in html
    assert "時間戳太舊或太超前" in html


def test_operations_are_found_by_word_field_and_code(visitor: httpx2.Client) -> None:
    def listed(asked: str) -> set[str]:
        html = visitor.get("/en/api-reference", params={"q": asked}).text
        return {key for key in read(DEMO).api.operations() if f'/api-reference/{key}"' in html}

    assert listed("deposit address") == {"get-deposit-address"}
    assert listed("-2011") == {"cancel-order"}
    assert "place-order" in listed("clientorderid")
    assert listed("xqzzvw") == set()
    assert len(listed("")) == 16


def test_the_change_log_says_what_breaks_programs(visitor: httpx2.Client) -> None:
    said = words(visitor.get("/en/api-reference/changes").text)
    assert "Breaks programs Removed: GET /v1/price" in said
    assert "nextCursor comes back from GET /v1/orders" in said
    assert said.index("1.9.0") < said.index("1.8.0") < said.index("1.7.0")


@pytest.mark.parametrize(
    ("before", "after", "key", "is_breaking"),
    [
        (asking("a"), asking("a", "b"), "asked_added", False),
        (asking("a"), asking("a", "b", required=("b",)), "asked_required", True),
        (asking("a"), asking("a", required=("a",)), "asked_required", True),
        (asking("a", "b"), asking("a"), "asked_removed", True),
        (asking("a"), asking("a", deprecated=True), "deprecated", False),
        (asking("a"), asking("a", **{"x-errors": [-7]}), "error_added", False),
    ],
)
def test_each_difference_is_named(
    before: dict[str, Any], after: dict[str, Any], key: str, is_breaking: bool
) -> None:
    (change,) = compare(api(one=before), api(one=after))
    assert (change.key, change.is_breaking) == (key, is_breaking)
    assert compare(api(one=after), api(one=after)) == []


def test_versions_are_ordered_as_numbers() -> None:
    found = [msgspec.structs.replace(api(), version=version) for version in ("1.9", "1.10", "1.2")]
    assert [release.version for release in change_log(found)] == ["1.10", "1.9", "1.2"]


def _deep(levels: int) -> dict[str, Any]:
    node: dict[str, Any] = {}
    for _ in range(levels):
        node = {"a": node}
    return node


HOSTILE = {
    "out of the document": asking("a", requestBody={"$ref": "https://evil.example/x.json"}),
    "a file": asking("a", requestBody={"$ref": "file:///etc/passwd"}),
    "to nothing": asking("a", requestBody={"$ref": "#/components/no/such"}),
    "in a circle": {"$ref": "#/paths/~1one"},
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_references_are_refused(kind: str) -> None:
    with pytest.raises(DocumentRefused):
        api(one=HOSTILE[kind])


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.json", "{", "cannot be read"),
        ("a.json", "[]", "no object"),
        ("a.json", '{"swagger": "2.0"}', "version 3"),
        ("a.json", '{"openapi": "3.1.0"}', "info and paths"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", msgspec.json.encode(bare() | {"x": _deep(70)}).decode(), "levels deep"),
        ("a.json", msgspec.json.encode(bare() | {"x": [0] * 200_001}).decode(), "values"),
        ("a.yaml", "a: &a [1]\nb: [*a, *a]\n", "aliases"),
        ("a.yaml", "!!python/object/apply:os.system [id]", "cannot be read"),
        ("a.yaml", "x: " + "y" * document.MOST_BYTES, "larger than"),
    ],
)
def test_what_cannot_be_vouched_for_is_refused_in_words(
    tmp_path: Path, name: str, content: str, why: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(DocumentRefused, match=why):
        document.read(tmp_path / name)
    with pytest.raises(DocumentRefused):
        document.read(tmp_path / "not-there.yaml")


def test_a_schema_that_holds_itself_ends() -> None:
    root = bare(one=asking("a"))
    tree = {
        "type": "object",
        "properties": {"kids": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    }
    root["components"] = {"schemas": {"Tree": tree}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}
    root["paths"]["/one"]["get"]["responses"] = {"200": {"description": "", "content": content}}

    (operation,) = api_of(Document(root)).operations().values()
    (kids,) = operation.replies[0].fields
    assert (kids.name, kids.type, kids.is_again) == ("kids", "Tree[]", True)


def test_a_schema_without_end_is_refused() -> None:
    """Ten fields of ten fields of ten: small to write, more than anybody reads."""
    names = [f"S{n}" for n in range(8)]
    schemas = {
        name: {
            "properties": {
                f"f{n}": {"$ref": f"#/components/schemas/S{level + 1}"} for n in range(10)
            }
        }
        for level, name in enumerate(names)
    } | {"S8": {"type": "string"}}
    root = bare(one=asking("a"))
    root["components"] = {"schemas": schemas}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    root["paths"]["/one"]["get"]["responses"] = {"200": {"description": "", "content": content}}
    with pytest.raises(DocumentRefused, match="fields in one schema"):
        api_of(Document(root))


async def test_a_document_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    shutil.copy(DEMO, file)
    shelf = ReferenceShelf(file, look_again_s=0)
    first = await shelf.get()
    assert first is not None
    assert await shelf.get() is first

    file.write_text("not: openapi", "utf-8")
    assert await shelf.get() is None  # refused, and said in the log
    file.unlink()
    assert await shelf.get() is None
    assert await ReferenceShelf(None).get() is None


def test_an_older_version_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    shutil.copy(DEMO, tmp_path / "1.9.0.yaml")
    (tmp_path / "1.8.0.yaml").write_text("openapi: 2", "utf-8")
    assert [release.version for release in read(tmp_path / "1.9.0.yaml").releases] == ["1.9.0"]


def test_code_to_paste_is_code(tmp_path: Path) -> None:
    found = read(DEMO).api
    for operation in found.operations().values():
        shell, python = samples(found, operation)
        compile(python.code, operation.key, "exec")
        checked = subprocess.run(
            ["bash", "-n"], input=shell.code, text=True, capture_output=True, check=False
        )
        assert checked.returncode == 0, checked.stderr


def test_what_a_document_says_runs_nowhere() -> None:
    """A value with quotes stays one word of the shell and one string of Python."""
    evil = "'; touch /tmp/never; '"
    root = bare(one=asking("a", required=("a",)))
    root["servers"] = [{"url": "https://api.example"}]
    root["paths"]["/one"]["get"]["parameters"][0]["example"] = evil
    made = api_of(Document(root))
    (operation,) = made.operations().values()
    shell, python = samples(made, operation)
    told = subprocess.run(
        ["bash", "-c", f"curl() {{ printf '%s\\n' \"$#\"; }}\n{shell.code}"],
        text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert told.stdout == "1\n"
    assert repr(evil) in python.code
    compile(python.code, "evil", "exec")


def test_the_demo_s_document_is_plain_yaml() -> None:
    assert yaml.safe_load(DEMO.read_text("utf-8"))["info"]["version"] == "1.9.0"
