"""What was logged, wherever this process sends its lines by now."""

from collections.abc import Callable

import pytest

Logged = Callable[[], str]


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Logged:
    """Everything since the last look: on the streams before logs are set up, in records after."""
    return lambda: "".join(capsys.readouterr()) + caplog.text
