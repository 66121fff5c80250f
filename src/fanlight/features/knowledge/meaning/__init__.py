"""Finding by meaning, an optional extra: articles that answer in other words, or another language.

``embedder`` (the contract), ``local`` and ``child`` (a model in a process of its own), ``remote``
(an endpoint), ``making`` (the vectors of what is published, kept in the database), ``matrix`` (the
same on one machine, searched exactly), ``fusing`` (one ranking out of two), ``finding`` (the whole
of it, as a door asks). Off, none of it runs.
"""
