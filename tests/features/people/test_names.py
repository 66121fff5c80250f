"""Names of agents: what may be stored, and shown to customers."""

import pytest

from fanlight.features.people.names import checked_name
from fanlight.kernel.errors import Malformed

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def test_a_name_is_no_place_for_a_seed_phrase() -> None:
    assert checked_name(" Mei  Lin ") == "Mei Lin"
    assert checked_name("Winner Legal") == "Winner Legal"
    for bad in (SEED, f"Mei {SEED}", "", "x" * 121):
        with pytest.raises(Malformed):
            checked_name(bad)
