"""Loading without the collector: what is imported stays, however often it is looked through."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """While a desk loads what it keeps for its whole life. Afterwards all that is there counts as
    kept: looking through it would also copy every page that processes share.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
