"""One invented exchange for several processes: what one does the others see."""

import asyncio
import multiprocessing
from datetime import timedelta
from pathlib import Path

import pytest

from fanlight.exchange.connectors.sandbox.exchange import Sandbox

EACH = 12


def plants(file: Path, first: int) -> None:
    """What one process does: it plants, and freezes with a key that another uses too."""
    sandbox = Sandbox(file=file)
    for place in range(EACH):
        sandbox.plant(sandbox.uids[first + place], "deposit.unconfirmed")
    asyncio.run(
        sandbox.freeze(
            sandbox.uids[0],
            stops=frozenset({"withdrawals"}),
            lasts=timedelta(hours=1),
            reason="",
            key="of both",
        )
    )


@pytest.mark.slow
async def test_processes_at_once_lose_nothing_and_freeze_once(tmp_path: Path) -> None:
    file = tmp_path / "exchange.json"
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=plants, args=(file, first)) for first in (100, 200, 300)]
    for each in both:
        each.start()
    for each in both:
        await asyncio.to_thread(each.join, 60)
        assert each.exitcode == 0
    sandbox = Sandbox(file=file)
    state = sandbox.world.kept.read()
    planted = [changed for changed in state.accounts.values() if changed.deposits]
    assert len(planted) >= 3 * EACH
    for first in (100, 200, 300):
        for uid in sandbox.uids[first : first + EACH]:
            assert len(state.accounts[uid].deposits) == 1
    assert len(state.accounts[sandbox.uids[0]].freezes) == 1
    assert file.stat().st_mode & 0o077 == 0
    told = [each for each in state.accounts.values() if each.identity is not None]
    assert len(told) == 1  # the demo customers' stories were told once, by whoever was first
