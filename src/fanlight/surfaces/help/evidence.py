"""A reported mail, read by the same reader that reads ours, as what a report keeps of it."""

import asyncio

import msgspec

from fanlight.channels.adapters.email.reported import is_mail, read
from fanlight.features.tickets.reporting import evidence_of
from fanlight.features.trust.service.scams import Evidence
from fanlight.surfaces.help.forms import Attached


async def read_mails(files: list[Attached], values: list[str], words: str) -> Evidence:
    """A report's evidence; of several mails the first is read."""
    for file in files:
        if not is_mail(file.name, file.media_type):
            continue
        found = await asyncio.to_thread(read, file.content)
        if found is not None:
            evidence = await asyncio.to_thread(evidence_of, found)
            return msgspec.structs.replace(evidence, values=values, words=words)
    return Evidence(values=values, words=words)
