"""Proofs that are good once, whichever process hears them: identity tokens, exchange events."""

from datetime import datetime
from typing import Literal

from fanlight.kernel.work import Work

Proof = Literal["identity", "exchange_event"]

NOTE_USED = """
    INSERT INTO used_tokens (kind, token, expires_at) VALUES (%(kind)s, %(token)s, %(until)s)
    ON CONFLICT DO NOTHING
"""
FORGET_USED = "DELETE FROM used_tokens WHERE expires_at < %(now)s"


async def use_token(work: Work, kind: Proof, token: str, *, until: datetime) -> bool:
    """Note that a proof was used, for as long as it would hold; False when it had been before."""
    return await work.run(NOTE_USED, kind=kind, token=token, until=until) == 1


async def forget_used(work: Work) -> None:
    """Drop those that hold no longer by themselves."""
    await work.run(FORGET_USED, now=work.now())
