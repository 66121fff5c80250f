"""The words of a PDF, read in a process of its own: a file can make its reader run for hours.

    python -m fanlight.features.conversations.pdf_words < file.pdf

Writes what a reader of the file could see or select. Ends with 3 when it is locked by a password.
"""

import io
import logging
import resource
import sys
from collections.abc import Iterator

MOST_PAGES = 80
MOST_CHARACTERS = 2_000_000
SECONDS = 8  # of CPU
_MEMORY = 1_500 * 2**20  # bytes of address space
LOCKED = 3


def words(content: bytes) -> Iterator[str]:
    """Text of pages, then of notes, forms, names and enclosed files, as far as they can be read."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise SystemExit(LOCKED)
    for page in reader.pages[:MOST_PAGES]:
        yield page.extract_text()
        for note in page.get("/Annots") or ():
            yield str(note.get_object().get("/Contents") or "")
    yield from (str(value) for value in (reader.metadata or {}).values())
    yield from (str(value or "") for value in (reader.get_form_text_fields() or {}).values())
    for name, enclosed in reader.attachments.items():
        yield name
        yield from (each.decode("utf-8", "replace") for each in enclosed)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    logging.disable()  # what it warns of may hold words of the file
    left = MOST_CHARACTERS
    try:
        for piece in words(sys.stdin.buffer.read()):
            sys.stdout.buffer.write(piece[:left].encode("utf-8", "replace") + b"\n")
            left -= len(piece)
            if left <= 0:
                break
    except Exception:  # a broken file ends here, in whatever way it is broken; what was read counts
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
