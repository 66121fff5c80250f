"""Which of our mailboxes an address means, with or without a token behind its name."""

import re

from fanlight.channels.adapters.email.settings import EmailSettings, Mailbox

_SEPARATOR = re.compile(r"[+=-]")
_TOKEN_LOCAL = re.compile(r"[tb]-[a-z2-7]+(?:=.*)?")


class AddressBook:
    """Our addresses, looked up for every mail that comes in."""

    def __init__(self, settings: EmailSettings) -> None:
        self._by_address = {box.address.lower(): box for box in settings.mailboxes}
        self._by_id = {box.id: box for box in settings.mailboxes}
        self._token_domain = settings.token_domain.lower()

    def by_id(self, account_id: str) -> Mailbox | None:
        return self._by_id.get(account_id)

    def of(self, address: str) -> Mailbox | None:
        """The mailbox behind an envelope address; None when it is not ours.

        ``support+anything@…`` is ours as ``support@…`` is: what the token proves is another
        question. At the token domain every token belongs to the first mailbox.
        """
        address = address.strip().strip("<>").lower()
        if address in self._by_address:
            return self._by_address[address]
        local, _, domain = address.rpartition("@")
        if self._token_domain and domain == self._token_domain:
            is_token = _TOKEN_LOCAL.fullmatch(local) is not None
            return next(iter(self._by_id.values()), None) if is_token else None
        for match in _SEPARATOR.finditer(local):
            found = self._by_address.get(f"{local[: match.start()]}@{domain}")
            if found is not None:
                return found
        return None

    def is_ours(self, address: str) -> bool:
        return self.of(address) is not None
