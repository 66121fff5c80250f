"""What a customer needs solved, whichever channels the talk runs through; owns conversations.

Extra rooms: ``intake.py`` (the one front door for everything inbound), ``receipts.py`` (what
channels tell of what we said), ``received.py`` (what became of an event), ``views.py`` (the lists
agents see), ``replies.py`` (answers and notes), ``feed.py`` (changes since a cursor),
``drafts.py``, ``links.py`` (signed links to one ticket), ``acknowledge.py`` (the first, automatic
answer), ``continuation.py`` (a chat goes on by mail), ``promises.py`` (by when we answer),
``hidden.py`` (whoever sent a secret is told), ``pieces.py`` (secrets told over several messages),
``objects.py`` (what tickets name, and ``object_states.py``, how it stands at the exchange),
``citing.py`` (which articles answers lead to).
"""
