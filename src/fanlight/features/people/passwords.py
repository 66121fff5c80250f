"""Passwords: hashed with Argon2id in threads of their own, refused when they are easy to guess."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fanlight.features.people.errors import PasswordTooWeak

LONGEST = 256  # characters; hashing is made slow on purpose, so its input is bounded

# OWASP's first choice is 46 MiB and one pass: 50 ms on the machine this was measured on.
_HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)
# Of a password nobody knows: an unknown address costs the same time as a known one.
_NOBODY = (
    "$argon2id$v=19$m=47104,t=1,p=1$ZHjuyVZHI4Ys/DyisnO4GA$"
    "DcmjWD3dPu2I4da3ifJlYlri5fx78uDhxmn6Me6e8Tc"
)
# Two at a time: more would only take memory (46 MiB each) and slow down everybody else.
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")

# What people choose when a length is all that is asked; compared without digits and signs.
_COMMON = frozenset(
    {"password", "passwort", "passphrase", "letmein", "welcome", "qwertyuiop", "qwerty"}
    | {"iloveyou", "administrator", "admin", "changeme", "fanlight", "support", "exchange"}
    | {"bitcoin", "ethereum", "mima", "woaini"}
)


async def hash_password(password: str) -> str:
    """An Argon2id hash with its own salt and parameters in it."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_THREADS, _HASHER.hash, _normal(password))


async def is_password(password: str, stored: str | None) -> bool:
    """Whether it is the one that was hashed. Takes as long when nothing is stored."""
    loop = asyncio.get_running_loop()
    fits = await loop.run_in_executor(_THREADS, _verify, stored or _NOBODY, _normal(password))
    return fits and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def check_password(password: str, *, at_least: int, about: tuple[str, ...] = ()) -> None:
    """Raises PasswordTooWeak; ``about`` are the person's own words (address, name)."""
    normal = _normal(password)
    guessable = _COMMON | {_letters(part) for word in about for part in (word, *word.split("@"))}
    is_long = at_least <= len(normal) <= LONGEST
    is_varied = len(set(normal)) >= 5 and not normal.isdecimal()
    if not is_long or not is_varied or _letters(normal) in guessable:
        raise PasswordTooWeak(at_least=at_least)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalpha())


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same keys on another keyboard or system give the same password (RFC 8265)."""
    return unicodedata.normalize("NFC", password)[: LONGEST + 1]
