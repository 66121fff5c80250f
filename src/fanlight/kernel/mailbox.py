"""A mail address in the form that every server takes: one check for who writes and who sends."""

import re

MAX_OCTETS = 254  # RFC 5321 section 4.5.3.1.3

# Neither quoted local parts nor domain literals: nobody types them, and lists hide in them.
_MAILBOX = re.compile(
    r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+"
)

# Providers that deliver several spellings to one mailbox, by what they say themselves: the marks
# they pass over in front of the @, and the domain that others of theirs stand for.
_PROTON = ("-_.", "proton.me")
_PROVIDERS = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), (".", "gmail.com")),
    **dict.fromkeys(("proton.me", "protonmail.com", "pm.me"), _PROTON),
}


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


def counted_as(address: str) -> str:
    """The mailbox that an address is delivered to, as far as one can know: to count by, never to
    write to, and never to say whose it is. What stands behind a "+" is a tag nearly everywhere.
    """
    local, at, domain = address.strip().lower().rpartition("@")
    passed_over, domain = _PROVIDERS.get(domain, ("", domain))
    plain = local.partition("+")[0].translate(dict.fromkeys(map(ord, passed_over)))
    return f"{plain or local}{at}{domain}"
