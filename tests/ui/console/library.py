"""A few articles for the editors' room."""

from uuid import UUID

from fanlight.features.knowledge import editing, placing, service
from fanlight.features.knowledge.models import Article, Category, CategoryName, Text
from tests.surfaces.widget.house import House
from tests.ui.console.scene import Staff

FEES = Text(
    title="Withdrawal fees",
    description="What a withdrawal costs, by network.",
    source="The fee depends on the network.\n\n## By network\n\n| Network | Fee |\n| --- | --- |\n"
    "| TRON | 1 USDT |\n| Ethereum | 4 USDT |\n\n::: steps\n1. **Open Withdraw.** Choose the "
    "coin.\n2. **Choose the network.** The fee stands beside it.\n:::\n\n::: risk\n"
    "A wrong network can cost the coins.\n:::\n",
)
CHINESE = Text(title="提现手续费", source="手续费看网络。\n", description="各网络的费用。")


async def fees(house: House, mei: Staff) -> Article:
    """Published in English, then in Chinese; then the English one changed."""
    async with house.edge.work(mei.actor) as work:
        for number, (key, name) in enumerate((("fees", "Fees"), ("basics", "Basics"))):
            names = {"en": CategoryName(name=name), "zh-Hans": CategoryName(name="费用")}
            await service.save_category(
                work, Category(key=key, position=number, icon="coins", names=names)
            )
        made = await placing.create(work, language="en", title="Withdrawal fees", category="fees")
        for title in ("Deposit fees", "Trading fees"):
            other = await placing.create(work, language="en", title=title, category="fees")
            await editing.keep(work, other.id, "en", Text(title=title, source="Soon."), version=0)
    for language, text in (("en", FEES), ("zh-Hans", CHINESE), ("en", _changed())):
        await _publish(house, mei, made.id, language, text)
    return made


def _changed() -> Text:
    return Text(
        title=FEES.title,
        description=FEES.description,
        source=FEES.source.replace("4 USDT", "3 USDT"),
    )


async def _publish(house: House, who: Staff, article_id: UUID, language: str, text: Text) -> None:
    async with house.edge.work(who.actor) as work:
        have = (await editing.read(work, article_id, language)).translation
        over = 0 if have is None else have.version
        draft = await editing.keep(work, article_id, language, text, version=0, over=over)
        await editing.publish(work, article_id, language, version=draft.version, over=over)


async def shelf(house: House) -> Article:
    """One category, and a place in it for an article that nobody has written."""
    async with house.edge.work() as work:
        names = {"en": CategoryName(name="Fees"), "zh-Hans": CategoryName(name="费用")}
        await service.save_category(work, Category(key="fees", position=0, icon="coins", names=names))
        return await placing.create(work, language="en", title="Memo", category="fees")
