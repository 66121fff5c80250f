"""Who is who, on both sides: what is officially ours, and what only looks like it.

``naming`` (a value taken apart), ``skeleton`` (one form for all that looks alike), ``lookalikes``
(is it ours, and if not, whom does it ape), ``vocabulary`` (what is a word of its own).
"""
