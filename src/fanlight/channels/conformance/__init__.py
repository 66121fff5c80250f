"""What every channel must do, as checks that run against any adapter, ours or an outsider's.

``PURE`` needs only the adapter and an account. ``WIRED`` needs a ``Peer``: the adapter with a far
side, real or a fake that keeps a ledger of what a real user would see. A check raises
``Nonconforming``.
"""

from fanlight.channels.conformance.alone import PURE
from fanlight.channels.conformance.peer import (
    FileKind,
    Nonconforming,
    Peer,
    SecretKind,
    Trouble,
)
from fanlight.channels.conformance.wired import WIRED

__all__ = ["PURE", "WIRED", "FileKind", "Nonconforming", "Peer", "SecretKind", "Trouble"]
