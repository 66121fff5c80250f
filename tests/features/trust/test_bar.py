"""The bar of the look-alike check, on look-alikes whose rules the check does not know."""

import pytest

from bench.lookalikes import measure


@pytest.mark.slow
def test_95_of_100_look_alikes_are_found_and_1_of_100_strangers_is_not() -> None:
    wrong: list[str] = []
    found, false, _ = measure(wrong.append)
    assert found >= 0.95, wrong[:20]
    assert false <= 0.01, wrong[-20:]
