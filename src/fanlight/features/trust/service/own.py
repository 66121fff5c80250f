"""What this installation itself writes from: what of it the registry does not know yet."""

from urllib.parse import urlsplit

from fanlight.channels.registry import Channels
from fanlight.features.trust.lookalikes import Standing
from fanlight.features.trust.models import Kind, Wanted
from fanlight.features.trust.queries import official as queries
from fanlight.features.trust.service.official import propose, registry
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_LOCAL = ("localhost", "127.0.0.1", "[::1]")


def own(work: Work) -> list[Wanted]:
    """Every name under which this desk speaks: its sites, its mailboxes, its bots."""
    brand = work.of(Settings)[BrandSettings]
    found: dict[tuple[Kind, str, str], Wanted] = {}

    def add(kind: Kind, value: str, platform: str = "") -> None:
        found.setdefault(
            (kind, platform, value.lower()), Wanted(kind=kind, value=value, platform=platform)
        )

    for url in (brand.help_url, brand.site_url):
        host = urlsplit(url).hostname or ""
        if host and host not in _LOCAL:
            add(Kind.DOMAIN, host)
    if brand.email:
        add(Kind.EMAIL, brand.email)
    for adapter in work.of(Channels):
        for account in adapter.accounts:
            platform = account.channel.partition(".")[0]
            if account.address.startswith("@"):
                add(Kind.HANDLE, account.address[1:], platform)
            elif "@" in account.address:
                add(Kind.EMAIL, account.address)
    return list(found.values())


async def missing(work: Work) -> list[Wanted]:
    """What we write from and the registry does not call official: customers are told it is not
    ours."""
    ours = await registry(work)
    return [
        each
        for each in own(work)
        if ours.judge(f"{each.platform}:{each.value}" if each.platform else each.value).verdict
        is not Standing.OFFICIAL
    ]


@job("trust.propose_own")
@cron("trust.propose_own", every_s=3600)
async def propose_own(work: Work, _: None) -> None:
    """Propose what we write from; a person confirms it. What was turned down is not asked again."""
    for each in await missing(work):
        if not await queries.was_proposed(work, each.kind, each.platform, each.value):
            await propose(work, each, reason="settings")
