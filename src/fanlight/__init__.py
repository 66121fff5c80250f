"""Fanlight: a support desk for digital-asset exchanges."""

__version__ = "0.1.0"
