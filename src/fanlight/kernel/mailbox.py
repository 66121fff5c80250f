"""A mail address in the form that every server takes: one check for who writes and who sends."""

import re

MAX_OCTETS = 254  # RFC 5321 section 4.5.3.1.3

# Neither quoted local parts nor domain literals: nobody types them, and lists hide in them.
_MAILBOX = re.compile(
    r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+"
)


class NoMailbox(ValueError):
    """No server takes this address, or it would break out of its header."""


def wired(address: str) -> str:
    """An address as it goes over the wire; domains of all scripts in ASCII.

    Raises:
        NoMailbox: with what is wrong.
    """
    local, at, domain = address.strip().rpartition("@")
    try:
        result = f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise NoMailbox("the domain cannot be written in ASCII") from error
    if len(result.encode()) > MAX_OCTETS or not _MAILBOX.fullmatch(result):
        raise NoMailbox("not a mailbox")
    if result.startswith(("-", ".")) or ".." in result:
        raise NoMailbox("not a mailbox")
    return result
