"""E-mail: in by LMTP, SMTP or IMAP, out by submission with DKIM, threaded by signed address."""

from collections.abc import Sequence

from fanlight.channels.adapters.email.adapter import EmailAdapter
from fanlight.channels.adapters.email.settings import EmailSettings
from fanlight.channels.contract import ChannelAdapter
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings


def adapters(settings: Settings, keys: Sealer) -> Sequence[ChannelAdapter]:
    """One adapter for all our addresses; none where no address is set up."""
    chosen = settings[EmailSettings]
    return [EmailAdapter(chosen, keys)] if chosen.mailboxes else []
