"""The form of the help center: written here, answered on the ticket's own page and by mail."""

from collections.abc import Sequence

from fanlight.channels.adapters.webform.adapter import WebformAdapter
from fanlight.channels.contract import ChannelAdapter
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings


def adapters(settings: Settings, keys: Sealer) -> Sequence[ChannelAdapter]:  # noqa: ARG001
    """Always there: it needs nothing but the help center itself."""
    return [WebformAdapter(settings[BrandSettings])]
