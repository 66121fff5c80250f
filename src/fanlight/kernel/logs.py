"""Logs: key-values on standard error, JSON where a machine reads, secrets hidden in every value."""

import logging
import sys
from typing import Any, ClassVar, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Section

# Values under these names are never written, whatever they look like.
_NEVER = frozenset(
    {"password", "token", "secret", "authorization", "cookie", "code", "text", "body", "email"}
)
_HIDDEN = "…"
_LONGEST = 4000  # characters of one value


class LogSettings(Section, frozen=True, kw_only=True):
    """What is written to standard error."""

    section: ClassVar[str] = "logs"

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is written."""

    form: Literal["auto", "json", "text"] = "auto"
    """JSON lines, or words for people; auto: words on a terminal, JSON otherwise."""


def _cut(key: str, value: str) -> str:
    """The beginning of a long value; of a traceback also its end, where the error stands."""
    if key != "exception" or len(value) <= _LONGEST:
        return value[:_LONGEST]
    head = _LONGEST // 4
    return f"{value[:head]}\n{_HIDDEN}\n{value[head - _LONGEST :]}"


def hide_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The last step before anything is written: no secret survives it, by name or by looks."""
    for key, value in event.items():
        if key.lower() in _NEVER:
            event[key] = _HIDDEN
        elif isinstance(value, str):
            event[key] = redact(_cut(key, value)).text
        elif not isinstance(value, int | float | bool | None):
            event[key] = redact(str(value)[:_LONGEST]).text
    return event


def set_up_logs(settings: LogSettings | None = None) -> None:
    """Send structlog's and the standard library's words the same way, once a process."""
    settings = settings or LogSettings()
    is_json = settings.form == "json" or (settings.form == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # its lines hold whole addresses
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # mails line by line, as they come
    logging.getLogger("alembic").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
