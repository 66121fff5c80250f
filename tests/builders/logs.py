"""What was logged, whatever other tests have made of this process's logs."""

import logging
from collections.abc import Callable, Iterator

import pytest

from fanlight.kernel.logs import LogSettings, set_up_logs

Logged = Callable[[], str]


@pytest.fixture
def logged(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Iterator[Logged]:
    """Everything since the last look, as a process of the desk writes it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    set_up_logs(LogSettings(level="debug"))
    yield lambda: "".join(capsys.readouterr()) + caplog.text
    root.handlers[:] = handlers
    root.setLevel(level)
