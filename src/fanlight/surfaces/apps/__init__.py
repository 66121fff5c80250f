"""What the exchange's own pages, its app and its server ask of the desk, in a versioned JSON API.

Rooms of its own: ``crossing.py`` (which origins may ask), ``giving.py`` (tags, caches, limits),
``wire.py`` and ``structure.py`` (what leaves the house), ``beside.py`` (help beside a field and
lists of links), ``reading.py`` (search, articles, ways to a person), ``customers.py`` (sessions,
unread answers, the way over to the help site).
"""
