"""HTTP as browsers and scripts send it: an address of any length gets one of our own answers."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# The parser refuses more than 65,535 with a bare line of its own. No page looks this far into an
# address: a search reads 400 characters, which are 4,800 bytes at most.
MOST_ADDRESS_BYTES = 32_768


class Protocol(HttpToolsProtocol):
    """What stands behind the end of a very long address is left out before anybody reads it."""

    def on_url(self, url: bytes) -> None:
        self.url = (self.url + url)[:MOST_ADDRESS_BYTES]
