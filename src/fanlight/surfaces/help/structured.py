"""What search engines read of a page: schema.org data, as JSON that no browser runs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from markupsafe import Markup

from fanlight.surfaces.shared.reading.outline import Question, Step

Data = dict[str, Any]
_CONTEXT = "https://schema.org"


def script_of(things: Sequence[Data] | Markup) -> Markup:
    """The data as one block for the head of a page; nothing in it can end the block.

    What is such a block already stays one, so that a page made often makes it once.
    """
    if isinstance(things, Markup):
        return things
    if not things:
        return Markup()
    body = msgspec.json.encode({"@context": _CONTEXT, "@graph": things}).decode()
    for sign, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        body = body.replace(sign, escaped)
    # No sign of markup is left in it.
    return Markup(f'<script type="application/ld+json">{body}</script>')  # noqa: S704


def breadcrumbs(base: str, places: Iterable[tuple[str, str]]) -> Data:
    """Where a page stands: name and path of each place, the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": base + path}
            for position, (name, path) in enumerate(places, 1)
        ],
    }


def organization(name: str, address: str) -> Data:
    return {"@type": "Organization", "name": name, "url": address}


def article(
    *,
    kind: str,
    title: str,
    description: str,
    language: str,
    address: str,
    picture: str,
    author: str,
    publisher: Data,
    changed_at: datetime,
    published_at: datetime | None = None,
) -> Data:
    """``TechArticle``, ``Article`` or ``NewsArticle``."""
    return {
        "@type": kind,
        "headline": title[:110],  # what search engines show of it
        "description": description or title,
        "inLanguage": language,
        "url": address,
        "mainEntityOfPage": address,
        "image": [picture],
        "author": {"@type": "Organization", "name": author, "url": publisher["url"]},
        "publisher": publisher,
        "datePublished": (published_at or changed_at).isoformat(),
        "dateModified": changed_at.isoformat(),
    }


def faq(questions: Sequence[Question]) -> list[Data]:
    if not questions:
        return []
    return [
        {
            "@type": "FAQPage",
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": each.name,
                    "acceptedAnswer": {"@type": "Answer", "text": each.text},
                }
                for each in questions
            ],
        }
    ]


def how_to(title: str, steps: Sequence[Step], address: str) -> list[Data]:
    if len(steps) < 2:
        return []
    return [
        {
            "@type": "HowTo",
            "name": title,
            "step": [
                {
                    "@type": "HowToStep",
                    "position": position,
                    "name": step.name,
                    "text": step.text,
                    "url": f"{address}#{step.anchor}",
                }
                for position, step in enumerate(steps, 1)
            ],
        }
    ]


def terms(name: str, address: str, found: Iterable[tuple[str, str, str]]) -> Data:
    """A glossary: key, name and definition of each term."""
    return {
        "@type": "DefinedTermSet",
        "@id": address,
        "name": name,
        "url": address,
        "hasDefinedTerm": [
            {
                "@type": "DefinedTerm",
                "name": term,
                "description": definition,
                "url": f"{address}#{key}",
                "inDefinedTermSet": address,
            }
            for key, term, definition in found
        ],
    }
