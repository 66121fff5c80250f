"""Checks that need nothing but the adapter: what it says of itself, reads, plans and lets in."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

from fanlight.channels.conformance.peer import (
    HOSTILE,
    NOON,
    SIGNS,
    Nonconforming,
    check_event,
    need,
)
from fanlight.channels.contract import (
    Capabilities,
    ChannelAdapter,
    DataClass,
    OutboundMessage,
    RawEnvelope,
    RawRequest,
    Refusal,
    Reject,
    ThreadState,
)


async def parses_anything(adapter: ChannelAdapter, account_id: str) -> None:
    """``parse`` never raises, says the same twice, and names its channel and account."""
    for body in HOSTILE:
        raw = RawEnvelope(channel=adapter.key, account_id=account_id, body=body, received_at=NOON)
        try:
            events = adapter.parse(raw)
        except Exception as error:
            raise Nonconforming(f"parse raised {type(error).__name__} on {body[:20]!r}") from error
        need(events == adapter.parse(raw), f"parse is not pure on {body[:20]!r}")
        for event in events:
            check_event(event, raw)


async def says_no_more_than_it_may(adapter: ChannelAdapter, account_id: str) -> None:
    """A text of a higher data class than the channel's is refused before anything is sent."""
    able = adapter.capabilities(account_id)
    for data_class in DataClass:
        if data_class > able.max_data:
            plan = adapter.plan(_said(account_id, data_class=data_class), ThreadState(), NOON)
            need(plan == Refusal("policy_blocked"), f"data class {data_class} was planned: {plan}")


async def splits_without_tearing(adapter: ChannelAdapter, account_id: str) -> None:
    """At the limit, one below and one above: every part fits, no sign is torn, nothing is lost."""
    able = adapter.capabilities(account_id)
    for sign in SIGNS:
        size = _size(sign, able)
        for count in (able.max_text // size - 1, able.max_text // size, able.max_text // size + 1):
            _check_split(adapter, able, _said(account_id, text=sign * count), sign)
        # A limit that the sign's length divides tears none by luck: begin one letter later.
        shifted = _said(account_id, text="." + sign * (able.max_text // size + 1))
        _check_split(adapter, able, shifted, sign)


def _check_split(
    adapter: ChannelAdapter, able: Capabilities, said: OutboundMessage, sign: str
) -> None:
    plan = adapter.plan(said, ThreadState(last_inbound_at=NOON), NOON)
    if isinstance(plan, Refusal):
        is_long = _size(said.text, able) > able.max_text
        need(is_long and plan.code == "too_long", f"{_size(said.text, able)} units: {plan}")
        return
    need([part.number for part in plan] == list(range(1, len(plan) + 1)), "parts count from 1")
    need("".join(part.text for part in plan) == said.text, f"words were lost at {sign!r}")
    for part in plan:
        need(_size(part.text, able) <= able.max_text, f"a part is too long with {sign!r}")
        signs = part.text.removeprefix(".") if part.number == 1 else part.text
        need(len(signs) % len(sign) == 0, f"{sign!r} was torn")


def _size(text: str, able: Capabilities) -> int:
    match able.text_unit:
        case "utf16":
            return len(text.encode("utf-16-le")) // 2
        case "bytes":
            return len(text.encode())
        case "code_points":
            return len(text)


async def plans_anything(adapter: ChannelAdapter, account_id: str) -> None:
    """``plan`` never raises, and a clock that is ten minutes off changes nothing."""
    for text in ("", " ", "\x00", "<b>&amp;", "\u202e\u200b", "a\r\nb", ".", "@everyone", "/start"):
        said = _said(account_id, text=text)
        thread = ThreadState(last_inbound_at=NOON)
        try:
            plans = [
                adapter.plan(said, thread, NOON + timedelta(minutes=minutes))
                for minutes in (-10, 0, 10)
            ]
        except Exception as error:
            raise Nonconforming(f"plan raised {type(error).__name__} on {text!r}") from error
        need(plans[0] == plans[1] == plans[2], f"plan depends on the minute at {text!r}")


async def keeps_the_reply_window(adapter: ChannelAdapter, account_id: str) -> None:
    """Where a channel closes after a while, nothing is planned after it, and all is before."""
    window = adapter.capabilities(account_id).reply_window
    if window is None:
        return
    said, thread = _said(account_id), ThreadState(last_inbound_at=NOON)
    late = adapter.plan(said, thread, NOON + window + timedelta(seconds=1))
    need(late == Refusal("window_closed"), f"planned after the window: {late}")
    need(
        not isinstance(adapter.plan(said, thread, NOON + window / 2), Refusal),
        "refused inside the window",
    )


async def leaves_alone_who_blocked_us(adapter: ChannelAdapter, account_id: str) -> None:
    plan = adapter.plan(_said(account_id), ThreadState(is_blocked=True), NOON)
    need(plan == Refusal("blocked"), f"planned for somebody who blocked us: {plan}")


async def lets_no_stranger_in(adapter: ChannelAdapter, account_id: str) -> None:
    """A call without any proof is rejected, whatever else it holds, and never an error."""
    for account in (account_id, "nobody", ""):
        for body in HOSTILE[:3]:
            request = RawRequest(account_id=account, method="POST", headers={}, query={}, body=body)
            verdict = await adapter.verify(request)
            need(isinstance(verdict, Reject), f"an unsigned call was answered with {verdict}")


async def describes_itself(adapter: ChannelAdapter, account_id: str) -> None:
    """Accounts belong to the channel; what it says of itself fits together."""
    able = adapter.capabilities(account_id)
    need(account_id in {account.id for account in adapter.accounts}, "unknown account")
    need(all(each.channel == adapter.key for each in adapter.accounts), "account of elsewhere")
    need(able.max_text > 0, "a channel carries text")
    need(0 <= able.max_identity <= 3, "assurance goes from 0 to 3")
    need(able.max_data < DataClass.SECRET, "secrets leave on no channel")
    need(bool(able.max_files) == bool(able.max_file_bytes), "files need a number and a size")


def _said(
    account_id: str, *, text: str = "Hello.", data_class: DataClass = DataClass.PUBLIC
) -> OutboundMessage:
    return OutboundMessage(
        message_id=UUID(int=1),
        conversation_id=UUID(int=2),
        participant_id=UUID(int=3),
        account_id=account_id,
        thread_key="1",
        to="somebody@customer.example",
        text=text,
        subject="Hello",
        data_class=data_class,
    )


PURE: Sequence[Callable[[ChannelAdapter, str], Awaitable[None]]] = (
    describes_itself,
    parses_anything,
    plans_anything,
    splits_without_tearing,
    says_no_more_than_it_may,
    keeps_the_reply_window,
    leaves_alone_who_blocked_us,
    lets_no_stranger_in,
)
