"""How much CPU one mail costs before it reaches the database: read, classify, clean, trim.

Run: ``python bench/mail_parse.py``. The budget of the whole front door is 8 ms a mail, at 150
mails a second; what is measured here is the share of the channel.
"""

import os
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fanlight.channels.adapters.email.adapter import EmailAdapter
from fanlight.channels.adapters.email.settings import EmailSettings, Mailbox
from fanlight.channels.contract import RawEnvelope
from fanlight.kernel.sealing import Sealer

BUDGET_MS = 8.0
MAILS_A_SECOND = 150
SECONDS_EACH = 2.0

CHINESE = "您好，我昨天提了 1000 USDT 到外部钱包，网络是 TRC20，到现在还没有到账，请帮我查询。"
ENGLISH = (
    "Hello, my withdrawal of 1000 USDT on TRC20 has not arrived since yesterday. Please check. "
)


def plain(words: str, paragraphs: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "李娜 <li.na@mail.example>"
    mail["To"] = "support@meridian.example"
    mail["Subject"] = "提币未到账 withdrawal missing"
    mail["Message-ID"] = "<one@mail.example>"
    mail["Date"] = "Mon, 23 Nov 2026 11:59:00 +0000"
    mail.set_content(
        "\n\n".join([words] * paragraphs)
        + "\n\nOn Mon, 23 Nov 2026 at 10:00 Support <support@meridian.example> wrote:\n"
        + "> Which network did you use?\n" * 20
    )
    return mail


def samples() -> dict[str, bytes]:
    """Kinds of mails as a desk gets them."""
    short = plain(CHINESE, 2)
    rich = plain(ENGLISH, 6)
    page = "".join(f"<p style='color:red'>{ENGLISH}<br><b>{CHINESE}</b></p>" for _ in range(20))
    rich.add_alternative(f"<html><body>{page}</body></html>", subtype="html")
    only_html = EmailMessage()
    only_html["From"], only_html["Subject"] = "bob@mail.example", "Deposit"
    only_html.set_content(f"<html><body>{page}</body></html>", subtype="html")
    pictured = plain(CHINESE, 2)
    pictured.add_attachment(os.urandom(300_000), maintype="image", subtype="png", filename="a.png")
    return {
        "plain, Chinese, with quote": short.as_bytes(),
        "text and HTML, 10 kB": rich.as_bytes(),
        "HTML only, 8 kB": only_html.as_bytes(),
        "with a picture of 300 kB": pictured.as_bytes(),
    }


def corpus() -> dict[str, bytes]:
    """Real mails, where the corpora are at hand."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("FANLIGHT_CORPORA", default)) / "inbound_mail"
    return {
        f"{part}/{file.name}": file.read_bytes()
        for part in ("mime", "reply", "bounce")
        for file in sorted((folder / part / "eml").glob("*.eml"))
    }


def cost_ms(adapter: EmailAdapter, mails: list[bytes]) -> float:
    """Mean CPU of one mail, in milliseconds."""
    now = datetime.now(UTC)
    raws = [
        RawEnvelope(channel="email", account_id="support", body=mail, received_at=now)
        for mail in mails
    ]
    for raw in raws[:20]:
        adapter.parse(raw)
    begun, read = time.process_time(), 0
    while time.process_time() - begun < SECONDS_EACH:
        for raw in raws:
            adapter.parse(raw)
        read += len(raws)
    return (time.process_time() - begun) / read * 1000


def main() -> None:
    box = Mailbox(id="support", address="support@meridian.example", name="Meridian Support")
    adapter = EmailAdapter(EmailSettings(mailboxes=(box,)), Sealer(bytes(32)))
    table = Table(title="A mail before the database")
    for title in ("kind", "ms CPU a mail", "mails a second", f"of {BUDGET_MS:.0f} ms"):
        table.add_column(title, justify="left" if title == "kind" else "right")
    kinds = {name: [mail] for name, mail in samples().items()}
    if found := corpus():
        kinds[f"{len(found)} real mails, mean"] = list(found.values())
    worst = 0.0
    for name, mails in kinds.items():
        cost = cost_ms(adapter, mails)
        worst = max(worst, cost)
        table.add_row(name, f"{cost:.2f}", f"{1000 / cost:,.0f}", f"{cost / BUDGET_MS:.0%}")
    Console().print(table)
    is_met = worst < BUDGET_MS and 1000 / worst > MAILS_A_SECOND
    print(f"{MAILS_A_SECOND} mails a second on one core: {'met' if is_met else 'not met'}")


if __name__ == "__main__":
    main()
