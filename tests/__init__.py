"""Tests through the doors people use, on real parts."""
