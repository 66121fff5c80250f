"""Plausible things for tests."""
