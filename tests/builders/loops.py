"""An event loop that was left open says where it was made: it is found long after its test."""

import asyncio
import sys
from collections.abc import Iterator
from itertools import islice
from types import FrameType

_FRAMES = 12


def watch() -> None:
    """Have every loop of this process know its makers, and name them where it is shown."""
    made, shown = asyncio.BaseEventLoop.__init__, asyncio.BaseEventLoop.__repr__

    def make(loop: asyncio.BaseEventLoop) -> None:
        made(loop)
        frames = islice(_outwards(sys._getframe(1)), _FRAMES)
        loop.__dict__["made_by"] = [(each.f_code.co_filename, each.f_lineno) for each in frames]

    def show(loop: asyncio.BaseEventLoop) -> str:
        makers = loop.__dict__.get("made_by", ())
        return f"{shown(loop)} made by {' < '.join(f'{file}:{line}' for file, line in makers)}"

    # mypy knows neither as something to be set.
    asyncio.BaseEventLoop.__init__ = make  # type: ignore[method-assign]
    asyncio.BaseEventLoop.__repr__ = show  # type: ignore[method-assign]


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
