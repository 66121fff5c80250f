"""Planted secrets and harmless look-alikes, made fresh from a fixed seed before each run."""

import base64
import json
import random
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mnemonic import Mnemonic

from fanlight.kernel.secrets import SecretKind

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"
ALNUM = LETTERS + "23456789"
HAN = ("chinese_simplified", "chinese_traditional")
PRIVATE_VERSIONS = ("0488ade4", "049d7878", "04b2430c", "04358394", "0295b005", "02aa7a99")


class Planted(NamedTuple):
    """A message with one secret in it, and where."""

    kind: SecretKind
    text: str
    secret: str

    @property
    def start(self) -> int:
        return self.text.index(self.secret)


class Maker:
    """Makes secrets that are valid by their own checksums, none of them anybody's."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def phrase(self, language: str, words: int = 12) -> list[str]:
        made = Mnemonic(language).to_mnemonic(self.random.randbytes(words * 4 // 3))
        return str(made).replace("\u3000", " ").split(" ")

    def hex_key(self) -> str:
        return self.random.randbytes(32).hex()

    def wif(self) -> str:
        body = bytes([self.random.choice([0x80, 0xEF])]) + self.random.randbytes(32)
        tail = self.random.choice([b"", b"\x01"])
        return base58.b58encode_check(body + tail).decode()

    def extended(self) -> str:
        body = bytes.fromhex(self.random.choice(PRIVATE_VERSIONS)) + self.random.randbytes(74)
        return base58.b58encode_check(body).decode()

    def solana(self) -> bytes:
        seed = self.random.randbytes(32)
        return seed + Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()

    def card(self) -> str:
        prefix, length = self.random.choice(
            [("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16), ("62", 16)]
        )
        body = prefix + self.digits(length - 1 - len(prefix))
        total = 0
        for place, digit in enumerate(reversed(body)):
            doubled = int(digit) * (2 if place % 2 == 0 else 1)
            total += doubled - 9 if doubled > 9 else doubled
        return body + str(-total % 10)

    def digits(self, count: int) -> str:
        return "".join(self.random.choice("0123456789") for _ in range(count))

    def token(self, count: int, alphabet: str = ALNUM) -> str:
        return "A7" + "".join(self.random.choice(alphabet) for _ in range(count - 2))

    def password(self) -> str:
        core = "".join(self.random.choice(LETTERS) for _ in range(self.random.randint(4, 9)))
        return core + self.random.choice(["!", "@", "#", "_", ""]) + self.digits(3)

    def totp(self) -> str:
        secret = base64.b32encode(self.randbytes(self.random.choice([10, 20]))).decode()
        return self.random.choice([secret, " ".join(re.findall("....", secret)).lower()])

    def randbytes(self, count: int) -> bytes:
        """Bytes whose base32 has a digit in it, as nearly all have."""
        while True:
            made = self.random.randbytes(count)
            if any(c in b"234567" for c in base64.b32encode(made)):
                return made

    def keystore(self) -> str:
        crypto = {
            "cipher": "aes-128-ctr",
            "ciphertext": self.hex_key(),
            "cipherparams": {"iv": self.hex_key()[:32]},
            "kdf": "scrypt",
            "kdfparams": {"dklen": 32, "n": 262144, "p": 1, "r": 8, "salt": self.hex_key()},
            "mac": self.hex_key(),
        }
        address = self.hex_key()[:40]
        whole = {"address": address, "crypto": crypto, "id": str(UUID(int=7)), "version": 3}
        return json.dumps(whole, indent=self.random.choice([None, 2]))

    def plant(self, kind: SecretKind, carriers: list[str], secret: str) -> Planted:
        text = self.random.choice(carriers).replace("{}", secret)
        return Planted(kind, text, re.sub(r"^1[.)] ", "", secret))


PHRASE = [
    "{}",
    "Hello, I cannot restore my wallet. My seed phrase is: {}\nPlease help",
    "my 12 words:\n{}",
    "recovery phrase {} . I still see 0 USDT",
    "我的助记词是：{}",
    "助記詞\n{}",
]
KEY_IN_WORDS = [
    "My private key is {}",
    "private key: {} please check",
    "here is the privkey\n{}",
    "I exported the secret key, it is {} and the balance is 0",
    "这是我的私钥 {}，为什么余额是 0",
    "私钥：{}",
    "我的私鑰是{}",
    "私鑰\n{}",
    '{"privateKey": "{}"}',
]
KEY_ALONE = ["{}", "Wallet: {}", "帮我看看 {} 怎么导入", "import {} into the app?", *KEY_IN_WORDS]
CARD = [
    "My card {} was declined",
    "Visa card number: {}",
    "I tried to buy with {} and it failed twice",
    "银行卡号 {} 扣款了没到账",
    "信用卡：{}",
    "我的卡號是{}，一直付款失敗",
]
CODE = [
    "my code is {}",
    "The verification code is {} but it is refused",
    "verification code: {}",
    "Google authenticator code {} does not work",
    "2FA code {}",
    "OTP {}",
    "{} is my verification code",
    "I received the SMS code {} just now",
    "验证码 {}",
    "验证码是{}，提示错误",
    "Google 验证码是 {}",
    "谷歌验证码：{}",
    "我收到的短信验证码是 {}",
    "驗證碼 {}",
    "簡訊驗證碼是{}",
    "{} 是我的验证码",
    "动态密码 {}",
]
PASSWORD = [
    "my password is {}",
    "My login password is {} and it does not work",
    "password: {}",
    "user: bob@example.org pass: {}",
    "Password = {}",
    "pwd:{}",
    "我的密码是{}",
    "登录密码：{}",
    "密码是 {} 但是登不上",
    "資金密碼是 {}",
    "密碼：{}",
]
API = [
    "api secret: {}",
    "My API secret is {}",
    "apiSecret={}",
    "the secret key of my API is {}",
    "API Secret Key\n{}",
    "API 密钥：{}",
    "API secret 是 {}",
    "API 私鑰: {}",
    "Authorization: Bearer {}",
]


TOTP = [
    "my authenticator secret key is {}",
    "Google Authenticator backup key: {}",
    "I lost my phone but saved the 2FA key {}",
    "2FA secret: {}",
    "谷歌验证器密钥：{}",
    "我的两步验证密钥是 {}，新手机怎么绑定",
    "兩步驟驗證的金鑰 {}",
    "otpauth://totp/Meridian:bob%40mail.example?secret={}&issuer=Meridian",
]
STORE = ["{}", "I saved this file: {}", "keystore 文件内容如下\n{}\n密码忘了"]


def spellings(words: list[str], maker: Maker) -> Iterator[str]:
    """One phrase the ways people type it."""
    yield " ".join(words)
    yield ", ".join(words)
    yield "\n".join(words)
    yield " ".join(f"{n}. {word}" for n, word in enumerate(words, 1))
    yield "\n".join(f"{n}) {word}" for n, word in enumerate(words, 1))
    yield " ".join(words).upper()
    yield " ".join(word.capitalize() for word in words)


def mistyped(words: list[str], maker: Maker) -> list[str]:
    """The phrase with one letter of one word doubled, dropped or changed."""
    place = maker.random.randrange(len(words))
    word = words[place]
    at = maker.random.randrange(1, len(word))
    wrong = maker.random.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at - 1] + word[at:],
            word[:at] + "a" + word[at + 1 :],
        ]
    )
    return [*words[:place], wrong, *words[place + 1 :]]


def phrases(maker: Maker) -> Iterator[Planted]:
    for language in Mnemonic.list_languages():
        for size in (12, 15, 18, 21, 24):
            for spelling in spellings(maker.phrase(language, size), maker):
                yield maker.plant(SecretKind.SEED_PHRASE, PHRASE, spelling)
        if language in HAN:
            for _ in range(20):
                run = "".join(maker.phrase(language))
                in_words = [carrier for carrier in PHRASE if "助" in carrier or carrier == "{}"]
                yield maker.plant(SecretKind.SEED_PHRASE, in_words, run)
            continue
        for _ in range(12):
            spelling = " ".join(mistyped(maker.phrase(language), maker))
            yield maker.plant(SecretKind.SEED_PHRASE, PHRASE, spelling)


def others(maker: Maker) -> Iterator[Planted]:
    for _ in range(150):
        key = maker.random.choice(["", "0x"]) + maker.hex_key()
        yield maker.plant(SecretKind.PRIVATE_KEY, KEY_IN_WORDS, key)
        yield maker.plant(SecretKind.PRIVATE_KEY, KEY_ALONE, maker.wif())
        pair = maker.solana()
        yield maker.plant(SecretKind.PRIVATE_KEY, KEY_ALONE, base58.b58encode(pair).decode())
        spaced = maker.random.choice([(",", ":"), (", ", ": ")])
        listed = json.dumps(list(pair), separators=spaced)
        yield maker.plant(SecretKind.PRIVATE_KEY, KEY_ALONE[:-1], listed)
        yield maker.plant(SecretKind.EXTENDED_KEY, KEY_ALONE, maker.extended())
        card = maker.card()
        grouped = maker.random.choice(["", " ", "-"]).join(
            [card[:4], card[4:8], card[8:12], card[12:]]
        )
        yield maker.plant(SecretKind.CARD, CARD, grouped)
        secret = maker.totp()
        carriers = TOTP[-1:] if maker.random.random() < 0.1 and " " not in secret else TOTP[:-1]
        yield maker.plant(SecretKind.TOTP_SECRET, carriers, secret)
        yield maker.plant(SecretKind.KEYSTORE, STORE, maker.keystore())
        code = maker.digits(6)
        code = maker.random.choice([code, code, code, f"{code[:3]} {code[3:]}"])
        yield maker.plant(SecretKind.OTP, CODE, code)
        yield maker.plant(SecretKind.PASSWORD, PASSWORD, maker.password())
        yield maker.plant(
            SecretKind.API_SECRET, API, maker.token(maker.random.choice([32, 40, 64]))
        )


@pytest.fixture(scope="session")
def planted() -> list[Planted]:
    maker = Maker(20261122)
    return [*phrases(maker), *others(maker)]


@pytest.fixture
def maker() -> Maker:
    return Maker(7)


TALK = [
    "My deposit {hash} has not arrived",
    "txid 0x{hash}",
    "交易哈希 0x{hash} 什么时候到账",
    "https://etherscan.io/tx/0x{hash}",
    "Never share your private key. My transaction is 0x{hash}",
    "我没有泄露私钥，交易哈希是 {hash}",
    "block 0x{hash} has {six} transactions",
    "0x{hash}",
    "{hash}",
    "address 0x{address} and bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "UID {nine}",
    "my UID is {eight}, order {nineteen}",
    "order id {sixteen} was cancelled",
    "订单号 {nineteen} 一直没有成交",
    "訂單 {sixteen} 還沒成交",
    "I sent {six} USDT to the wrong network",
    "我转了 {six} 个 USDT",
    "The price went from {six} to {five} in {two} minutes",
    "error code {six} when I place an order",
    '{"code": {six}, "msg": "insufficient balance"}',
    "错误码 {six} 是什么意思",
    "ticket {six}, still no answer",
    "工单 {six} 有进展吗",
    "zip code is {six}",
    "邮编是 {six}",
    "my referral code is {six}",
    "邀请码 {six}",
    "在 2026-11-{two} 12:30:{two} 提现 {six}",
    "I did not get the verification code",
    "收不到验证码怎么办，UID {eight}",
    "The SMS code never arrives, my UID is {six}",
    "验证码一直收不到，我的UID是{eight}，金额{six}USDT",
    "I forgot my password, how can I reset it?",
    "my password is not accepted",
    "My password is wrong every time",
    "Password: where can I change it?",
    "忘记密码怎么办",
    "密码是什么格式？",
    "密码是8-20位字母和数字",
    "修改密码后 24 小时内不能提现",
    "How do I keep my seed phrase safe?",
    "助记词是什么，应该怎么保管",
    "What is a private key, and is it the same as a secret key?",
    "Do you ever ask for my API secret?",
    "API 密钥在哪里创建",
    "my card ending in {four} was declined",
    "我的银行卡尾号 {four} 付款失败",
    "I bought 12 words notebooks and 24 pens",
    "memo {nine} was missing",
    "deposit of {six}.{two} USDC, memo {six}",
    "phone 138{eight}",
    "my number is +1 415 {seven}",
    "网络拥堵的时候充值要等多久才能到账",
    "How do I set up Google Authenticator? I cannot find the key",
    "谷歌验证器换手机了，密钥没有保存怎么办",
    "2FA key is asked for, but the keystore file is on my old laptop",
    "I have been waiting for {two} hours and nobody answers my messages",
]


class Talk:
    """Ordinary messages with the numbers and hashes an exchange's customers write."""

    def __init__(self, seed: int) -> None:
        self.maker = Maker(seed)

    def line(self) -> str:
        maker = self.maker
        text = maker.random.choice(TALK)
        for name, size in {
            "two": 2, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
            "sixteen": 16, "nineteen": 19,
        }.items():  # fmt: skip
            while f"{{{name}}}" in text:
                text = text.replace(f"{{{name}}}", maker.digits(size), 1)
        address = sha256(maker.random.randbytes(8)).hexdigest()[:40]
        return text.replace("{hash}", maker.hex_key()).replace("{address}", address)


@pytest.fixture
def talk() -> Callable[[], str]:
    return Talk(11).line
