"""How an exchange's back office and the networks are asked, and what may go wrong.

One connected exchange for a desk: ``work.of(Exchange)``. Every answer says its source and age
(``Known``). What a connector cannot do it refuses with ``NotOffered``, and the desk says so and
leads to a person; an exchange that is silent is ``ExchangeDown``, never a guess.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar, Protocol

from fanlight.exchange.facts import (
    Account,
    AddressUse,
    ApiFailure,
    ApiKey,
    Challenge,
    Deposit,
    Device,
    FiatTransfer,
    Freeze,
    IdentityCheck,
    Known,
    Network,
    Order,
    Outgoing,
    SecurityChange,
    SignIn,
    TradingFees,
    Transaction,
    Withdrawal,
)
from fanlight.kernel.errors import FanlightError, Kind

FREEZABLE = frozenset({"withdrawals", "api_keys", "new_sessions", "security_changes"})


class NotConnected(FanlightError):
    """This desk has no exchange behind it (yet): only a person can look."""

    code, kind = "exchange_not_connected", Kind.UNAVAILABLE


class NotOffered(FanlightError):
    """The connected exchange does not answer this kind of question (yet)."""

    code, kind = "exchange_not_offered", Kind.UNAVAILABLE


class ExchangeDown(FanlightError):
    """The exchange did not answer in time, or not sensibly. Asking later may help."""

    code, kind = "exchange_down", Kind.UNAVAILABLE


class NoSuchAccount(FanlightError):
    """The exchange knows no such UID."""

    code, kind = "exchange_no_account", Kind.NOT_FOUND


class FreezeRefused(FanlightError):
    """The exchange will not freeze or unfreeze; its reason is a word of its own."""

    code, kind = "exchange_freeze_refused", Kind.CONFLICT


def _unheard(_: str) -> None:
    """No desk listens."""


class Exchange:
    """What a connected exchange answers and does. Lists come newest first, at most ``limit``.

    A connector overrides what its exchange can do; the rest stays refused, so an exchange may
    begin with deposits and add the others week by week.

    Whoever calls has already decided that this customer may hear this; a connector is asked only
    with the UID of the one it is about, and never answers about another.

    Every method may raise ``NotConnected``, ``NotOffered`` or ``ExchangeDown``; those with a
    ``uid`` also ``NoSuchAccount``.
    """

    name = "none"
    """The connector's: ``sandbox``, ``http``."""
    on_other_account: Callable[[str], None] = staticmethod(_unheard)
    """Called with the question's name when an answer was about another account than was asked,
    and so refused. A desk has it written down."""
    _refusal: ClassVar[type[FanlightError]] = NotOffered

    async def account(self, uid: str) -> Known[Account]:
        """Who they are to the exchange."""
        raise self._refused("account")

    async def account_at(self, email: str) -> Known[Account | None]:
        """Whose mailbox this is, by the exchange's own records; None when it is nobody's.

        Asked only with a mailbox that its owner has just proved, for locking and for getting back
        in. ``email`` is in lower case.
        """
        raise self._refused("account_at")

    async def identity(self, uid: str) -> Known[IdentityCheck]:
        """How far the check of their identity is."""
        raise self._refused("identity")

    async def networks(self, asset: str | None = None) -> Known[Sequence[Network]]:
        """Every asset on every network with its rules, or those of one asset."""
        raise self._refused("networks")

    async def fees(self, uid: str | None, market: str) -> Known[TradingFees]:
        """What a trade costs: this customer's, or everybody's without one."""
        raise self._refused("fees")

    async def deposits(
        self, uid: str, *, tx_hash: str | None = None, limit: int = 50
    ) -> Known[Sequence[Deposit]]:
        """Coins on their way in."""
        raise self._refused("deposits")

    async def withdrawals(
        self, uid: str, *, withdrawal_id: str | None = None, limit: int = 50
    ) -> Known[Sequence[Withdrawal]]:
        """Coins on their way out."""
        raise self._refused("withdrawals")

    async def address(self, uid: str, address: str, network: str) -> Known[AddressUse]:
        """Whether an address takes deposits, and whether it is theirs."""
        raise self._refused("address")

    async def orders(
        self, uid: str, *, order_id: str | None = None, limit: int = 50
    ) -> Known[Sequence[Order]]:
        """Orders with their fills."""
        raise self._refused("orders")

    async def sign_ins(self, uid: str, *, limit: int = 50) -> Known[Sequence[SignIn]]:
        """Who came in, or tried to."""
        raise self._refused("sign_ins")

    async def devices(self, uid: str) -> Known[Sequence[Device]]:
        """What is signed in, or may be."""
        raise self._refused("devices")

    async def security_changes(
        self, uid: str, *, limit: int = 50
    ) -> Known[Sequence[SecurityChange]]:
        """Passwords, authenticators, addresses and keys that were changed."""
        raise self._refused("security_changes")

    async def api_keys(self, uid: str) -> Known[Sequence[ApiKey]]:
        """Their keys for programs."""
        raise self._refused("api_keys")

    async def api_failures(self, uid: str, *, limit: int = 50) -> Known[Sequence[ApiFailure]]:
        """What was refused to their programs lately."""
        raise self._refused("api_failures")

    async def fiat(self, uid: str, *, limit: int = 50) -> Known[Sequence[FiatTransfer]]:
        """Bank transfers and cards."""
        raise self._refused("fiat")

    async def challenge(
        self, uid: str, *, method: str, purpose: str, language: str, key: str
    ) -> Challenge:
        """Send a code, or ask for a passkey. ``key`` makes asking twice the same asking."""
        raise self._refused("challenge")

    async def answer_challenge(self, challenge_id: str, answer: str) -> Challenge:
        """What the customer typed. Wrong, late and too many are states, not errors."""
        raise self._refused("answer_challenge")

    async def freeze(
        self, uid: str, *, stops: frozenset[str], lasts: timedelta, reason: str, key: str
    ) -> Freeze:
        """Stop what may be stopped (``FREEZABLE``), now. The same ``key`` freezes once.

        Raises:
            FreezeRefused: with the exchange's reason.
        """
        raise self._refused("freeze")

    async def confirm_freeze(self, freeze_id: str, *, key: str) -> Freeze:
        """Let it stand past its end."""
        raise self._refused("confirm_freeze")

    async def unfreeze(self, freeze_id: str, *, assertion: str, key: str) -> Freeze:
        """Lift it. ``assertion`` is the id of a challenge the customer has passed."""
        raise self._refused("unfreeze")

    async def frozen(self, uid: str) -> Known[Freeze | None]:
        """The freeze that stands now, if any."""
        raise self._refused("frozen")

    async def one_use(self, token: str, *, key: str) -> Outgoing | None:
        """Spend a one-use token of an alert mail; None when it is unknown, spent or too old.

        ``key`` makes asking twice the same asking: an answer lost on the way is told again.
        """
        raise self._refused("one_use")

    async def anti_phishing_code(self, uid: str) -> Known[str | None]:
        """The code customers see in genuine mails, where the exchange keeps it itself."""
        raise self._refused("anti_phishing_code")

    async def healthy(self) -> Mapping[str, str]:
        """Short facts for ``fanlight doctor``. Raises ExchangeDown with what is wrong."""
        raise self._refused("healthy")

    def _refused(self, question: str) -> FanlightError:
        return self._refusal(question=question)


class NoExchange(Exchange):
    """In the place of an exchange that is not connected: every question raises NotConnected."""

    _refusal = NotConnected


class Chain(Protocol):
    """A reader of one network. Nothing is asked of a third party: the node is the exchange's."""

    network: str

    async def transaction(self, tx_hash: str) -> Known[Transaction | None]:
        """The transaction, or None when this network does not know it. Raises ExchangeDown."""
        ...

    async def head(self) -> Known[int]:
        """The height of the newest block."""
        ...


class Chains:
    """The networks this desk can read, by their names in the exchange's table."""

    def __init__(self, readers: Sequence[Chain] = ()) -> None:
        self._readers = {reader.network: reader for reader in readers}

    def __iter__(self) -> Iterator[Chain]:
        return iter(self._readers.values())

    def of(self, network: str) -> Chain | None:
        return self._readers.get(network)
