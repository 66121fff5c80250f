"""What a line of the log keeps of a value that is too long."""

from fanlight.kernel.logs import hide_secrets


def test_a_long_traceback_keeps_the_error_at_its_end() -> None:
    traceback = "Traceback\n" + "  File x\n" * 1000 + "KeyError: 'id'"
    kept = hide_secrets(None, "error", {"exception": traceback, "path": traceback})

    assert kept["exception"].startswith("Traceback")
    assert kept["exception"].endswith("KeyError: 'id'")
    assert max(len(value) for value in kept.values()) < 4100
    assert not kept["path"].endswith("'id'")
