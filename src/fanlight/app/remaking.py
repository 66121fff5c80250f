"""How pictures of an import become ours: the same way in as those that editors upload."""

from fanlight.features.conversations.errors import FileRefused
from fanlight.features.conversations.examine import examine
from fanlight.features.conversations.settings import FileSettings
from fanlight.features.knowledge.importing import PictureMaker, Remade
from fanlight.features.knowledge.importing.pictures import MOST_BYTES
from fanlight.kernel.settings import Settings


def picture_maker(settings: Settings) -> PictureMaker:
    most_pixels = settings[FileSettings].max_picture_pixels

    def remake(name: str, content: bytes) -> Remade | None:
        try:
            seen = examine(name, content, max_bytes=MOST_BYTES, max_pixels=most_pixels)
        except FileRefused:
            return None
        if seen.width is None or seen.height is None:
            return None
        return Remade(
            content=seen.content,
            media_type=seen.media_type,
            width=seen.width,
            height=seen.height,
        )

    return PictureMaker(remake)
