"""An invented exchange of 10,000 accounts for the demo, for tests and for measuring.

    sandbox = Sandbox(now=lambda: NOON)                       # from ``exchange``
    planted = sandbox.plant(sandbox.uids[7], "deposit.memo_missing")
    sandbox.clock.advance(minutes=20)                         # blocks arrive, holds end
    sandbox.play("down")                                      # and back with ``play("")``
    shelf.offer(sandbox, as_kind=Exchange); shelf.offer(sandbox.chains)

``exchange`` answers; ``people`` and ``money`` are what follows from the seed, ``plants`` what can
happen to an account, ``lives`` how that goes on by itself as the ``clock`` is driven; ``chain``
shows the same coins as the networks have them. ``kept`` holds what was changed.
"""
