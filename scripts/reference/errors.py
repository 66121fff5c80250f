"""The page of errors: permanent codes, what status they are answered with, what they say."""

from fanlight.kernel.errors import FanlightError
from fanlight.kernel.i18n import keys
from reference.reading import kinds_of, opening, place, table

_HEAD = """# Errors

Every refusal is one JSON shape, `application/problem+json` (RFC 9457), in the language of
`Accept-Language`:

```json
{"type": "/errors/ticket_moved", "title": "…", "status": 409, "code": "ticket_moved", "params": {}}
```

`code` is permanent: programs match on it. `title` is for people and may change its words. Names in
braces are filled from `params`, which hold nothing a customer may not read.

This page is made by `scripts/docs.py` from the code.
"""


def codes() -> dict[str, type[FanlightError]]:
    """Every error that has a code, by that."""
    return {kind.code: kind for kind in kinds_of(FanlightError) if "code" in kind.__dict__}


def page() -> str:
    """docs/reference/errors.md."""
    words = keys("en")
    rows = [
        (
            f"`{code}`",
            f"{kind.kind.value} {kind.kind.name.lower()}",
            str(words.get(f"error.{code}", "")).replace("\n", " "),
            f"{opening(kind)} [`{kind.__name__}`](../../{place(kind)})",
        )
        for code, kind in sorted(codes().items())
    ]
    return f"{_HEAD}\n{table(('code', 'status', 'says', 'when'), rows)}"
