"""Recognises what an exchange's customers name: accounts, orders, transactions, amounts, times.

One room for each sort: ``onchain`` (addresses and hashes, by ``checksums``), ``numbers`` (account
ids, orders, error codes), ``pairs``, ``money`` (amounts, prices, by ``assets``), ``talk`` (sides,
``networks``), ``times``; ``engine`` settles what overlaps.
"""

from fanlight.kernel.entities.engine import addresses_in, objects_in, recognise
from fanlight.kernel.entities.kinds import Entity, EntityKind
from fanlight.kernel.entities.onchain import is_doubtful

__all__ = ["Entity", "EntityKind", "addresses_in", "is_doubtful", "objects_in", "recognise"]
