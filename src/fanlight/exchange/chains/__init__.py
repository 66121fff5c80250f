"""Readers of the networks themselves, at nodes of the exchange: nothing is asked of a third party.

``settings`` names the nodes; ``bitcoin`` and ``evm`` speak their protocols over ``rpc``.
"""
