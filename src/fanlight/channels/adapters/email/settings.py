"""What an operator sets for e-mail."""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from fanlight.kernel.settings import Section

Port = Annotated[int, Meta(ge=1, le=65535)]


class Mailbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One address customers write to."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    address: str
    name: str
    takes_reports: bool = False  # of phishing: what is passed on to it becomes a report


class DkimKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signing key: its selector in the DNS, and a PEM file (RSA of 2048 bits, or Ed25519)."""

    selector: str
    file: str


class ImapBox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mailbox elsewhere from which mails are fetched for one of our addresses."""

    account: str
    """The id of the address whose mails lie there."""
    host: str
    port: Port = 993
    security: Literal["tls", "none"] = "tls"
    user: str
    password: str
    folder: str = "INBOX"
    ca_file: str = ""


class EmailSettings(Section, frozen=True, kw_only=True):
    """E-mail: our addresses, how mails come in and how they leave."""

    section: ClassVar[str] = "email"

    mailboxes: tuple[Mailbox, ...] = ()
    """Our addresses, e.g. `[{id = "support", address = "support@desk.example", name = "Desk"}]`.
    With `takes_reports = true` an address takes suspicious mails that customers pass on."""

    token_domain: str = ""
    """A domain all of whose addresses reach us; empty: signed addresses use `support+…@`."""

    trusted_authserv: tuple[str, ...] = ()
    """Names under which our own mail server writes `Authentication-Results`; others are ignored."""

    submission_host: str = ""
    """The server that takes our mails for delivery; empty: nothing is sent."""

    submission_port: Port = 587
    """Its port: 587 with STARTTLS, 465 with TLS from the start."""

    submission_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is protected; `none` only for a server on this machine."""

    submission_user: str = ""
    """The name to sign in with; empty: without signing in."""

    submission_password: str = ""
    """Its password."""

    submission_ca_file: str = ""
    """Certificates to trust instead of the system's, as a PEM file."""

    pickup_folder: str = ""
    """A folder into which mails are written as files instead of being sent: for trying out, or
    for a mail server that collects them there. Empty: off."""

    reissued_id_domain: str = ""
    """Domain under which the server issues new Message-IDs (Amazon SES: `email.amazonses.com`)."""

    dkim_domain: str = ""
    """The domain that signs; empty: the domain of the sending address."""

    dkim_keys: tuple[DkimKey, ...] = ()
    """Keys to sign with, each once in every mail: RSA for all, Ed25519 beside it."""

    listen: Literal["off", "lmtp", "smtp"] = "off"
    """Our own door for a mail server in front of us: LMTP answers for each recipient."""

    listen_host: str = "127.0.0.1"
    """Where that door is; it knows no TLS and no sign-in, so keep it on this machine."""

    listen_port: Annotated[int, Meta(ge=0, le=65535)] = 2424
    """Its port; 0 takes a free one."""

    listen_max_bytes: Annotated[int, Meta(ge=1024, le=36_700_160)] = 36_700_160
    """The largest mail taken, in bytes (35 MiB)."""

    imap: tuple[ImapBox, ...] = ()
    """Mailboxes elsewhere to fetch mails from, watched by IDLE."""

    max_file_bytes: Annotated[int, Meta(ge=0, le=20_000_000)] = 10_000_000
    """The largest file sent along, in bytes; many servers refuse mails above 20 MB."""
