"""Every door of the console, found by its route: a table made of them knows the new ones."""

import re
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from litestar import Litestar
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from fanlight.app import discovery
from fanlight.surfaces.shared.works import work


class Door(msgspec.Struct, frozen=True):
    """One way in: what is asked, and what the guard in its decorator wants."""

    method: str
    path: str
    guards: tuple[str, ...]

    @property
    def wanted(self) -> frozenset[str]:
        """Any of these permissions opens it; none: whoever is signed in."""
        named = [re.fullmatch(r"may\((.*)\)", each) for each in self.guards]
        return frozenset(one for each in named if each for one in each[1].split(", "))

    @property
    def address(self) -> str:
        """With something plausible for what the path leaves open."""
        filled = re.sub(r"\{\w+:uuid\}", str(UUID(int=7)), self.path)
        return re.sub(r"\{\w+:str\}", "nobody", re.sub(r"\{\w+:int\}", "7", filled))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@cache
def doors() -> list[Door]:
    app = Litestar(route_handlers=discovery.routes(), dependencies={"work": Provide(work)})
    found: list[Door] = []
    for route in app.routes:
        if not route.path.startswith("/api/console/"):
            continue
        one: Any = getattr(route, "route_handler", None)
        handlers: list[Any] = getattr(route, "route_handlers", [one])
        for handler in handlers:
            methods = handler.http_methods if isinstance(handler, HTTPRouteHandler) else {"SOCKET"}
            guards = tuple(each.__name__ for each in handler.resolve_guards())
            found += [
                Door(method, route.path.removeprefix("/api/console"), guards)
                for method in sorted(methods - {"OPTIONS", "HEAD"})
            ]
    return sorted(found, key=str)
