"""Who may do what: little proof to lock, much to unlock. Pure; the table of these is a test."""

from datetime import datetime

from fanlight.features.guidance.emergency.errors import ProofTooWeak
from fanlight.features.guidance.emergency.models import Proof, Road
from fanlight.features.people.assurance import Level, Method, proof_by, stepped_up

_TO_LOCK = {
    Road.SESSION: Level.L2,
    Road.MAILBOX: Level.L1,
    Road.AGENT: Level.L1,  # what the customer has proved on the ticket
    Road.ALERT: Level.L0,  # the exchange decides what the link is worth
    Road.DRILL: Level.L0,
}
SECOND_PROOFS = (Method.TOTP, Method.SMS)
"""What the exchange may be asked to take here. A passkey answers on the exchange's own pages
alone, for it is bound to their name; questions and a code by mail prove too little."""


def check_lock(proof: Proof) -> None:
    """Raises ProofTooWeak unless the proof is enough to stop an account."""
    needed = _TO_LOCK[proof.road]
    if proof.level < needed:
        raise ProofTooWeak(needed=int(needed))


def check_unlock(proof: Proof, second: str, *, now: datetime) -> None:
    """Raises ProofTooWeak unless a signed session and a second proof lie one upon the other."""
    if proof.road is not Road.SESSION or proof.level < Level.L2:
        raise ProofTooWeak(needed=int(Level.L3))
    first = proof_by(Method.SIGNED_SESSION, f"exchange:{proof.uid}", at=proof.proven_at)
    if second not in SECOND_PROOFS or stepped_up(first, Method(second), at=now).level < Level.L3:
        raise ProofTooWeak(needed=int(Level.L3))
