"""Repeatable measurements with their budgets: `python -m bench` runs all, by name only some.

A module here takes part by offering ``async def run() -> Table`` (see ``table.py``), or a plain
``main()`` that prints; those in ``LONG`` are run by name alone.
"""
