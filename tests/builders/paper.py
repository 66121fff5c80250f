"""A channel whose far side is a sheet of paper: it keeps the contract and writes down what it
was told to send. Its outcomes can be set beforehand, as a vendor's would fall out.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from fanlight.channels.contract import (
    Accepted,
    Account,
    AttachmentRef,
    Capabilities,
    DataClass,
    FetchRefused,
    Health,
    InboundEvent,
    Listener,
    OutboundMessage,
    Outcome,
    Plan,
    PlannedPart,
    RawEnvelope,
    RawRequest,
    Refusal,
    ThreadState,
    Unknown,
    Verdict,
    Verified,
)
from fanlight.kernel.http import OutboundHttp

LONGEST = 100  # characters of a part


class PaperChannel:
    """Keeps what "arrived" in ``written``, in order."""

    def __init__(self, key: str = "paper", *, is_ours: bool = False) -> None:
        self.key = key
        self.is_ours = is_ours
        self.written: list[PlannedPart] = []
        self.outcomes: list[Outcome | Exception] = []
        self.reconciled: Outcome = Unknown()
        self.files: dict[str, bytes] = {}

    @property
    def accounts(self) -> Sequence[Account]:
        return [Account(id="desk", channel=self.key, name="Desk", address="desk@paper.example")]

    def capabilities(self, account_id: str) -> Capabilities:
        return Capabilities(
            visibility="private",
            max_text=LONGEST,
            text_unit="code_points",
            max_data=DataClass.CASE,
            is_ours=self.is_ours,
            has_typing_out=self.is_ours,
            reply_window=timedelta(days=7),
        )

    async def verify(self, request: RawRequest) -> Verdict:
        return Verified()

    def parse(self, raw: RawEnvelope) -> list[InboundEvent]:
        return []

    def plan(self, message: OutboundMessage, thread: ThreadState, now: datetime) -> Plan:
        if message.data_class > DataClass.CASE:
            return Refusal("policy_blocked")
        texts = [
            message.text[at : at + LONGEST] for at in range(0, max(len(message.text), 1), LONGEST)
        ]
        return [PlannedPart(message=message, number=n, text=t) for n, t in enumerate(texts, 1)]

    async def send(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is None or isinstance(outcome, Accepted):
            self.written.append(part)
        return outcome or Accepted(f"sheet-{len(self.written)}-{part.message.message_id}")

    async def reconcile(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        return self.reconciled

    async def fetch(self, account_id: str, ref: AttachmentRef, http: OutboundHttp) -> bytes:
        if ref.native_id not in self.files:
            raise FetchRefused("gone")
        return self.files[ref.native_id]

    async def backfill(self, account_id: str, http: OutboundHttp) -> AsyncIterator[RawEnvelope]:
        for envelope in ():
            yield envelope

    async def health(self, account_id: str, http: OutboundHttp) -> Health:
        return Health(is_ok=True)

    def listeners(self, http: OutboundHttp) -> Sequence[Listener]:
        return []
