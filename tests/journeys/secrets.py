"""Secrets as customers and agents would blurt them out, and the search for what is left of them."""

import random
import re
from collections.abc import Iterator

import base58
from mnemonic import Mnemonic

_SEEN_AGAIN = 9  # of twelve words, in any order: a search index takes them apart


class Planter:
    """Makes secrets of every kind and remembers where each was planted."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.planted: list[tuple[str, str]] = []  # where, and the secret

    def _plant(self, where: str, secret: str) -> str:
        self.planted.append((where, secret))
        return secret

    def phrase(self, where: str, language: str = "english") -> str:
        return self._plant(where, Mnemonic(language).to_mnemonic(self._chance.randbytes(16)))

    def pieces(self, where: str, size: int) -> list[str]:
        """A phrase of twelve words, so many at a time."""
        words = Mnemonic("english").to_mnemonic(self._chance.randbytes(16)).split()
        cut = [" ".join(words[n : n + size]) for n in range(0, len(words), size)]
        return [self._plant(f"{where}, piece {n}", piece) for n, piece in enumerate(cut, 1)]

    def wif(self, where: str) -> str:
        raw = b"\x80" + self._chance.randbytes(32) + b"\x01"
        return self._plant(where, base58.b58encode_check(raw).decode())

    def xprv(self, where: str) -> str:
        raw = bytes.fromhex("0488ade4") + bytes(9) + self._chance.randbytes(32)
        raw += b"\x00" + self._chance.randbytes(32)
        return self._plant(where, base58.b58encode_check(raw).decode())

    def hex_key(self, where: str) -> str:
        return self._plant(where, self._chance.randbytes(32).hex())

    def card(self, where: str) -> str:
        digits = [4, *(self._chance.randrange(10) for _ in range(14))]
        doubled = [d * 2 - 9 * (d > 4) if n % 2 == 0 else d for n, d in enumerate(digits)]
        return self._plant(where, "".join(map(str, [*digits, -sum(doubled) % 10])))

    def code(self, where: str) -> str:
        return self._plant(where, str(self._chance.randrange(100_000, 1_000_000)))

    def confession(self, where: str) -> str:
        """Every kind at once, as somebody in despair would write them."""
        return (
            f"Please help. My seed phrase is {self.phrase(where)}.\n"
            f"助记词：{self.phrase(where, 'chinese_simplified')}\n"
            f"And of my other wallet: {self.phrase(where, 'spanish')}\n"
            f"The private key is {self.hex_key(where)}.\n"
            f"In the other form {self.wif(where)} and {self.xprv(where)}\n"
            f"I paid with my card {self.card(where)}.\n"
            f"My verification code is {self.code(where)}.\n"
            "When will it arrive?"
        )

    def leaks(self, text: str) -> Iterator[str]:
        """Where what stands in this text was planted; nothing when it is clean."""
        whole, words = text.lower(), None
        for where, secret in self.planted:
            if secret.isdigit():
                # Six digits are in every time and id: they count when they stand by themselves.
                if secret in text and re.search(rf"(?<![\w.]){secret}(?!\w)", text):
                    yield f"{where}: {secret}"
                continue
            parts = secret.lower().split()
            if secret.lower() in whole:
                yield f"{where}: {secret}"
            elif len(parts) == 12 and max(map(len, parts)) > 1:
                words = words or set(re.findall(r"[^\W\d_]+", whole))
                if sum(part in words for part in parts) >= _SEEN_AGAIN:
                    yield f"{where}: the words of {secret}"
            elif len(parts) == 12 and "".join(parts) in re.sub(r"\s", "", whole):
                yield f"{where}: {secret}"

    def raw_leaks(self, content: bytes) -> Iterator[str]:
        """The same in bytes of whatever kind; short digits are too common there."""
        for where, secret in self.planted:
            if len(secret) > 6 and secret.encode() in content:
                yield f"{where}: {secret}"
