"""What can happen to an account: one planted cause for each thing a customer may ask about.

``CAUSES`` names them all as ``symptom.cause``. Each leaves the facts that a real exchange and its
networks would show, and nothing that says what was planted: whoever looks has to find out.
"""

from fanlight.exchange.connectors.sandbox.plants import (  # noqa: F401 - each adds its causes
    access,
    api,
    deposits,
    elsewhere,
    fiat,
    identity,
    orders,
    withdrawals,
)
from fanlight.exchange.connectors.sandbox.plants.scene import CAUSES, Planted, plant

__all__ = ["CAUSES", "Planted", "plant"]
