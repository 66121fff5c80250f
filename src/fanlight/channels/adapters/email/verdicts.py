"""What our own mail server found out about a sender, and nothing that only claims to be its."""

import re
from collections.abc import Sequence

from fanlight.channels.adapters.email.model import Mail

_RESULT = re.compile(r"\s*([a-z-]+)\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_POLICY = re.compile(r"\bp=(none|quarantine|reject)\b", re.IGNORECASE)
_FROM = re.compile(r"\bheader\.from\s*=\s*@?([\w.-]+)", re.IGNORECASE)
_METHODS = ("spf", "dkim", "dmarc", "arc")


def verdicts(mail: Mail, trusted: Sequence[str]) -> dict[str, str]:
    """``{"dmarc": "pass", …}`` of the trusted server; empty when it said nothing.

    Only the topmost block of its headers counts, and only above the second Received line: below
    stands what the sender wrote, and that may carry our server's name.
    """
    found: dict[str, str] = {}
    names = {name.lower() for name in trusted}
    for value in _topmost(mail, names):
        policy = _POLICY.search(value)
        domain = _FROM.search(value)
        for part in _COMMENT.sub("", value).split(";")[1:]:
            result = _RESULT.match(part)
            if result is None or result[1].lower() not in _METHODS:
                continue
            method, verdict = result[1].lower(), result[2].lower()
            # Of several signatures one good one is enough.
            if found.get(method) != "pass":
                found[method] = verdict
            if method == "dmarc":
                if policy is not None:
                    found["policy"] = policy[1].lower()
                if domain is not None:
                    found["from_domain"] = domain[1].lower()
    return found


def is_aligned(mail: Mail, found: dict[str, str]) -> bool:
    """Whether the one author of the mail controls the domain it is from, proved by DMARC."""
    if found.get("dmarc") != "pass" or len(mail.senders) != 1:
        return False
    domain = mail.senders[0].domain
    return bool(domain) and found.get("from_domain", domain) == domain


def is_refused(found: dict[str, str]) -> bool:
    """Whether the owner of the domain asks that such mail be put aside."""
    return found.get("dmarc") == "fail" and found.get("policy") in ("quarantine", "reject")


def _topmost(mail: Mail, trusted: set[str]) -> list[str]:
    block: list[str] = []
    received = 0
    for name, value in mail.headers:
        if name == "received":
            received += 1
            if received > 1:
                break
        elif name == "authentication-results" and _server(value) in trusted:
            block.append(value)
        elif block and name not in ("authentication-results", "received-spf"):
            break
    return block


def _server(value: str) -> str:
    words = value.partition(";")[0].split()
    return words[0].lower() if words else ""
