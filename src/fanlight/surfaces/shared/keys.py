"""Keys by which a client says that two tries are one. They are kept as they come."""

from typing import Annotated

from msgspec import Meta

ClientKey = Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{8,40}$")]
