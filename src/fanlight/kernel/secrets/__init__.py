"""Finds secrets in what people write, and takes them out before anything is stored.

``redact`` is safe to call on every log line: importing this package loads no word list and no
cryptography; those come with the first text that looks as if it needed them.
"""

from fanlight.kernel.secrets.engine import hide, redact, scan
from fanlight.kernel.secrets.kinds import Finding, Redacted, SecretKind, marker
from fanlight.kernel.secrets.parts import is_all_words, is_piece

__all__ = [
    "Finding",
    "Redacted",
    "SecretKind",
    "hide",
    "is_all_words",
    "is_piece",
    "marker",
    "redact",
    "scan",
]
