"""A small server of this machine alone that hears an exchange's events, to try them."""

from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

from fanlight.exchange.conformance import Ear, Result

_MOST_BYTES = 65_536
_PATIENCE_S = 10  # for the rest of one sending: others wait behind it


def listen(keys: Mapping[str, bytes], *, port: int, count: int = 0) -> Iterator[Result]:
    """What each sending was worth, as they come; for ever, or ``count`` of them."""
    ear, heard = Ear(keys), list[Result]()

    class Door(BaseHTTPRequestHandler):
        timeout = _PATIENCE_S

        def do_POST(self) -> None:
            said = self.headers.get("content-length", "")
            size = min(int(said), _MOST_BYTES) if said.isdecimal() else 0
            headers = {name.lower(): value for name, value in self.headers.items()}
            result = ear.hear("POST", self.path, headers, self.rfile.read(size))
            self.send_response(204 if result.state == "right" else 403)
            self.end_headers()
            heard.append(result)

        def log_message(self, *_: object) -> None:
            """What came is told by the results."""

    with HTTPServer(("127.0.0.1", port), Door) as server:
        done = 0
        while not count or done < count:
            server.handle_request()
            done += len(heard)
            yield from heard
            heard.clear()
