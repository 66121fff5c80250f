"""The audit log: who did what, appended with the deed itself, linked into a chain afterwards.

``log`` writes and reads lines, ``chain`` links them and finds where a link is broken, ``checking``
does that as a job that says how far it is, ``exporting`` hands the log out, signed.
"""

from fanlight.kernel.audit.chain import Broken, chain_audit, head, verify
from fanlight.kernel.audit.log import BEGINNING, TOP, Entry, Place, page, record

__all__ = [
    "BEGINNING",
    "TOP",
    "Broken",
    "Entry",
    "Place",
    "chain_audit",
    "head",
    "page",
    "record",
    "verify",
]
