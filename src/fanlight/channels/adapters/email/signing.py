"""DKIM signatures (RFC 6376, RFC 8463): canonical forms by dkimpy, the mathematics by OpenSSL."""

import base64
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from dkim.canonicalization import CanonicalizationPolicy

from fanlight.kernel.settings import BadSettings

MIN_RSA_BITS = 2048

_SIGNED = (
    b"from to cc reply-to subject date message-id in-reply-to references mime-version content-type"
    b" content-transfer-encoding auto-submitted list-id list-unsubscribe list-unsubscribe-post"
).split()
_OVERSIGNED = (b"from", b"to", b"subject", b"reply-to")  # nobody may add a second one
_LINE = 76


class Key:
    """One signing key of a domain, ready for use."""

    def __init__(self, domain: str, selector: str, pem: bytes) -> None:
        """Raises BadSettings when the key cannot be used."""
        self.domain = domain.encode("idna")
        self.selector = selector.encode("ascii")
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise BadSettings(f"the DKIM key {selector} is not an unencrypted PEM key") from error
        if isinstance(key, RSAPrivateKey):
            if key.key_size < MIN_RSA_BITS:
                raise BadSettings(f"the DKIM key {selector} has fewer than {MIN_RSA_BITS} bits")
        elif not isinstance(key, Ed25519PrivateKey):
            raise BadSettings(f"the DKIM key {selector} is neither RSA nor Ed25519")
        self._key = key

    @classmethod
    def load(cls, domain: str, selector: str, file: Path) -> "Key":
        try:
            pem = file.read_bytes()
        except OSError as error:
            raise BadSettings(f"the DKIM key {selector}: {error}") from error
        return cls(domain, selector, pem)

    @property
    def algorithm(self) -> bytes:
        return b"rsa-sha256" if isinstance(self._key, RSAPrivateKey) else b"ed25519-sha256"

    def record(self) -> str:
        """What to publish as TXT at ``<selector>._domainkey.<domain>``."""
        public = self._key.public_key()
        if isinstance(self._key, RSAPrivateKey):
            raw = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            return f"v=DKIM1; k=rsa; p={base64.b64encode(raw).decode()}"
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}"

    def sign(self, data: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), SHA256())
        return self._key.sign(sha256(data).digest())  # RFC 8463 signs the hash


def sign(message: bytes, keys: Sequence[Key], *, at: int) -> bytes:
    """The message with one signature of each key in front; ``at`` is Unix time in seconds.

    Takes a few milliseconds of CPU: call it in a thread.
    """
    if not keys:
        return message
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    headers, body = dkim.rfc822_parse(message)
    body_hash = base64.b64encode(sha256(policy.canonicalize_body(body)).digest())
    canonical = policy.canonicalize_headers(headers)
    names = _names_to_sign(headers)
    hashed = b"".join(_chosen(canonical, names))
    signatures = [_signature(key, policy, names, hashed, body_hash, at) for key in keys]
    return b"".join([*signatures, message])


def _names_to_sign(headers: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    present = Counter(name.lower() for name, _ in headers)
    names: list[bytes] = []
    for name in _SIGNED:
        names += [name] * (present[name] + (name in _OVERSIGNED))
    return names


def _chosen(canonical: Sequence[tuple[bytes, bytes]], names: Sequence[bytes]) -> list[bytes]:
    """The header lines behind the names: of repeated ones the lowest first (section 5.4.2)."""
    waiting: dict[bytes, list[bytes]] = {}
    for name, value in canonical:
        waiting.setdefault(name, []).append(name + b":" + value)
    return [waiting[name].pop() for name in names if waiting.get(name)]


def _signature(
    key: Key,
    policy: CanonicalizationPolicy,
    names: Sequence[bytes],
    hashed: bytes,
    body_hash: bytes,
    at: int,
) -> bytes:
    start = (
        b" v=1; a=" + key.algorithm + b"; c=relaxed/relaxed; d=" + key.domain + b";\r\n"
        b"\ts=" + key.selector + b"; t=%d;\r\n\th=" % at + _folded_names(names) + b";\r\n"
        b"\tbh=" + body_hash + b";\r\n\tb="
    )
    ((name, value),) = policy.canonicalize_headers([(b"DKIM-Signature", start)])
    own = (name + b":" + value).rstrip(b"\r\n")  # the last line has no end when hashed
    value = base64.b64encode(key.sign(hashed + own))
    lines = [value[n : n + _LINE - 4] for n in range(0, len(value), _LINE - 4)]
    return b"DKIM-Signature:" + start + b"\r\n\t ".join(lines) + b"\r\n"


def _folded_names(names: Sequence[bytes]) -> bytes:
    lines = [b""]
    for name in names:
        if len(lines[-1]) + len(name) + 1 > _LINE - 4:
            lines.append(b"")
        lines[-1] += name + b":"
    return b"\r\n\t ".join(lines)[:-1]
