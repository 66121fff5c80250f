"""A real Postfix and a real Dovecot on loopback, in folders of their own, ended by their ids."""

import imaplib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from grp import getgrnam
from ipaddress import IPv4Address
from pathlib import Path
from pwd import getpwnam

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.conftest import require
from tests.kernel.peers import free_port

MASTER = Path("/usr/lib/postfix/sbin/master")
DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
USER, PASSWORD = "desk", "a-long-password"
_START_S = 20.0

_MASTER_CF = """
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{mx} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
_MAIN_CF = """
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.meridian.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
recipient_delimiter = +
virtual_mailbox_domains = meridian.example
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
relay_domains =
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
# Nothing leaves the machine: whoever is not ours is offered to our door, which refuses them.
default_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = {route}
message_size_limit = 36700160
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
lmtp_connection_cache_on_demand = no
lmtp_connect_timeout = 3s
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
maillog_file = {log}
maillog_file_prefixes = {folder}
"""
_DOVECOT_CONF = """
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{cert}
ssl_key = <{key}
auth_mechanisms = plain login
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mailbox_idle_check_interval = 1s
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service auth {{
  unix_listener {auth} {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
"""


_QUEUES = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming"),
    *("private", "saved", "trace", "public", "maildrop"),
)


class House:
    """Both servers: where to hand mails in, where to fetch them, whom to trust."""

    def __init__(self, folder: Path, lmtp_port: int) -> None:
        self.folder = folder
        self.lmtp_port = lmtp_port
        self.submission_port, self.mx_port, self.imaps_port = free_port(), free_port(), free_port()
        self.cert, self.key = folder / "cert.pem", folder / "key.pem"

    def append(self, mail: bytes, folder: str = "INBOX") -> None:
        """Put a mail into the mailbox that is watched."""
        trust = ssl.create_default_context(cafile=str(self.cert))
        with imaplib.IMAP4_SSL("127.0.0.1", self.imaps_port, ssl_context=trust) as client:
            client.login(USER, PASSWORD)
            client.append(folder, "", "", mail)

    def flags(self) -> list[bytes]:
        trust = ssl.create_default_context(cafile=str(self.cert))
        with imaplib.IMAP4_SSL("127.0.0.1", self.imaps_port, ssl_context=trust) as client:
            client.login(USER, PASSWORD)
            client.select("INBOX", readonly=True)
            found = client.fetch("1:*", "(FLAGS)")[1]
            return [line for line in found if isinstance(line, bytes)]

    def log(self) -> str:
        return "\n".join(
            file.read_text("utf-8", "replace")[-4000:]
            for file in (self.folder / "postfix.log", self.folder / "dovecot.log")
            if file.exists()
        )


@contextmanager
def house(*, elsewhere: str = "", elsewhere_port: int = 0) -> Iterator[House]:
    """Both servers from nothing to running, and away again.

    Mails to the domain ``elsewhere`` are delivered by SMTP to a port of this machine.
    """
    require(MASTER.exists(), "Postfix")
    require(DOVECOT, "Dovecot")
    require(os.geteuid() == 0, "root, which Postfix and Dovecot start as,")
    folder = Path(tempfile.mkdtemp(prefix="fl-mail-"))  # short: sockets live in it
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        place = House(folder, free_port())
        _write_certificate(place)
        _postfix_folders(place)
        stack.enter_context(_dovecot(place))
        far = f"inline:{{{elsewhere}=smtp:[127.0.0.1]:{elsewhere_port}}}"
        stack.enter_context(_postfix(place, far if elsewhere else ""))
        yield place


def _write_certificate(place: House) -> None:
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    place.cert.write_bytes(certificate.public_bytes(Encoding.PEM))
    place.key.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )


def _postfix_folders(place: House) -> None:
    """What `postfix start` would make; it is never called, for it may touch the machine's own."""
    owner, drop = getpwnam("postfix").pw_uid, getgrnam("postdrop").gr_gid
    queue = place.folder / "queue"
    for name in _QUEUES:
        (queue / name).mkdir(parents=True)
        os.chown(queue / name, owner, drop if name in ("public", "maildrop") else -1)
        (queue / name).chmod(0o710 if name == "public" else 0o730 if name == "maildrop" else 0o700)
    (queue / "pid").mkdir()
    (place.folder / "data").mkdir()
    os.chown(place.folder / "data", owner, -1)


@contextmanager
def _postfix(place: House, route: str) -> Iterator[None]:
    config = place.folder / "postfix"
    config.mkdir()
    (config / "main.cf").write_text(
        _MAIN_CF.format(
            queue=place.folder / "queue", data=place.folder / "data", lmtp=place.lmtp_port,
            cert=place.cert, key=place.key, log=place.folder / "postfix.log", folder=place.folder,
            route=route,
        )
    )  # fmt: skip
    (config / "master.cf").write_text(
        _MASTER_CF.format(submission=place.submission_port, mx=place.mx_port)
    )
    with _running([str(MASTER), "-c", str(config), "-d"], place, place.mx_port):
        yield


@contextmanager
def _dovecot(place: House) -> Iterator[None]:
    (place.folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    mail = place.folder / "mail"
    mail.mkdir()
    os.chown(mail, getpwnam("nobody").pw_uid, -1)
    config = place.folder / "dovecot.conf"
    config.write_text(
        _DOVECOT_CONF.format(
            folder=place.folder, imaps=place.imaps_port, cert=place.cert, key=place.key,
            auth=place.folder / "queue" / "private" / "auth",
        )
    )  # fmt: skip
    with _running([str(DOVECOT), "-F", "-c", str(config)], place, place.imaps_port):
        yield


@contextmanager
def _running(command: list[str], place: House, port: int) -> Iterator[None]:
    """The process until it answers on its port, ended with all it started when the test is over."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        deadline = time.monotonic() + _START_S
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start:\n{place.log()}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True
