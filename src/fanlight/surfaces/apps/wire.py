"""What the API for apps sends and gets, written by hand: what leaves the house is a decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

Token = Annotated[str, Meta(min_length=1, max_length=4096)]


class LinkOut(msgspec.Struct, frozen=True, kw_only=True):
    """An article to be linked."""

    id: UUID
    title: str
    description: str
    lang: str
    """What title and description are written in: another one where ours is not there yet."""
    url: str


class StepOut(msgspec.Struct, frozen=True):
    """One step in plain words, and the address of the whole of it."""

    name: str
    url: str


class HelpOut(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of an article. Whoever shows the texts alone has no markup to trust."""

    id: UUID
    title: str
    description: str
    lang: str
    url: str
    steps: Sequence[StepOut]
    more_steps: int
    """Than are listed."""
    html: str
    """Its first blocks; sanitised, addresses are whole."""
    blocks: Sequence[dict[str, Any]]
    has_more: bool


class CategoryOut(msgspec.Struct, frozen=True, kw_only=True):
    """A shelf of the help center."""

    key: str
    name: str
    description: str
    icon: str
    """A name of Lucide's."""
    articles: int
    url: str


class CategoriesOut(msgspec.Struct, frozen=True, kw_only=True):
    lang: str
    categories: Sequence[CategoryOut]


class FoundOut(msgspec.Struct, frozen=True, kw_only=True):
    """One article found; the HTML holds text and ``mark`` only."""

    id: UUID
    title: str
    title_html: str
    excerpt_html: str
    lang: str
    category: str
    url: str


class SearchOut(msgspec.Struct, frozen=True, kw_only=True):
    lang: str
    total: int
    corrected: str | None
    """What was looked for instead of what was typed; null where nothing was mended."""
    results: Sequence[FoundOut]


class AppArticleOut(msgspec.Struct, frozen=True, kw_only=True):
    """An article, as HTML to be shown as it is and as blocks to be drawn by an app."""

    id: UUID
    title: str
    description: str
    lang: str
    """The language it is in; another one than asked for where it is not there yet."""
    asked_lang: str
    category: str
    url: str
    updated_at: str
    html: str
    """Sanitised; addresses are whole, pictures and links lead to the help site."""
    blocks: Sequence[dict[str, Any]]


class WayOut(msgspec.Struct, frozen=True, kw_only=True):
    """One way to reach a person, as it stands now."""

    kind: str
    """``chat``, ``form``, ``email``, else the name of a channel."""
    name: str
    address: str
    url: str
    is_staffed: bool
    answer_by: datetime | None


class ContactOut(msgspec.Struct, frozen=True, kw_only=True):
    lang: str
    ways: Sequence[WayOut]
    emergency_url: str
    """For a stolen account; to be offered before everything else."""


class Identify(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    identity: Token
    """The token that the exchange has signed for its customer; good once."""


class EnteredOut(msgspec.Struct, frozen=True, kw_only=True):
    """A session of a customer; the token is told once and kept nowhere."""

    token: str
    expires_at: datetime


class UnreadOut(msgspec.Struct, frozen=True, kw_only=True):
    unread: int
    """Answers of ours that the customer has not seen."""


class HandOver(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    identity: Token
    lang: Annotated[str, Meta(max_length=35)] = "en"
    next: Annotated[str, Meta(max_length=1000)] = ""
    """The page of the help site to open, such as ``/en/cases``."""


class HandedOut(msgspec.Struct, frozen=True, kw_only=True):
    """The way over to the help site; it works once."""

    code: str
    url: str
    expires_at: datetime
