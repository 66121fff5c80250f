"""Fanlight: a support desk for digital-asset exchanges."""
