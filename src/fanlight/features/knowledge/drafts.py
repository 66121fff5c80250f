"""What editors see of an article before readers do: drafts, standings, what a language follows."""

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

import msgspec

from fanlight.features.knowledge.models import State, Text


class Stage(StrEnum):
    """How far a text that readers do not see yet has come."""

    WRITING = "writing"
    REVIEW = "review"
    SCHEDULED = "scheduled"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A text being worked on, in one language. Readers never get it."""

    article_id: UUID
    language: str
    title: str
    description: str
    tags: list[str]
    asked_as: list[str]
    source: str
    stage: Stage
    publish_at: datetime | None
    based_on: int  # version of the translation it was begun from; 0 where there was none
    saved_at: datetime
    saved_by: UUID
    version: int  # counts saves
    authors: list[UUID] = []  # everybody whose words are in it
    sent_back: str = ""  # why it was sent back when it was last reviewed; "" when it was not
    sent_back_by: UUID | None = None

    def written_by(self, agent_id: UUID) -> Self:
        """With one more of those whose words are in it."""
        authors = [*dict.fromkeys([*self.authors, agent_id])]
        return msgspec.structs.replace(self, authors=authors)

    def with_text(self, text: Text) -> Self:
        """New words are written again: whoever reviewed or scheduled it saw other ones."""
        return msgspec.structs.replace(
            self,
            title=text.title,
            description=text.description,
            tags=list(text.tags),
            asked_as=list(text.asked_as),
            source=text.source,
            stage=Stage.WRITING,
            publish_at=None,
        )

    def returned_by(self, agent_id: UUID, why: str) -> Self:
        """Its authors are to write on: what stands here is not right yet."""
        return msgspec.structs.replace(
            self.at_stage(Stage.WRITING), sent_back=why, sent_back_by=agent_id
        )

    def asked_for_review(self) -> Self:
        """Looked at anew: what was said of it before is settled."""
        return msgspec.structs.replace(self.at_stage(Stage.REVIEW), sent_back="", sent_back_by=None)

    def at_stage(self, stage: Stage, publish_at: datetime | None = None) -> Self:
        return msgspec.structs.replace(self, stage=stage, publish_at=publish_at)

    def text(self, *, reviewed_on: date | None = None) -> Text:
        return Text(
            title=self.title,
            source=self.source,
            description=self.description,
            tags=tuple(self.tags),
            asked_as=tuple(self.asked_as),
            reviewed_on=reviewed_on,
        )


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where an article stands in one language."""

    language: str
    title: str
    state: State | None  # None: nothing was ever published or kept, there is only a draft
    stage: Stage | None  # None: nobody is working on it
    publish_at: datetime | None
    saved_at: datetime  # of the draft, where there is one
    is_derived: bool
    is_stale: bool  # the source has changed since


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An article in the editors' list."""

    id: UUID
    path: str  # what links name it by: it stays when the article moves
    category: str
    slug: str
    position: int
    is_risk: bool
    review_by: date | None
    audience: list[str]  # keys of who may read it, one of them is enough
    contexts: list[str]  # names by which the exchange's site and app ask for it
    source_language: str | None
    owner_id: UUID | None  # who looks after it
    reviewer_id: UUID | None  # who is asked before readers get a new text
    team: str | None  # whose name readers see; without one, the category's
    views: int  # by readers, in the last weeks; counted now and then, as the next two are
    helped: int
    failed: int
    changed_at: datetime  # the last change of any language
    standings: list[Standing]


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The text a translation follows, as it is and as the translator last knew it."""

    language: str
    title: str
    description: str
    source: str
    saved_at: datetime
    is_changed: bool
    before: str  # the source as the translator last knew it; as it is now when nothing changed


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One kept version of a text: what readers got from then on."""

    number: int
    title: str
    saved_at: datetime
    saved_by: UUID
