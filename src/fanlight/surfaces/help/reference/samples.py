"""An operation as code that can be pasted: for a shell and in Python."""

import re
from urllib.parse import urlencode

import msgspec

from fanlight.surfaces.help.reference.api import Api, Operation

_IN_PATH = re.compile(r"\{(\w+)\}")
# Made at the time of sending: written as code, never as a value.
_MADE = {"timestamp", "signature"}


class Sample(msgspec.Struct, frozen=True):
    """One way to ask."""

    language: str
    code: str


def samples(api: Api, operation: Operation) -> list[Sample]:
    """How to ask for it. Values are the document's examples; none of them is a secret."""
    return [
        Sample("curl", _curl(api, operation)),
        Sample("Python", _python(api, operation)),
    ]


def _path(operation: Operation) -> str:
    known = {each.name: each.example for each in operation.parameters if each.place == "path"}
    return _IN_PATH.sub(lambda found: known.get(found[1]) or found[1].upper(), operation.path)


def _values(operation: Operation) -> dict[str, str]:
    """What is sent: every value that must be, and those the example names."""
    sent = {
        each.name: each.example or each.default or next(iter(each.choices), each.name.upper())
        for each in operation.parameters
        if each.place == "query" and each.is_required and each.name not in _MADE
    }
    example = operation.body_example
    if isinstance(example, dict) and operation.is_sent_as_form:
        sent |= {str(name): str(value) for name, value in example.items() if name not in _MADE}
    return sent


def _quoted(text: str) -> str:
    """For a shell: nothing in it is run."""
    return "'" + text.replace("'", "'\\''") + "'"


def _curl(api: Api, operation: Operation) -> str:
    base = (api.servers or [""])[0] + _path(operation)
    query = urlencode(_values(operation))
    if not operation.is_private:
        url = f"{base}?{query}" if query else base
        return f"curl {_quoted(url)}" if operation.method == "GET" else _sent(operation, url)
    stamped = f"{query}&timestamp=" if query else "timestamp="
    lines = [
        f'TEXT={_quoted(stamped)}"$(date +%s%3N)"',
        'SIGNATURE=$(printf \'%s\' "$TEXT" | openssl dgst -sha256 -hmac "$SECRET"'
        " | awk '{print $NF}')",
        f'curl -X {operation.method} -H {_quoted(api.key_header + ": ")}"$KEY" \\',
    ]
    url = f'{_quoted(base)}"?$TEXT&signature=$SIGNATURE"'
    if operation.method in {"POST", "PUT", "PATCH"}:
        url = f'-d "$TEXT&signature=$SIGNATURE" {_quoted(base)}'
    return "\n".join([*lines, f"  {url}"])


def _sent(operation: Operation, url: str) -> str:
    body = operation.body_example
    if body is None:
        return f"curl -X {operation.method} {_quoted(url)}"
    written = msgspec.json.encode(body).decode()
    kind = _quoted(f"content-type: {operation.body_type}")
    return f"curl -X {operation.method} -H {kind} \\\n  -d {_quoted(written)} {_quoted(url)}"


def _python(api: Api, operation: Operation) -> str:
    base = (api.servers or [""])[0] + _path(operation)
    values = _values(operation)
    shown = "".join(f"    {name!r}: {value!r},\n" for name, value in values.items())
    asked = f"values = {{\n{shown}}}" if values else "values = {}"
    if not operation.is_private:
        return "\n".join(
            [
                "from urllib.parse import urlencode",
                "from urllib.request import urlopen",
                "",
                asked,
                f'with urlopen({base!r} + "?" + urlencode(values)) as answer:',
                "    print(answer.read().decode())",
            ]
        )
    is_body = operation.method in {"POST", "PUT", "PATCH"}
    request = (
        f"Request({base!r}, data=text.encode(), headers=headers, method={operation.method!r})"
        if is_body
        else f'Request({base!r} + "?" + text, headers=headers, method={operation.method!r})'
    )
    return "\n".join(
        [
            "import hashlib, hmac, os, time",
            "from urllib.parse import urlencode",
            "from urllib.request import Request, urlopen",
            "",
            asked,
            'text = urlencode(values | {"timestamp": int(time.time() * 1000)})',
            'secret = os.environ["SECRET"].encode()',
            'text += "&signature=" + hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()',
            f'headers = {{{api.key_header!r}: os.environ["KEY"]}}',
            f"request = {request}",
            "with urlopen(request) as answer:",
            "    print(answer.read().decode())",
        ]
    )
