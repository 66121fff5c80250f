"""Videos of articles and their captions, given by editors."""

from dataclasses import dataclass

import msgspec
from litestar import post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody

from fanlight.features.knowledge import clips
from fanlight.kernel.work import Work
from fanlight.surfaces.console.articles import EDITORS
from fanlight.surfaces.shared.samples import NOT_FOR_READERS

_BESIDE_THE_FILE = 100_000  # what a form takes around it


@dataclass
class ClipForm:
    """A video or captions; the framework decodes forms into plain classes only."""

    file: UploadFile


class ClipOut(msgspec.Struct, frozen=True):
    """``address`` is what Markdown names a video, or its captions, by."""

    address: str
    media_type: str


@post(
    "/api/console/clips",
    guards=[EDITORS],
    opt=NOT_FOR_READERS,
    tags=["articles"],
    request_max_body_size=clips.MOST_BYTES + _BESIDE_THE_FILE,
)
async def add_clip(data: MultipartBody[ClipForm], work: NamedDependency[Work]) -> ClipOut:
    """Keep a video or its captions, known by its bytes whatever its name says."""
    clip = await clips.add(work, await data.file.read(clips.MOST_BYTES + 1))
    return ClipOut(clip.address, clip.media_type)


ROUTES = [add_clip]
