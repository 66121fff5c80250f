"""What one answer becomes on Telegram: at most five texts, then its files, each one request."""

import re
from typing import Any

from fanlight.channels.adapters.telegram.splitting import split, units
from fanlight.channels.contract import (
    Capabilities,
    OutboundFile,
    OutboundMessage,
    Plan,
    PlannedPart,
    Refusal,
    ThreadState,
)

MAX_PARTS = 5  # more is not an answer but an article
MAX_CAPTION = 1024  # UTF-16 code units
MAX_PHOTO_BYTES = 10 * 2**20
_PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
# Hashes and addresses: shown so that one touch copies them.
_COPIED = re.compile(
    r"\b(?:0x[0-9a-fA-F]{64}|0x[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|bc1[a-z0-9]{20,80}"
    r"|T[1-9A-HJ-NP-Za-km-z]{33})\b",
    re.ASCII,
)


def plan(message: OutboundMessage, thread: ThreadState, able: Capabilities) -> Plan:
    """The requests to make, in order, or why none is made."""
    if message.data_class > able.max_data:
        return Refusal("policy_blocked")
    if thread.is_blocked:
        return Refusal("blocked")
    if message.intent == "typing":
        return [PlannedPart(message=message, number=1)]
    # Its reference goes along with the words, compact: there is no foot in a chat.
    said = "\n\n".join(filter(None, (message.text.rstrip(), message.mark)))
    texts = split(said, able.max_text)
    if message.intent == "edit":
        return _edit(message, texts)
    files = message.files
    if len(texts) > MAX_PARTS or len(files) > able.max_files:
        return Refusal("too_long")
    if any(file.size_bytes > able.max_file_bytes for file in files):
        return Refusal("content")
    if not texts and not files:
        return Refusal("content")
    if files and len(texts) == 1 and units(texts[0]) <= MAX_CAPTION:
        texts, caption = [], texts[0]
    else:
        caption = ""
    pieces: list[tuple[str, OutboundFile | None]] = [(text, None) for text in texts]
    pieces += [(caption if file is files[0] else "", file) for file in files]
    return [
        PlannedPart(message=message, number=number, text=text, file=file)
        for number, (text, file) in enumerate(pieces, 1)
    ]


def _edit(message: OutboundMessage, texts: list[str]) -> Plan:
    if message.edits_native_id is None or not texts:
        return Refusal("content")
    if len(texts) > 1:
        return Refusal("too_long")
    return [PlannedPart(message=message, number=1, text=texts[0])]


def is_photo(file: OutboundFile) -> bool:
    return file.media_type in _PHOTO_TYPES and file.size_bytes <= MAX_PHOTO_BYTES


def entities(text: str) -> list[dict[str, Any]]:
    """Marks over the text instead of markup in it, so nothing has to be escaped or can leak."""
    return [
        {
            "type": "code",
            "offset": units(text[: found.start()]),
            "length": units(found[0]),
        }
        for found in _COPIED.finditer(text)
    ]
