"""The exchange this desk answers for: what it knows (``facts``), how it is asked (``contract``).

``connectors`` hold the ways to a real or an invented exchange, one folder each; ``chains`` the
readers of the networks themselves. Nothing in here knows the desk.
"""
