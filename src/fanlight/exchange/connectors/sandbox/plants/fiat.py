"""Money by bank and card that is not where somebody waits for it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from fanlight.exchange.connectors.sandbox.lives import Lived, Step
from fanlight.exchange.connectors.sandbox.plants.scene import Planted, Scene, cause
from fanlight.exchange.facts import FiatState, FiatTransfer

S = FiatState
_HELD = ["name_differs", "reference_missing", "review", "bank_holiday", "limit"]
_FAILED = ["account_closed", "bank_refused", "name_differs", "card_refused"]


@cause("fiat.waiting")
def waiting(scene: Scene) -> Planted:
    """No money seen yet, within the usual time."""
    comes = Step(scene.now + timedelta(hours=9), {"state": "credited"})
    return _transfer(scene, S.WAITING, hours=10, steps=(comes,))


@cause("fiat.waiting_late")
def waiting_late(scene: Scene) -> Planted:
    return _transfer(scene, S.WAITING, hours=75)


@cause("fiat.received")
def received(scene: Scene) -> Planted:
    done = Step(scene.now + timedelta(hours=1), {"state": "credited"})
    return _transfer(scene, S.RECEIVED, hours=20, steps=(done,))


@cause("fiat.credited")
def credited(scene: Scene) -> Planted:
    return _transfer(scene, S.CREDITED, hours=30)


@cause("fiat.sent")
def sent(scene: Scene) -> Planted:
    """Out of the exchange, not yet at the bank."""
    return _transfer(scene, S.SENT, hours=12, direction="out")


@cause("fiat.sent_late")
def sent_late(scene: Scene) -> Planted:
    return _transfer(scene, S.SENT, hours=80, direction="out")


@cause("fiat.returned")
def returned(scene: Scene) -> Planted:
    return _transfer(scene, S.RETURNED, hours=40)


def _held(scene: Scene) -> Planted:
    says: dict[str, Any] = {"hold_reason": scene.reason}
    if scene.reason == "bank_holiday":
        says["due_at"] = scene.now + timedelta(hours=40)
    if scene.reason == "reference_missing":
        says["reference"] = ""
    return _transfer(scene, S.HELD, hours=26, **says)


def _failed(scene: Scene) -> Planted:
    is_card = scene.reason == "card_refused"
    says: dict[str, Any] = {"rail": "card"} if is_card else {"direction": "out"}
    return _transfer(scene, S.FAILED, hours=22, fail_reason=scene.reason, **says)


for _reason in _HELD:
    cause(f"fiat.held_{_reason}")(_held)
for _reason in _FAILED:
    cause(f"fiat.failed_{_reason}")(_failed)


def _transfer(
    scene: Scene, state: FiatState, *, hours: float, steps: tuple[Step, ...] = (), **says: Any
) -> Planted:
    made_at = scene.ago(hours=hours)
    given: dict[str, Any] = {
        "direction": "in",
        "rail": "sepa",
        "reference": f"MER{scene.number:05d}",
        "due_at": made_at + timedelta(hours=24),
    } | says
    transfer = FiatTransfer(
        id=scene.id("F"),
        currency="EUR",
        amount=Decimal(scene.chance.randrange(4, 90) * 50),
        state=state,
        created_at=made_at,
        changed_at=made_at + timedelta(hours=min(hours, 2)),
        usual=timedelta(hours=24),
        **given,
    )
    scene.changed.fiat.append(Lived(transfer, steps))
    return scene.planted(
        at=made_at, id=transfer.id, asset=transfer.currency, amount=transfer.amount
    )
