"""What the chat widget talks to: its files, its sessions, its talks, its socket.

Rooms of its own: ``pages.py`` (loader and app), ``sessions.py`` (who speaks), ``speaking.py`` (what
is said, alike by request and by socket), ``talks.py`` (requests), ``rooms.py`` and ``live.py`` (the
socket), ``wire.py`` (what leaves the house).
"""
