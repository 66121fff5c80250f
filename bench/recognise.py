"""How long recognition takes, with the guard that runs before it.

    python -m bench.recognise

The budget is 100 us for a line that customers write, and for an ordinary message of 1 kB.
"""

import json
from functools import partial
from os import environ
from pathlib import Path

from bench.guard import CHINESE, ENGLISH, best_us, sized, told
from fanlight.kernel.entities import recognise
from fanlight.kernel.secrets import scan

LINES = Path(environ.get("FANLIGHT_CORPORA", "../shared/data"), "intents_banking", "dev.jsonl")
DENSE = "Bought 0.5 BTC at 65,000 USDT on BTCUSDT, order 9087654321234, error -2010, UID 38291744."


def each(lines: list[str]) -> None:
    for line in lines:
        recognise(line)


def main() -> None:
    print(f"{'text':<38}{'us':>10}")
    texts = {
        "message of 1 kB, en": sized(ENGLISH, 1000),
        "message of 1 kB (UTF-8), zh": sized(CHINESE, 776 // 2),
        "88 characters, eight things named": DENSE,
    }
    measured = {name: best_us(partial(recognise, text)) for name, text in texts.items()}
    if LINES.exists():
        lines = [json.loads(line)["text"] for line in LINES.read_text("utf-8").splitlines()]
        measured["a customer's line, mean"] = best_us(partial(each, lines), rounds=3) / len(lines)
    for name, us in measured.items():
        print(f"{name:<38}{us:>10.1f}")
    both = measured["message of 1 kB, en"] + best_us(partial(scan, texts["message of 1 kB, en"]))
    print()
    for name in ("a customer's line, mean", "88 characters, eight things named"):
        if name in measured:
            print(f"{name}: {told(measured[name])}")
    print(f"guard and recognition, 1 kB: {told(both)}")


if __name__ == "__main__":
    main()
