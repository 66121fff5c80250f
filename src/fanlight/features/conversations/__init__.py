"""One thread on one channel: messages, files, delivery, redaction.

Extra rooms: ``files.py`` (what is attached), ``delivery.py`` (how answers leave), ``signals.py``
(the wake-ups that other processes hear). Whoever calls a verb here has got the ticket through its
own door: who may see a conversation is decided by its ticket.
"""
