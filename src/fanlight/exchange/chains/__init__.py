"""Readers of the networks themselves, at nodes of the exchange: nothing is asked of a third party.

``settings`` names the nodes; ``bitcoin``, ``evm``, ``tron`` and ``xrp`` speak
their protocols over ``rpc``; ``tokens`` is what the two in the middle share.
"""
