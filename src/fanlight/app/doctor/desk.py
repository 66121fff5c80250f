"""Whether a desk runs on this folder, and says of itself that it can work."""

import asyncio
from http.client import HTTPConnection, HTTPException

from fanlight.app.doctor.finding import Finding, ok, warn
from fanlight.app.serving import running
from fanlight.kernel.settings import Settings

_CHECK = "desk"
_PATIENCE_S = 5.0


async def examine(settings: Settings) -> Finding:
    """A desk that does not run is no fault: doctors are called before the first start, too."""
    said = running(settings.data_dir)
    if said is None:
        return ok(_CHECK, "None runs on this folder now.")
    try:
        status = await asyncio.to_thread(_asked, said.host, said.port)
    except (OSError, HTTPException) as error:
        says = f"A desk runs here, but {said.address} does not answer: {error}."
        return warn(_CHECK, says, "Is it starting? Else its log says why.")
    if status != 200:
        says = f"The desk at {said.address} cannot work: /readyz answers {status}."
        return warn(_CHECK, says, "What stands below says why; so does its log.")
    demo = f", the demo's exchange on port {said.exchange_port}" if said.exchange_port else ""
    return ok(_CHECK, f"It runs at {said.address}{demo}.")


def _asked(host: str, port: int) -> int:
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    connection = HTTPConnection(here, port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    finally:
        connection.close()
