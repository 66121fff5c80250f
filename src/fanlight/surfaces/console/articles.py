"""The editors' room: articles by shelf, one text at a time, and what follows from it."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody

from fanlight.features.conversations.examine import PICTURES, examine
from fanlight.features.conversations.settings import FileSettings
from fanlight.features.knowledge import (
    audiences,
    contexts,
    editing,
    pictures,
    placing,
    queries,
    revisions,
)
from fanlight.features.knowledge.drafts import Draft, Line, Stage
from fanlight.features.knowledge.errors import PictureRefused
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.queries import doors, listing
from fanlight.features.people.queries import agents, visits
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.console.articles_wire import (
    ComparedOut,
    CompareForm,
    DraftOut,
    EditedOut,
    KeepForm,
    KeysForm,
    MoveForm,
    OrderedOut,
    OrderForm,
    PictureForm,
    PictureOut,
    PublishForm,
    RestoreForm,
    ReviewForm,
    ScheduleForm,
    SendBackForm,
    ShelfOut,
    StageForm,
    StateForm,
    VersionOut,
    WordsOut,
)
from fanlight.surfaces.console.cursors import pack
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE

AnyRequest = Request[Any, Any, Any]
EDITORS = may("article.edit")
PUBLISHERS = may("article.publish")
_MOST_PICTURE_BYTES = 10 * 2**20


class ArticleController(Controller):
    """What is done with whole articles."""

    path = "/api/console/articles"
    cache_control = NO_STORE
    tags = ["articles"]

    @get("/shelves", guards=[EDITORS])
    async def shelves(self, work: NamedDependency[Work]) -> list[ShelfOut]:
        """Every category, also those that have no articles yet."""
        return [ShelfOut.of(each) for each in await queries.categories(work)]

    @get("/audiences", guards=[EDITORS])
    async def audiences(self, work: NamedDependency[Work]) -> list[str]:
        """The groups that articles are written for and that signed-in customers belong to."""
        return sorted({*await doors.groups(work), *await visits.groups(work)})

    @put("/{article_id:uuid}/place", guards=[EDITORS])
    async def move(
        self, article_id: FromPath[UUID], data: JSONBody[MoveForm], work: NamedDependency[Work]
    ) -> Line:
        """Another shelf or address; the old address leads on."""
        return await placing.move(
            work,
            article_id,
            category=data.category,
            slug=data.slug,
            is_risk=data.is_risk,
        )

    @put("/order", guards=[PUBLISHERS])
    async def reorder(self, data: JSONBody[OrderForm], work: NamedDependency[Work]) -> OrderedOut:
        """Put the first articles of a category in this order."""
        await placing.reorder(work, data.category, data.keys, was=data.was)
        # They are numbered anew: whoever has seen these goes on from here.
        return OrderedOut(pack(listing.Place(data.category, len(data.keys) + 1, "")))

    @put("/{article_id:uuid}/audience", guards=[EDITORS])
    async def set_audience(
        self, article_id: FromPath[UUID], data: JSONBody[KeysForm], work: NamedDependency[Work]
    ) -> Line:
        """Who may read it: everybody, whoever is signed in, or some of them."""
        return await audiences.set_audience(work, article_id, data.keys)

    @put("/{article_id:uuid}/contexts", guards=[EDITORS])
    async def set_contexts(
        self, article_id: FromPath[UUID], data: JSONBody[KeysForm], work: NamedDependency[Work]
    ) -> Line:
        """The names by which the exchange's site and app ask for it."""
        return await contexts.set_contexts(work, article_id, data.keys)

    @put("/{article_id:uuid}/review", guards=[EDITORS])
    async def review(
        self, article_id: FromPath[UUID], data: JSONBody[ReviewForm], work: NamedDependency[Work]
    ) -> Line:
        """By when somebody looks whether it is still true."""
        return await placing.review_by(work, article_id, data.by)

    @post("/compare", guards=[EDITORS], status_code=200, opt=NOT_FOR_READERS)
    async def compare(self, data: JSONBody[CompareForm]) -> ComparedOut:
        """The words in which two texts differ."""
        limit = editing.MOST_CHARACTERS
        pieces = await asyncio.to_thread(
            revisions.differences, data.before[:limit], data.after[:limit]
        )
        return ComparedOut(pieces)

    @post("/pictures", guards=[EDITORS], opt=NOT_FOR_READERS)
    async def add_picture(
        self, data: MultipartBody[PictureForm], work: NamedDependency[Work]
    ) -> PictureOut:
        """Look into a picture, make it anew from its pixels, and keep that."""
        content = await data.file.read(_MOST_PICTURE_BYTES + 1)
        looked = await asyncio.to_thread(
            examine,
            data.file.filename,
            content,
            max_bytes=_MOST_PICTURE_BYTES,
            max_pixels=work.of(Settings)[FileSettings].max_picture_pixels,
        )
        if looked.media_type not in PICTURES or looked.width is None or looked.height is None:
            raise PictureRefused
        picture = await pictures.add(
            work,
            looked.content,
            media_type=looked.media_type,
            width=looked.width,
            height=looked.height,
        )
        return PictureOut(picture.address, picture.width, picture.height)


class TextController(Controller):
    """What is done with an article in one language."""

    path = "/api/console/articles/{article_id:uuid}/{language:str}"
    cache_control = NO_STORE
    tags = ["articles"]

    @get("/", guards=[EDITORS])
    async def read(
        self, article_id: FromPath[UUID], language: FromPath[str], work: NamedDependency[Work]
    ) -> EditedOut:
        """Everything the editor of one language sees."""
        edited = await editing.read(work, article_id, language)
        draft = None if edited.draft is None else await _draft(work, edited.draft)
        return EditedOut.of(
            edited, list(LANGUAGES), draft, needs_second=editing.needs_second(work, None)
        )

    @put("/draft", guards=[EDITORS])
    async def keep(
        self,
        article_id: FromPath[UUID],
        language: FromPath[str],
        data: JSONBody[KeepForm],
        work: NamedDependency[Work],
    ) -> DraftOut:
        """Store the words being worked on; readers keep theirs."""
        draft = await editing.keep(
            work, article_id, language, data.text(), version=data.version, over=data.over
        )
        return await _draft(work, draft)

    @delete("/draft", guards=[EDITORS])
    async def drop(
        self,
        article_id: FromPath[UUID],
        language: FromPath[str],
        version: FromQuery[int],
        work: NamedDependency[Work],
    ) -> None:
        """Forget the draft."""
        await editing.drop(work, article_id, language, version=version)

    @put("/stage", guards=[EDITORS])
    async def set_stage(
        self,
        article_id: FromPath[UUID],
        language: FromPath[str],
        data: JSONBody[StageForm],
        work: NamedDependency[Work],
    ) -> DraftOut:
        """Ask for a review, or write on."""
        stage = Stage(data.stage)
        draft = await editing.set_stage(work, article_id, language, stage, version=data.version)
        return await _draft(work, draft)

    @post("/send-back", guards=[EDITORS], status_code=200)
    async def send_back(
        self,
        article_id: FromPath[UUID],
        language: FromPath[str],
        data: JSONBody[SendBackForm],
        work: NamedDependency[Work],
    ) -> DraftOut:
        """Say what is not right yet in a draft that was handed to review."""
        why = data.why.replace("\x00", "")
        draft = await editing.send_back(work, article_id, language, why, version=data.version)
        return await _draft(work, draft)

    @put("/schedule", guards=[PUBLISHERS])
    async def schedule(
        self,
        article_id: FromPath[UUID],
        language: FromPath[str],
        data: JSONBody[ScheduleForm],
        work: NamedDependency[Work],
    ) -> DraftOut:
        """Have it published at a time."""
        draft = await editing.schedule(work, article_id, language, data.at, version=data.version)
        return await _draft(work, draft)

    @post("/publish", guards=[PUBLISHERS], status_code=204)
    async def publish(
        self,
        article_id: FromPath[UUID],
        language: FromPath[str],
        data: JSONBody[PublishForm],
        work: NamedDependency[Work],
    ) -> None:
        """Give the draft to readers, or to agents alone."""
        await editing.publish(
            work,
            article_id,
            language,
            version=data.version,
            over=data.over,
            state=data.to_state(),
        )

    @put("/state", guards=[PUBLISHERS], status_code=204)
    async def set_state(
        self,
        article_id: FromPath[UUID],
        language: FromPath[str],
        data: JSONBody[StateForm],
        work: NamedDependency[Work],
    ) -> None:
        """Withdraw what readers have, keep it for agents, archive it, or give it back."""
        await editing.set_state(work, article_id, language, data.state)

    @post("/confirm", guards=[EDITORS], status_code=204)
    async def confirm(
        self, article_id: FromPath[UUID], language: FromPath[str], work: NamedDependency[Work]
    ) -> None:
        """The source has changed, and this translation is right all the same."""
        await editing.confirm(work, article_id, language)

    @get("/versions", guards=[EDITORS])
    async def versions(
        self, article_id: FromPath[UUID], language: FromPath[str], work: NamedDependency[Work]
    ) -> list[VersionOut]:
        """What readers have had, the latest first."""
        found = await revisions.versions(work, article_id, language)
        names = await agents.names_of(work, [each.saved_by for each in found])
        return [VersionOut.of(each, names.get(each.saved_by, "")) for each in found]

    @get("/versions/{number:int}", guards=[EDITORS])
    async def version(
        self,
        article_id: FromPath[UUID],
        language: FromPath[str],
        number: FromPath[int],
        work: NamedDependency[Work],
    ) -> WordsOut:
        """The words of one kept version."""
        return WordsOut.of((await revisions.version(work, article_id, language, number)).text())

    @post("/versions/{number:int}/restore", guards=[EDITORS], status_code=200)
    async def restore(
        self,
        article_id: FromPath[UUID],
        language: FromPath[str],
        number: FromPath[int],
        data: JSONBody[RestoreForm],
        work: NamedDependency[Work],
    ) -> DraftOut:
        """Make a kept version the draft."""
        draft = await revisions.restore(
            work, article_id, language, number, version=data.version, over=data.over
        )
        return await _draft(work, draft)


async def _draft(work: Work, draft: Draft) -> DraftOut:
    ids = [draft.saved_by, *draft.authors]
    names = await agents.names_of(work, [*ids, draft.sent_back_by] if draft.sent_back_by else ids)
    return DraftOut.of(draft, names, needs_second=editing.needs_second(work, draft))


ROUTES = [ArticleController, TextController]
