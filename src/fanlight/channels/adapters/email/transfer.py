"""Transfer encodings, read the way mails really carry them."""

import base64
import binascii
import re

_UU_BEGIN = re.compile(rb"(?:\A|\n)begin [0-7]{3,4} [^\r\n]*\r?\n")


def decode(raw: bytes, encoding: str) -> bytes:
    """Bytes of a part; an encoding nobody knows leaves them as they are."""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw)
    if encoding == "base64":
        return base64_bytes(raw)
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        return _uudecoded(raw)
    return raw


def base64_bytes(raw: bytes) -> bytes:
    """Base64 with stray letters, without padding, or cut off anywhere."""
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw.partition(b"=")[0])
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))


def _uudecoded(raw: bytes) -> bytes:
    begin = _UU_BEGIN.search(raw)
    if begin is None:
        return raw
    out: list[bytes] = []
    for line in raw[begin.end() :].splitlines():
        if line.strip() in (b"end", b"`"):
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:  # trailing garbage: the length letter says how much counts
            needed = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:needed]))
            except binascii.Error:
                break
    return b"".join(out)
