"""How long the secret guard takes: an ordinary 1 kB message, a chat line, a mail, a hostile text.

    python bench/guard.py

The budget is 100 us for an ordinary message of 1 kB.
"""

import time
from collections.abc import Callable
from functools import partial

from fanlight.kernel.secrets import redact, scan

BUDGET_US = 100.0

ENGLISH = (
    "Hello, I sent a deposit of 250 USDT from another exchange this morning at 09:41 and it has "
    "not arrived yet. The withdrawal page over there says completed, and the transaction hash is "
    "0x8f2f5f3c1f1d4e6a9b0c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9f001122. My UID is 48392011. I "
    "have read the article about confirmations, but I could not find how many are needed on this "
    "network. Could you look at it and tell me whether I chose the wrong one? I also changed my "
    "password last week and set up the authenticator again on a new phone, so maybe withdrawals "
    "are locked for a day, I am not sure. "
)
CHINESE = (
    "你好，我今天早上九点四十一分从另一个交易所充值了250个USDT，到现在还没有到账。"
    "对方的提币页面显示已经完成，交易哈希是 "
    "0x8f2f5f3c1f1d4e6a9b0c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9f001122，"
    "我的UID是48392011。我看过关于确认数的文章，但是没有找到这条网络需要多少个确认。请帮我看看是不是选错了网络？"
    "另外我上周修改了密码，"
    "也在新手机上重新绑定了谷歌验证器，不知道是不是因为这个所以二十四小时内不能提币。"
)
SECRET = " My words: legal winner thank year wave sausage worth useful legal winner thank yellow"


def sized(text: str, characters: int) -> str:
    return (text * (characters // len(text) + 1))[:characters]


def best_us(work: Callable[[], object], rounds: int = 7) -> float:
    """Microseconds a call, the best of several rounds: what the code costs, not the neighbours."""
    work()
    count, best = 1, float("inf")
    while (seconds := timed(work, count)) < 0.05:
        count *= 4
    best = seconds / count
    for _ in range(rounds):
        best = min(best, timed(work, count) / count)
    return best * 1e6


def timed(work: Callable[[], object], count: int) -> float:
    start = time.process_time()
    for _ in range(count):
        work()
    return time.process_time() - start


def told(us: float) -> str:
    """A time beside the budget."""
    met = "met" if us <= BUDGET_US else "NOT met"
    return f"{us:.1f} us, budget {BUDGET_US:.0f} us: {met}"


def main() -> None:
    rows = {
        "chat line, 80 characters, en": ENGLISH[:80],
        "message of 1 kB, en": sized(ENGLISH, 1000),
        "message of 1 kB (UTF-8), zh": sized(CHINESE, 360),
        "the same with a full-width digit": sized(CHINESE, 359) + "９",
        "1 kB with a seed phrase": sized(ENGLISH, 900) + SECRET,
        "mail of 10 kB, en": sized(ENGLISH, 10_000),
        "hostile: 100 kB of digits": "4 " * 50_000,
        "hostile: 100 kB of one list word": "abandon " * 12_500,
    }
    print(f"{'text':<36}{'us':>12}{'us a kB':>12}")
    for name, text in rows.items():
        took = best_us(partial(scan, text))
        print(f"{name:<36}{took:>12.1f}{took * 1000 / len(text.encode()):>12.1f}")
    ordinary = best_us(partial(redact, sized(ENGLISH, 1000)))
    print(f"\nordinary 1 kB message: {told(ordinary)}")


if __name__ == "__main__":
    main()
