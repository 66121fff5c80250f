"""One call to the Bot API and what its answer means. The token is in the address: never log it."""

import re
from datetime import timedelta
from typing import Any, TypeVar

import msgspec

from fanlight.channels.contract import Failed, Failure, FetchRefused, Secret
from fanlight.kernel.http import Answer, AnswerTooLarge, HttpTrouble, MaybeSent, OutboundHttp

T = TypeVar("T")
_LONGEST_WAIT_S = 86_400
# Words of Telegram's for what its numbers leave open.
_WORDS: tuple[tuple[str, Failure], ...] = (
    ("chat not found", Failure.RECIPIENT),
    ("user not found", Failure.RECIPIENT),
    ("peer_id_invalid", Failure.RECIPIENT),
    ("not enough rights", Failure.PERMISSION),
    ("have no rights", Failure.PERMISSION),
    ("chat_write_forbidden", Failure.PERMISSION),
)
_NUMBERS = {
    400: Failure.CONTENT,
    401: Failure.AUTH,
    403: Failure.RECIPIENT,  # blocked us, gone, or never pressed Start
    404: Failure.AUTH,  # no such bot: the token is wrong
    413: Failure.CONTENT,
    429: Failure.THROTTLED,
}
_SAFE_PATH = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./ -]{0,400}")


class Parameters(msgspec.Struct, frozen=True):
    retry_after: int | None = None


class Reply(msgspec.Struct, frozen=True):
    """The envelope around every answer."""

    ok: bool = False
    result: msgspec.Raw = msgspec.Raw(b"null")
    description: str = ""
    parameters: Parameters = Parameters()


class Sent(msgspec.Struct, frozen=True):
    """A message that now stands in the chat."""

    message_id: int


class Stored(msgspec.Struct, frozen=True):
    """Where a file can be had for an hour."""

    file_path: str = ""
    file_size: int | None = None


class ApiRefused(Exception):
    """The Bot API said no; ``outcome`` says how to go on. The words are Telegram's."""

    def __init__(self, status: int, reply: Reply) -> None:
        super().__init__(f"{status} {reply.description[:200]}".strip())
        self.status = status
        self.words = reply.description.lower()
        seconds = reply.parameters.retry_after
        self.wait = timedelta(seconds=min(max(seconds, 0), _LONGEST_WAIT_S)) if seconds else None

    @property
    def outcome(self) -> Failed:
        found = (failure for words, failure in _WORDS if words in self.words)
        failure = next(found, _NUMBERS.get(self.status, Failure.BUG))
        return Failed(failure, retry_after=self.wait, detail=str(self))


class BotApi:
    """Calls in the name of one bot."""

    def __init__(self, base: str, token: Secret, http: OutboundHttp) -> None:
        self._base, self._token, self._http = base, token, http

    async def call(self, method: str, kind: type[T], **options: Any) -> T:
        """Post and read the result.

        Raises:
            ApiRefused: a definite no. NotSent, MaybeSent and their kin: see there.
        """
        url = f"{self._base}/bot{self._token.value}/{method}"
        answer = await self._http.post(url, **options)
        reply = _reply(answer)
        if not reply.ok or answer.status_code != 200:
            raise ApiRefused(answer.status_code, reply)
        try:
            return msgspec.json.decode(reply.result, type=kind)
        except msgspec.MsgspecError:
            raise MaybeSent(f"{method} answered something else") from None

    async def download(self, file_id: str, *, limit_bytes: int) -> bytes:
        """A file that somebody sent to the bot.

        Raises:
            FetchRefused: for good. HttpTrouble: for the moment; the next try asks anew.
        """
        stored = await self._locate(file_id)
        if stored.file_size is not None and stored.file_size > limit_bytes:
            raise FetchRefused(f"larger than {limit_bytes // 2**20} MiB")
        if _SAFE_PATH.fullmatch(stored.file_path) is None:
            raise FetchRefused("the file has no usable path")
        url = f"{self._base}/file/bot{self._token.value}/{stored.file_path}"
        try:
            answer = await self._http.get(url, limit_bytes=limit_bytes)
        except AnswerTooLarge:  # larger than it said
            raise FetchRefused(f"larger than {limit_bytes // 2**20} MiB") from None
        if answer.status_code != 200:
            # The path is good for an hour only: a later try is given a new one.
            raise HttpTrouble(f"the file server answered {answer.status_code}")
        if not answer.content:
            raise FetchRefused("the file is empty")
        if stored.file_size is not None and len(answer.content) != stored.file_size:
            raise HttpTrouble("the file arrived incomplete")
        return answer.content

    async def _locate(self, file_id: str) -> Stored:
        try:
            return await self.call("getFile", Stored, json={"file_id": file_id})
        except ApiRefused as refusal:
            if refusal.status == 400:
                reason = "too big" in refusal.words
                raise FetchRefused("larger than a bot may fetch" if reason else "gone") from None
            raise HttpTrouble(f"getFile answered {refusal.status}") from None


def _reply(answer: Answer) -> Reply:
    """The answer as Telegram wraps it. Raises MaybeSent where nobody can tell what happened."""
    try:
        reply = msgspec.json.decode(answer.content, type=Reply)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        if 300 <= answer.status_code < 500:
            return Reply()  # a proxy's own words: the request did not get through
        raise MaybeSent(f"answered {answer.status_code} without a readable body") from None
    if answer.status_code >= 500:
        raise MaybeSent(f"answered {answer.status_code}")
    return reply
