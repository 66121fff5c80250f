"""What can go wrong with a conversation."""

from fanlight.kernel.errors import FanlightError, Kind


class ConversationNotFound(FanlightError):
    """No such conversation, or not one the actor may see: we never tell which."""

    code, kind = "conversation_not_found", Kind.NOT_FOUND


class MessageNotFound(FanlightError):
    """No such message, or not one the actor may see."""

    code, kind = "message_not_found", Kind.NOT_FOUND


class NothingSaid(FanlightError):
    """A message needs words or a file."""

    code, kind = "nothing_said", Kind.UNPROCESSABLE


class TextTooLong(FanlightError):
    """More than this channel carries; ``limit`` says how many characters it does."""

    code, kind = "text_too_long", Kind.UNPROCESSABLE


class SecretInReply(FanlightError):
    """The reply holds a secret; ``kinds`` names what was found. Nothing was sent or kept."""

    code, kind = "secret_in_reply", Kind.UNPROCESSABLE


class NotSendable(FanlightError):
    """This message cannot be sent again: it is on its way, or it has arrived."""

    code, kind = "not_sendable", Kind.CONFLICT


class FileNotFound(FanlightError):
    """No such file, not yours, or already part of another message."""

    code, kind = "file_not_found", Kind.NOT_FOUND


_REASONS = frozenset(("empty", "too_large", "kind", "unreadable", "locked", "secret"))


class FileRefused(FanlightError):
    """Not taken: ``reason`` is empty, too_large, kind, unreadable, locked or secret."""

    code, kind = "file_refused", Kind.UNPROCESSABLE

    @property
    def sentence(self) -> str:
        """Why in words; a vendor's own reason is not for customers."""
        key, reason = super().sentence, self.params.get("reason")
        return f"{key}.{reason}" if reason in _REASONS else key


class LinkExpired(FanlightError):
    """The link is past its time, or it was changed on the way."""

    code, kind = "link_expired", Kind.GONE
