"""The one form of cookie the faces set: out of scripts' reach, and this site's own."""

from typing import Any

from litestar import Request
from litestar.datastructures import Cookie


def own_cookie(request: Request[Any, Any, Any], key: str, value: str, *, max_age_s: int) -> Cookie:
    """A cookie for the whole site; 0 seconds has the browser forget it.

    Lax, not strict: whoever comes over by a link, from the exchange's site say, is still known.
    """
    return Cookie(
        key=key,
        value=value,
        path="/",
        max_age=max_age_s,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
