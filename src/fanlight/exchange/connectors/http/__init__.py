"""An exchange that its own engineers put behind an HTTP interface: see docs/guides/exchange.md.

``questions`` is the interface as a table; ``client`` asks by it, with ``signing``, ``calm`` and
``checks``; ``door`` answers by it; ``chain`` reads networks through it.
"""
