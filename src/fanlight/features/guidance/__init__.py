"""What happened, how urgent it is, and which way leads to help.

Beside the usual files: ``classifier`` (labels learned from examples), ``judging`` (how good it is
on labels of one's own).
"""
