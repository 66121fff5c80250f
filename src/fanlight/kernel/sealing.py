"""Sealing: small secrets and the keys of files, unreadable without the installation's own key."""

import base64
import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fanlight.kernel.errors import FanlightError, Kind
from fanlight.kernel.settings import BadSettings, Section, Settings

KEY_BYTES = 32  # AES-256
_NONCE_BYTES = 12  # what GCM is made for
_KEY_NAME_BYTES = 4
_FORMAT = b"\x01"
_KEY_FILE = "secret.key"


class SecuritySettings(Section, frozen=True, kw_only=True):
    """The key under everything that is stored sealed."""

    section: ClassVar[str] = "security"

    secret_key: str = ""
    """32 bytes in base64. Empty: `secret.key` in the data folder, made on the first start."""

    old_secret_keys: tuple[str, ...] = ()
    """Keys used before this one: they open what they sealed, nothing new is sealed with them."""


class CannotUnseal(FanlightError):
    """Sealed with another key, for another purpose, or changed since."""

    code, kind = "cannot_unseal", Kind.UNAVAILABLE


class Sealer:
    """Seals with the present key, opens with any key given; made once and shared."""

    def __init__(self, key: bytes, old_keys: Sequence[bytes] = ()) -> None:
        if any(len(each) != KEY_BYTES for each in (key, *old_keys)):
            raise ValueError(f"a sealing key has {KEY_BYTES} bytes")
        self._key = key
        self._name = _name_of(key)
        self._ciphers = {_name_of(each): AESGCM(each) for each in (*old_keys, key)}

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The installation's sealer; makes its key file when this is the first start.

        Raises:
            BadSettings: a key is not 32 bytes of base64, or others may read the key file.
        """
        given = settings[SecuritySettings]
        key = _decoded(given.secret_key) if given.secret_key else _key_in(settings.data_dir)
        return cls(key, [_decoded(old) for old in given.old_secret_keys])

    def seal(self, plain: bytes, *, purpose: str) -> bytes:
        """Encrypt and sign. ``purpose`` (``"totp:<agent id>"``) must be said again to open it."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        body = self._ciphers[self._name].encrypt(nonce, plain, purpose.encode())
        return _FORMAT + self._name + nonce + body

    def unseal(self, sealed: bytes, *, purpose: str) -> bytes:
        """What was sealed for this purpose.

        Raises:
            CannotUnseal: the key is not ours, the purpose differs, or a byte was changed.
        """
        start = len(_FORMAT) + _KEY_NAME_BYTES
        cipher = self._ciphers.get(sealed[len(_FORMAT) : start])
        if cipher is None or not sealed.startswith(_FORMAT):
            raise CannotUnseal
        nonce, body = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise CannotUnseal from error

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key of its own for one purpose, the same at every start (HKDF, RFC 5869)."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(self._key)


def _name_of(key: bytes) -> bytes:
    """Says which key sealed something without saying anything about the key."""
    return hashlib.sha256(b"fanlight key name" + key).digest()[:_KEY_NAME_BYTES]


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise BadSettings("[security] a secret key is not base64") from error
    if len(key) != KEY_BYTES:
        raise BadSettings(f"[security] a secret key needs {KEY_BYTES} bytes, not {len(key)}")
    return key


def _key_in(folder: Path) -> bytes:
    file = folder / _KEY_FILE
    if not file.exists():
        _make_key(file)
    if file.stat().st_mode & 0o077:
        raise BadSettings(f"{file} may be read by others: chmod 600 it")
    return _decoded(file.read_text("ascii", errors="replace").strip())


def _make_key(file: Path) -> None:
    """Write a new key. Of two processes that start at once, the first one's key stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # ours alone
    draft = file.with_name(f".{_KEY_FILE}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return
    finally:
        draft.unlink()
