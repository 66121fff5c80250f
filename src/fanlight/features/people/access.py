"""Who may what has changed: a word to every process, for each remembers for seconds who is who."""

from fanlight.kernel.work import Work

CHANGED = "people.access"
"""The live topic. It carries nothing: whoever remembers anything asks again."""


def changed(work: Work) -> None:
    """Told by every statement that takes a session, a right or a team from somebody, or gives it.

    It leaves after the commit, so whoever asks again finds what is so now.
    """
    work.signal(CHANGED)
