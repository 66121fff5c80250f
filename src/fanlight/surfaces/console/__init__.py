"""The door of agents and administrators."""

from fanlight.kernel.edge import Edge


def equip(edge: Edge) -> None:
    """Put the live side of this process on the shelf."""
    from fanlight.surfaces.console.hub import Hub
    from fanlight.surfaces.console.presence import Room

    edge.shelf.offer(Room(edge.live))
    edge.shelf.offer(Hub(edge))
