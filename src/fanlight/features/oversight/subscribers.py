"""What oversight does when something elsewhere happens."""

from fanlight.features.oversight.alerts import raise_alert
from fanlight.features.oversight.models import Kind
from fanlight.kernel.audit.checking import ChainBroken
from fanlight.kernel.events import subscriber
from fanlight.kernel.work import Work


@subscriber(ChainBroken)
async def tell_of_broken_chain(work: Work, event: ChainBroken) -> None:
    """Leads are told once of each place; the key drops a second delivery."""
    key = f"chain:{event.link}:{event.why}"
    await raise_alert(work, Kind.CHAIN, key, link=event.link, why=event.why)
