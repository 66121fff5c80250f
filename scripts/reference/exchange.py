"""The description of an exchange's HTTP interface: OpenAPI, made from what the client asks by."""

import inspect
import json
import re
from typing import Any, get_args

import msgspec

from fanlight.exchange.connectors.http.questions import QUESTIONS, Question, Refusal
from fanlight.exchange.connectors.http.signing import IDEMPOTENCY, KEY, NONCE, SIGNATURE, TIME
from fanlight.exchange.connectors.http.telling import PATH
from fanlight.exchange.contract import Exchange
from fanlight.exchange.facts import FreezeEvent
from reference.reading import said, sentences, structs_in

Shape = dict[str, Any]
VERSION = "1.0.0"
_REF = "#/components/schemas/{name}"
_ABOUT = (
    "What an exchange's back office answers its support desk. Begin with week 1 and answer 501 to "
    "the rest: the desk sends those questions to a person. The guide is docs/guides/exchange.md; "
    "`fanlight exchange check` tries an implementation."
)
_HEADERS = {
    KEY: "The name of the secret that signed this request.",
    TIME: "Seconds since 1970; a request more than a minute away is refused.",
    NONCE: "1 to 64 characters, never used twice with one key.",
    SIGNATURE: "Hex of HMAC-SHA256 over method, target, time, nonce, key and body's SHA-256.",
}
_REFUSALS = {
    "401": ("Unsigned", "`unauthorized`: not signed, not in time, or not for the first time."),
    "404": ("NoAccount", "`no_account`: there is no such account."),
    "409": ("FreezeRefused", "`freeze_refused`, with a word of the exchange's own."),
    "501": ("NotOffered", "`not_offered`: this question is not answered (yet)."),
}
_TYPES = {"limit": {"type": "integer", "minimum": 1, "maximum": 200}}


def page() -> str:
    """The whole document as JSON."""
    paths: Shape = {}
    for question in QUESTIONS.values():
        method = "post" if question.body is not None else "get"
        paths.setdefault(question.path, {})[method] = _operation(question)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Exchange back office", "version": VERSION, "description": _ABOUT},
        "security": [{"signature": []}, {"mutualTLS": []}],
        "tags": [{"name": f"week {week}"} for week in range(1, 6)],
        "paths": paths,
        "webhooks": {"freeze": {"post": _told()}},
        "components": {
            "schemas": _schemas(),
            "responses": {name: _refusal(why) for name, why in _REFUSALS.values()},
            "securitySchemes": _security(),
        },
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _operation(question: Question) -> Shape:
    words = _words(question.name)
    made: Shape = {
        "operationId": question.name,
        "tags": [f"week {question.week}"],
        "summary": words,
        "parameters": [*_in_path(question), *_in_query(question), *_in_headers(question)],
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {"application/json": {"schema": _answer(question)}},
            }
        }
        | {
            code: {"$ref": f"#/components/responses/{_REFUSALS[code][0]}"} for code in _no(question)
        },
    }
    if question.body is not None:
        schema = {"$ref": _REF.format(name=question.body.__name__)}
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return made


def _told() -> Shape:
    """What the exchange sends by itself, to the desk."""
    schema = {"$ref": _REF.format(name=FreezeEvent.__name__)}
    return {
        "operationId": "freeze_event",
        "tags": ["week 3"],
        "summary": f"Sent to the desk at `{PATH}`, signed with the same secret; see the guide.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "204": {"description": "Taken. After anything else tell it again, signed anew."},
            "403": {"description": "Not signed, not in time, or sent like this before."},
        },
    }


def _no(question: Question) -> list[str]:
    """By which refusals it may be answered."""
    codes = ["401", "501"]
    if question.is_about_somebody or "uid" in question.query:
        codes.append("404")
    if "freeze" in question.name:
        codes.append("409")
    return sorted(codes)


def _words(name: str) -> str:
    """The first sentence of what the contract says of a question."""
    if name == "transaction":
        return "A transaction as the exchange's own node has it, or null."
    if name == "head":
        return "The height of the newest block."
    doc = inspect.getdoc(getattr(Exchange, name)) or ""
    return said(doc.partition("\n\n")[0])


def _in_path(question: Question) -> list[Shape]:
    names = re.findall(r"\{(\w+)\}", question.path)
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]


def _in_query(question: Question) -> list[Shape]:
    verb = getattr(Exchange, question.name, None)
    needed = {
        name
        for name, each in (inspect.signature(verb).parameters.items() if verb else ())
        if each.default is inspect.Parameter.empty
    } - {"uid"}
    return [
        {
            "name": name,
            "in": "query",
            "required": name in needed,
            "schema": _TYPES.get(name, {"type": "string"}),
        }
        for name in question.query
    ]


def _in_headers(question: Question) -> list[Shape]:
    if not question.has_key:
        return []
    why = "The same key again is the same act: answer as you did the first time."
    return [
        {
            "name": IDEMPOTENCY.title(),
            "in": "header",
            "required": True,
            "description": why,
            "schema": {"type": "string"},
        }
    ]


def _answer(question: Question) -> Shape:
    """The envelope around what is answered."""
    (value,), _ = msgspec.json.schema_components([question.answers], ref_template=_REF)
    fields: Shape = {"value": value, "as_of": {"type": "string", "format": "date-time"}}
    if question.is_about_somebody or "uid" in question.query:
        fields["uid"] = {
            "type": "string",
            "description": "The account asked about, repeated.",
        }
    needed = [name for name in fields if name != "uid" or question.is_about_somebody]
    return {"type": "object", "properties": fields, "required": needed}


def _refusal(why: str) -> Shape:
    schema = {"$ref": _REF.format(name=Refusal.__name__)}
    return {"description": why, "content": {"application/json": {"schema": schema}}}


def _schemas() -> Shape:
    bodies = [each.body for each in QUESTIONS.values() if each.body is not None]
    kinds = [Refusal, FreezeEvent, *bodies]
    answers = [each.answers for each in QUESTIONS.values()]
    _, found = msgspec.json.schema_components([*kinds, *answers], ref_template=_REF)
    structs = {kind.__name__: kind for each in [*kinds, *answers] for kind in _all_in(each)}
    for name, kind in structs.items():
        _describe(found[name], kind)
    return dict(sorted(found.items()))


def _all_in(kind: Any) -> list[type[msgspec.Struct]]:
    """The structs of a type, and those in their fields."""
    found: list[type[msgspec.Struct]] = []
    for each in structs_in(kind) if get_args(kind) or isinstance(kind, type) else []:
        fields = msgspec.structs.fields(each)
        found += [each, *(inner for field in fields for inner in _all_in(field.type))]
    return found


def _describe(schema: Shape, kind: type[msgspec.Struct]) -> None:
    """Say of each field what stands below it, and of what form its moments are."""
    words = sentences(kind)
    for field in msgspec.structs.fields(kind):
        shape = schema["properties"][field.encode_name]
        if field.name in words:
            shape["description"] = words[field.name]
        if "datetime" in str(field.type):
            for each in shape.get("anyOf", [shape]):
                if each.get("type") == "string":
                    each["format"] = "date-time"


def _security() -> Shape:
    headers = "; ".join(f"`{name.title()}`: {why}" for name, why in _HEADERS.items())
    return {
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": SIGNATURE.title(),
            "description": f"Four headers. {headers}",
        },
        "mutualTLS": {"type": "mutualTLS"},
    }
