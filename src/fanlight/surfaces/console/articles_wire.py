"""What travels between the console and the editors' room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

import msgspec
from litestar.datastructures import UploadFile
from msgspec import Meta

from fanlight.features.knowledge.drafts import Draft, Line, Origin, Stage, Version
from fanlight.features.knowledge.editing import MOST_WHY, Edited
from fanlight.features.knowledge.models import Category, CategoryName, State, Text
from fanlight.features.knowledge.revisions import Piece


class LinesOut(msgspec.Struct, frozen=True):
    rows: list[Line]
    next: str | None


class ShelfOut(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    icon: str
    names: dict[str, CategoryName]

    @classmethod
    def of(cls, category: Category) -> Self:
        return cls(key=category.key, icon=category.icon, names=category.names)


class NewForm(msgspec.Struct, frozen=True, kw_only=True):
    """``slug`` is the address; left empty it is made of the title."""

    language: str
    title: str
    category: str
    slug: str = ""

    def text(self) -> Text:
        return Text(title=_line(self.title), source="")


class KeysForm(msgspec.Struct, frozen=True):
    """Words that stand for something: audiences, names for the exchange's pages."""

    keys: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=40)]


class MoveForm(msgspec.Struct, frozen=True, kw_only=True):
    category: str
    slug: str
    is_risk: bool = False


class OrderForm(msgspec.Struct, frozen=True, kw_only=True):
    """The first articles of a category; ``was``: the order that the editor saw before."""

    category: str
    keys: Annotated[list[UUID], Meta(max_length=1_000)]
    was: Annotated[list[UUID], Meta(max_length=1_000)]


class OrderedOut(msgspec.Struct, frozen=True):
    """Where the list goes on after what was put in order."""

    next: str


class ReviewForm(msgspec.Struct, frozen=True):
    by: date | None


class CompareForm(msgspec.Struct, frozen=True):
    before: str
    after: str


class ComparedOut(msgspec.Struct, frozen=True):
    pieces: list[Piece]


@dataclass
class PictureForm:
    """A picture; the framework decodes forms into plain classes only."""

    file: UploadFile


class PictureOut(msgspec.Struct, frozen=True):
    """``address`` is what Markdown names it by."""

    address: str
    width: int
    height: int


class KeepForm(msgspec.Struct, frozen=True, kw_only=True):
    """``version`` of the draft on the screen, ``over`` that of the readers' text."""

    title: str
    description: str
    tags: list[str]
    asked_as: list[str]
    source: str
    version: int
    over: int

    def text(self) -> Text:
        return Text(
            title=_line(self.title),
            source=self.source.replace("\x00", "").replace("\r\n", "\n"),
            description=_line(self.description),
            tags=_lines(self.tags),
            asked_as=_lines(self.asked_as),
        )


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _lines(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for each in texts if (line := _line(each))))


class StageForm(msgspec.Struct, frozen=True):
    stage: Literal["writing", "review"]
    version: int


class SendBackForm(msgspec.Struct, frozen=True):
    why: Annotated[str, Meta(max_length=MOST_WHY)]
    version: int


class ScheduleForm(msgspec.Struct, frozen=True):
    at: datetime
    version: int

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a time without a zone is no moment")


class PublishForm(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    over: int
    state: Literal["published", "internal"] = "published"

    def to_state(self) -> State:
        return State(self.state)


class StateForm(msgspec.Struct, frozen=True):
    state: State


class RestoreForm(msgspec.Struct, frozen=True):
    version: int
    over: int


class AmissOut(msgspec.Struct, frozen=True):
    """What readers would stumble over: addresses as they are written in the text."""

    dead: list[str]  # links that lead nowhere
    foreign: list[str]  # pictures that are not ours, so they are left out
    faults: list[str]  # what a block lacks, as a sentence


class DiagramForm(msgspec.Struct, frozen=True):
    source: str


class DiagramOut(msgspec.Struct, frozen=True):
    """A drawing, or why there is none."""

    svg: str
    why: str


class HereOut(msgspec.Struct, frozen=True):
    """Who else has the text open, and the version of its draft by now."""

    people: list[str]
    version: int


class WordsOut(msgspec.Struct, frozen=True, kw_only=True):
    """The words of an article in one language."""

    title: str
    description: str
    tags: list[str]
    asked_as: list[str]
    source: str

    @classmethod
    def of(cls, text: Text) -> Self:
        return cls(
            title=text.title,
            description=text.description,
            tags=list(text.tags),
            asked_as=list(text.asked_as),
            source=text.source,
        )


class DraftOut(msgspec.Struct, frozen=True, kw_only=True):
    """How a draft stands; its words are asked for by themselves."""

    stage: Stage
    publish_at: datetime | None
    based_on: int
    saved_at: datetime
    saved_by: str
    version: int
    authors: list[str]  # names of everybody whose words are in it
    sent_back: str  # why, when it was last reviewed
    sent_back_by: str
    needs_second: bool  # the reader of this wrote it alone, and here that is not enough

    @classmethod
    def of(cls, draft: Draft, names: Mapping[UUID, str], *, needs_second: bool) -> Self:
        back = draft.sent_back_by
        return cls(
            stage=draft.stage,
            publish_at=draft.publish_at,
            based_on=draft.based_on,
            saved_at=draft.saved_at,
            saved_by=names.get(draft.saved_by, ""),
            version=draft.version,
            authors=[names[each] for each in draft.authors if each in names],
            sent_back=draft.sent_back,
            sent_back_by="" if back is None else names.get(back, ""),
            needs_second=needs_second,
        )


class TheirsOut(msgspec.Struct, frozen=True, kw_only=True):
    """What readers have, or had."""

    state: State
    version: int
    published_at: datetime | None
    saved_at: datetime
    is_derived: bool
    source: str


class EditedOut(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the editor of one language sees."""

    line: Line
    language: str
    languages: list[str]  # of the help center
    words: WordsOut
    draft: DraftOut | None
    readers: TheirsOut | None
    origin: Origin | None
    needs_second: bool  # what the reader of this begins now, somebody else gives to readers

    @classmethod
    def of(
        cls, edited: Edited, languages: list[str], draft: DraftOut | None, *, needs_second: bool
    ) -> Self:
        saved = edited.translation
        return cls(
            line=edited.line,
            language=edited.language,
            languages=languages,
            words=WordsOut.of(edited.present()),
            draft=draft,
            readers=None
            if saved is None
            else msgspec.convert(saved, TheirsOut, from_attributes=True),
            origin=edited.origin,
            needs_second=needs_second,
        )


class VersionOut(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    title: str
    saved_at: datetime
    saved_by: str

    @classmethod
    def of(cls, version: Version, name: str) -> Self:
        return cls(
            number=version.number, title=version.title, saved_at=version.saved_at, saved_by=name
        )
