"""Web chat: our own sockets and pages, embedded in the exchange's site. No vendor."""

from collections.abc import Sequence

from fanlight.channels.adapters.webchat.adapter import WebchatAdapter
from fanlight.channels.adapters.webchat.identity import Verifier
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.channels.contract import ChannelAdapter
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings


def adapters(settings: Settings, keys: Sealer) -> Sequence[ChannelAdapter]:  # noqa: ARG001
    """The chat, always: a desk that no site embeds any more still shows the talks it has.

    Raises:
        BadSettings: a key of the exchange's tokens cannot be used.
    """
    Verifier(settings[WebchatSettings])  # said at the start, not to the first customer who comes
    return [WebchatAdapter(settings[WebchatSettings], name=settings[BrandSettings].name)]
