"""How many planted causes are found, and what one check costs the process that runs it.

    python -m bench diagnostics

Every cause that can be planted on the sandbox, each on an account of its own, asked with what its
customer can name. Whether the finding is right is judged by ``tests/journeys/test_checks.py``,
through the page, the chat and a mail; here it only must be a finding of its check.
"""

import random
import time

from bench.table import Row, Table, at_least, judged
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.exchange.connectors.sandbox.plants import CAUSES, Planted
from fanlight.features.diagnostics.blind import decide
from fanlight.features.diagnostics.discovery import all_checks
from fanlight.features.diagnostics.gathering import World, gather
from fanlight.features.diagnostics.models import Check, Named

_CUSTOMERS = 200
_BUDGET_MS = 10.0  # of CPU: the exchange's own time is not ours
_KINDS = {
    "deposit": "deposit_not_credited",
    "withdrawal": "withdrawal_pending",
    "order": "order_trouble",
    "sign_in": "sign_in_trouble",
    "identity": "identity_check",
    "fiat": "fiat_late",
    "api": "api_error",
    "account": "account_compromised",
    "chain": "transaction",
}


async def run() -> Table:
    sandbox, chance = Sandbox(), random.Random(5)
    causes = [*CAUSES, *chance.choices(list(CAUSES), k=_CUSTOMERS)][:_CUSTOMERS]
    planted = [sandbox.plant(sandbox.uids[1_000 + n], cause) for n, cause in enumerate(causes)]
    world = World(exchange=sandbox, chains=sandbox.chains, now=sandbox.clock.now, patience_s=5.0)
    looked, cpu = 0, time.process_time()
    for each in planted:
        check = all_checks()[_KINDS[each.cause.partition(".")[0]]]
        facts = await gather(world, check, each.uid, _named(each))
        looked += decide(check, facts).code in check.findings
    each_ms = (time.process_time() - cpu) / len(planted) * 1000
    return Table(
        title="Checks on the sandbox exchange",
        said=f"{len(planted)} accounts, {len(CAUSES)} causes, {_codes()} findings.",
        rows=[
            at_least(
                "looked into, with a finding of its own", looked / len(planted) * 100, 99, "%"
            ),
            judged("CPU for one check, the sandbox's included", each_ms, _BUDGET_MS, "ms"),
            Row(what="checks", measured=str(len(all_checks()))),
        ],
    )


def _codes() -> int:
    def findings(check: Check) -> int:
        return len(check.findings)

    return sum(map(findings, all_checks().values()))


def _named(each: Planted) -> Named:
    if each.cause.startswith(("deposit", "chain")):
        return Named(tx_hash=each.tx_hash or "", network=each.network or "")
    has_record = each.cause.startswith(("withdrawal", "order", "fiat"))
    return Named(item=each.id or "" if has_record else "", says="cannot_enter")
