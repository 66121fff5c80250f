"""Finds the rooms: whoever adds a folder where the map says so is found at the next start."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import fanlight.channels.adapters
import fanlight.exchange
import fanlight.features
import fanlight.kernel
import fanlight.surfaces
from fanlight.channels.contract import ChannelAdapter
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings

# Everything below the doors that may offer settings, jobs and reactions.
ROOMS = (fanlight.kernel, fanlight.exchange, fanlight.features, fanlight.channels.adapters)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def load_rooms() -> None:
    """Import every room below the doors, so that its settings, jobs and reactions are known."""
    importlib.import_module("fanlight.app.processes.settings")
    for package in ROOMS:
        for _ in _modules(package):
            pass


def settings_of_doors() -> None:
    """Import the doors' own settings, without the doors: commands need no web framework.

    By their files: to walk packages is to import each, and some doors are one package.
    """
    for folder in fanlight.surfaces.__path__:
        for file in sorted(Path(folder).glob("*/settings.py")):
            importlib.import_module(f"fanlight.surfaces.{file.parent.name}.settings")


def routes() -> list[Any]:
    """The handlers of every door: what its package (or a module in it) offers as ``ROUTES``."""
    return offered("ROUTES")


def adapters(settings: Settings, sealer: Sealer) -> list[ChannelAdapter]:
    """Every configured channel."""
    found: list[ChannelAdapter] = []
    package = fanlight.channels.adapters
    for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        found.extend(
            getattr(importlib.import_module(each.name), "adapters", lambda *_: ())(settings, sealer)
        )
    return found


def offered(name: str) -> list[Any]:
    """What doors offer under a name: ``furnish`` (answers that never change), ``RUNS`` (tasks)."""
    found: list[Any] = []
    for module in _modules(fanlight.surfaces):
        thing = module.__dict__.get(name)
        # A module that only imports somebody else's function does not offer it.
        if callable(thing) and thing.__module__ == module.__name__:
            found.append(thing)
        elif isinstance(thing, list):
            found.extend(thing)
    return found
