"""What happened, how urgent it is, and which way leads to help.

Beside the usual files: ``triage`` (words understood), ``rules`` (of urgency), ``classifier``
(labels learned from examples), ``judging`` (how good it is on labels of one's own), ``advice``
(the ways in order, and why), ``doors`` (how they stand now), ``ready`` (what to have at hand),
``preferences`` (how somebody likes to be helped).
"""
