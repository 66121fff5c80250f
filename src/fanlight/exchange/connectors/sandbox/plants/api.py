"""Programs whose calls are refused."""

from datetime import timedelta
from typing import Any

from fanlight.exchange.connectors.sandbox.plants.scene import Planted, Scene, cause
from fanlight.exchange.facts import ApiFailure, ApiKey

_CODES = {
    "timestamp": "-1021",
    "signature": "-1022",
    "address_not_listed": "-2015",
    "rights": "-2016",
    "expired": "-2017",
    "rate_limit": "429",
    "unknown_key": "-2014",
    "parameter": "-1100",
    "overload": "503",
}
_TRADES, _OUT = "/api/v1/orders", "/api/v1/withdrawals"


def _refused(scene: Scene) -> Planted:
    reason = scene.cause.partition(".")[2]
    prefix = f"mk_{scene.chance.getrandbits(32):08x}"
    if reason != "unknown_key":
        scene.changed.api_keys.append(_key(scene, prefix, reason))
    for minutes in (1, 3, 8):
        scene.changed.api_failures.append(
            ApiFailure(
                at=scene.ago(minutes=minutes),
                prefix=prefix,
                code=_CODES[reason],
                path=_OUT if reason == "rights" else _TRADES,
                reason=reason,
                skew_ms=-7_400 if reason == "timestamp" else None,
            )
        )
    return scene.planted(at=scene.ago(minutes=1), id=prefix, code=_CODES[reason])


for _reason in _CODES:
    cause(f"api.{_reason}")(_refused)


def _key(scene: Scene, prefix: str, reason: str) -> ApiKey:
    given: dict[str, Any] = {"rights": frozenset({"read", "trade"}), "has_address_list": True}
    if reason == "expired":
        given |= {"expires_at": scene.ago(hours=5), "is_active": False}
    return ApiKey(
        prefix=prefix,
        label="strategy",
        created_at=scene.now - timedelta(days=90),
        **given,
    )
