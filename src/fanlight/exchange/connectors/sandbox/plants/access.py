"""Accounts that somebody cannot get into, and accounts that somebody else got into."""

from datetime import timedelta

from fanlight.exchange.connectors.sandbox.people import devices
from fanlight.exchange.connectors.sandbox.plants.scene import Planted, Scene, cause
from fanlight.exchange.facts import Device, SecurityChange, SignIn, WithdrawalState

_ELSEWHERE = "Bucharest, Romania"
_STRANGE = "Chrome, Linux"


def _refused(scene: Scene) -> Planted:
    """Three tries that were refused for one reason."""
    known, reason = devices(scene.world, scene.uid, scene.number)[0], scene.cause.partition(".")[2]
    is_strange = reason in ("region", "unknown_device")
    for minutes in (2, 5, 9):
        scene.changed.sign_ins.append(
            SignIn(
                at=scene.ago(minutes=minutes),
                is_success=False,
                method="password+totp",
                device="Safari, iPad" if is_strange else known.name,
                place="Lisbon, Portugal" if reason == "region" else known.place,
                is_new_device=is_strange,
                reason=reason,
            )
        )
    return scene.planted(at=scene.ago(minutes=2))


for _reason in ("wrong_password", "wrong_code", "locked", "region", "unknown_device", "frozen"):
    cause(f"sign_in.{_reason}")(_refused)


@cause("sign_in.second_factor_reset")
def second_factor_reset(scene: Scene) -> Planted:
    """The authenticator was reset by the exchange: withdrawals wait a day."""
    until = scene.now + timedelta(hours=21)
    scene.changed.security_changes.append(
        SecurityChange(
            at=scene.ago(hours=3), kind="totp", action="reset", withdrawals_held_until=until
        )
    )
    return scene.planted(at=scene.ago(hours=3))


@cause("account.compromised")
def compromised(scene: Scene) -> Planted:
    """A stranger's device, a changed account, and coins about to leave to an address never seen."""
    held_until = scene.now + timedelta(hours=23)
    scene.changed.devices.append(
        Device(
            id=f"dev-{scene.number}-strange",
            name=_STRANGE,
            place=_ELSEWHERE,
            first_seen_at=scene.ago(minutes=38),
            last_seen_at=scene.ago(minutes=3),
        )
    )
    scene.changed.sign_ins.append(
        SignIn(
            at=scene.ago(minutes=38),
            is_success=True,
            method="password+totp",
            device=_STRANGE,
            place=_ELSEWHERE,
            is_new_device=True,
        )
    )
    for minutes, kind, action in (
        (31, "email", "changed"),
        (29, "anti_phishing", "changed"),
        (24, "withdrawal_address", "added"),
    ):
        scene.changed.security_changes.append(
            SecurityChange(
                at=scene.ago(minutes=minutes),
                kind=kind,
                action=action,
                device=_STRANGE,
                place=_ELSEWHERE,
                withdrawals_held_until=held_until if kind == "email" else None,
            )
        )
    return scene.withdrawal(
        "USDT",
        "TRON",
        WithdrawalState.HELD,
        requested_at=scene.ago(minutes=12),
        hold_reason="new_address",
        held_until=held_until,
        address=scene.wallet("TRON", "thief"),
    )


@cause("account.new_device")
def new_device(scene: Scene) -> Planted:
    """Only a new telephone of their own: where they always are, and nothing else was done."""
    known = devices(scene.world, scene.uid, scene.number)[0]
    scene.changed.sign_ins.append(
        SignIn(
            at=scene.ago(hours=1),
            is_success=True,
            method="passkey",
            device="iPhone app",
            place=known.place,
            is_new_device=True,
        )
    )
    return scene.planted(at=scene.ago(hours=1))
