"""What was logged, whatever other tests have made of this process's logs."""

import logging
from collections.abc import Callable, Iterator

import pytest

from fanlight.kernel.logs import LogSettings, set_up_logs

Logged = Callable[[], str]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Logged]:
    """Everything so far, as a process of the desk hands it to whoever writes it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    set_up_logs(LogSettings(level="debug"))
    root.handlers[:] = []  # its stream would be that of the set-up; pytest hangs up its own
    yield lambda: caplog.text
    root.handlers[:] = handlers
    root.setLevel(level)
