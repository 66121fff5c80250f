"""The emergency lane: freeze first, talk after.

``proofs`` (whose account, shown how; who may do what), ``acts`` (freeze: what people press),
``holding`` (kept, or lifted), ``asking`` (the exchange is asked, now and again), ``comparing``
(ours held against what the exchange says), ``cases`` (the ticket, its checklist), ``telling``
(everybody who should know: customer, security team, pager), ``watching`` (what the clock does),
``mailboxes`` (a mailbox proved by a code), ``drills``.
"""
