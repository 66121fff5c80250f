"""How far the check of somebody's identity is."""

from datetime import timedelta

from fanlight.exchange.connectors.sandbox.lives import Lived, Step
from fanlight.exchange.connectors.sandbox.people import USUAL_CHECK
from fanlight.exchange.connectors.sandbox.plants.scene import Planted, Scene, cause
from fanlight.exchange.facts import IdentityCheck, IdentityState

_REASONS = (
    *("blurred", "cropped", "expired", "name_differs", "unsupported_document", "underage"),
    *("duplicate", "region", "address_old", "selfie_differs", "other"),
)
_FINAL = frozenset({"underage", "duplicate", "region"})  # another try changes nothing


@cause("identity.none")
def none(scene: Scene) -> Planted:
    return _check(scene, IdentityCheck(state=IdentityState.NONE, usual=USUAL_CHECK))


@cause("identity.pending")
def pending(scene: Scene) -> Planted:
    """Within the usual time; it passes by itself."""
    passes_at = scene.now + timedelta(hours=3)
    passed = Step(passes_at, {"state": "passed", "level": "standard", "decided_at": passes_at})
    return _check(scene, _submitted(scene, 2), passed)


@cause("identity.pending_late")
def pending_late(scene: Scene) -> Planted:
    return _check(scene, _submitted(scene, 30))


@cause("identity.passed")
def passed(scene: Scene) -> Planted:
    return _check(
        scene,
        IdentityCheck(
            state=IdentityState.PASSED,
            level="advanced",
            submitted_at=scene.ago(hours=5),
            decided_at=scene.ago(hours=1),
            usual=USUAL_CHECK,
        ),
    )


@cause("identity.expired")
def expired(scene: Scene) -> Planted:
    """It was passed once; the document has run out since."""
    return _check(
        scene,
        IdentityCheck(
            state=IdentityState.EXPIRED,
            level="standard",
            reasons=("expired",),
            submitted_at=scene.ago(days=700),
            decided_at=scene.ago(days=700),
            usual=USUAL_CHECK,
        ),
    )


def _refused(scene: Scene) -> Planted:
    return _check(
        scene,
        IdentityCheck(
            state=IdentityState.REFUSED,
            level="basic",
            reasons=(scene.reason,),
            submitted_at=scene.ago(hours=9),
            decided_at=scene.ago(hours=3),
            usual=USUAL_CHECK,
            may_retry_at=None if scene.reason in _FINAL else scene.now + timedelta(hours=1),
        ),
    )


for _reason in _REASONS:
    cause(f"identity.refused_{_reason}")(_refused)


def _submitted(scene: Scene, hours: float) -> IdentityCheck:
    return IdentityCheck(
        state=IdentityState.PENDING,
        level="basic",
        submitted_at=scene.ago(hours=hours),
        usual=USUAL_CHECK,
    )


def _check(scene: Scene, check: IdentityCheck, *steps: Step) -> Planted:
    scene.changed.identity = Lived(check, steps)
    return scene.planted(at=check.submitted_at or scene.now)
