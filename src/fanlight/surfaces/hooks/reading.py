"""The bytes of a call, as far as they are looked at."""

from typing import Any

from litestar import Request

from fanlight.kernel.errors import TooLarge


async def body_of(request: Request[Any, Any, Any], *, most: int) -> bytes:
    """The body as it was sent, for signatures. Raises TooLarge beyond ``most`` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge(limit_bytes=most)
    return bytes(body)
