"""A ticket says what was hidden by its marker alone: the guide ranks it as if it had seen it."""

import pytest

from fanlight.features.guidance.keeping import shipped
from fanlight.features.guidance.models import Category, Urgency


@pytest.mark.parametrize("kind", ["seed_phrase", "private_key", "extended_key", "keystore"])
def test_a_key_that_was_hidden_is_urgent(kind: str) -> None:
    found = shipped().triage(f"can you check my wallet ⟦hidden:{kind}⟧ thanks")

    assert (found.category, found.urgency) == (Category.ACCOUNT_COMPROMISED, Urgency.URGENT)
    assert found.reasons[0].code == "secret_posted"


def test_a_code_that_was_hidden_is_no_key() -> None:
    found = shipped().triage("the code was ⟦hidden:otp⟧ and the page is slow")

    assert "secret_posted" not in {reason.code for reason in found.reasons}
