"""What articles share, so that each page of the editors' room has something to show."""

from decimal import Decimal

from fanlight.features.knowledge import figures, glossary, guides, legal, shelving, synonyms
from fanlight.features.knowledge.models import (
    CategoryName,
    Column,
    Figure,
    FigureSet,
    LegalKind,
    LegalText,
    LegalWords,
    Path,
    Step,
    Team,
    Term,
    Word,
)
from tests.surfaces.widget.house import House
from tests.ui.console.scene import Staff

MEMO = Term(
    key="memo",
    names={
        "en": Word(name="Memo", definition="Tells whose coins they are.", aliases=["tag"]),
        "zh-Hans": Word(name="备注", definition="说明币是谁的。"),
    },
)
RISK = LegalText(
    key="risk-warning",
    kind=LegalKind.RISK,
    texts={
        "en": LegalWords(title="Risk warning", source="You can lose all that you put in.\n"),
        "zh-Hans": LegalWords(title="风险提示", source="投入的钱可能全部亏掉。\n"),
    },
)
FEES = FigureSet(
    name="withdrawal-fees",
    titles={"en": "Withdrawal fees", "zh-Hans": "提现手续费"},
    sources={"en": "Meridian"},
    row_keys=[Column(key="asset", names={"en": "Coin"})],
    columns=[
        Column(key="fee", names={"en": "Fee"}),
        Column(key="minimum", names={"en": "Minimum"}),
    ],
    stale_after_s=86_400,
)
ROWS = [
    Figure(row_key=["USDT"], column="fee", position=0, value=Decimal("1.00"), unit="USDT"),
    Figure(row_key=["USDT"], column="minimum", position=0, value=Decimal(10), unit="USDT"),
    Figure(row_key=["XRP"], column="fee", position=1, value=Decimal("0.2"), unit="XRP"),
    Figure(row_key=["XRP"], column="minimum", position=1, value=None),
]


async def furnish(house: House, mei: Staff) -> None:
    """A term, a group of synonyms, a legal text, a table of figures, an old address."""
    async with house.edge.work(mei.actor) as work:
        await glossary.save(work, MEMO)
        await synonyms.add(work, ["withdrawal", "cash out", "payout"], language="en")
        await legal.save(work, RISK)
        await figures.save_set(work, FEES)
        await figures.put(work, FEES.name, ROWS)
        step = Step(article="fees/withdrawal-fees")
        names = {"en": CategoryName(name="First week", description="A day each")}
        await guides.save_path(work, Path(key="start", position=1, names=names, steps=[step]))
        await guides.save_team(work, Team(key="wallets", names={"en": "Wallets"}))
        await shelving.lead(work, "/hc/en-us/articles/360001", "fees/withdrawal-fees")

