"""A model that knows six things, in two languages. Run as a program it is the model's process."""

import sys
import time
from collections.abc import Sequence

import numpy as np

from fanlight.features.knowledge.meaning import child

KNOWN = (
    ("withdraw", "cash out", "提现", "取钱"),
    ("fee", "cost", "手续费", "费用"),
    ("deposit", "top up", "充值"),
    ("password", "sign in", "密码", "登录"),
    ("stolen", "hacked", "被盗"),
    ("photo", "identity", "照片", "身份"),
)


def tiny(texts: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """One dimension a thing, and a weak one so that no text is without direction."""
    rows = [
        [float(sum(text.lower().count(word) for word in words)) for words in KNOWN] + [0.3]
        for text in texts
    ]
    return np.array(rows, dtype=np.float32)


def slow(texts: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    if any("slowly" in text for text in texts):
        time.sleep(0.6)
    if any("die" in text for text in texts):
        sys.exit(3)
    return tiny(texts)


if __name__ == "__main__":
    child.serve(slow, sys.stdin.buffer, sys.stdout.buffer)
