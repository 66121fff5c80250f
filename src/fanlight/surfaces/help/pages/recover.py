"""Get back in: whoever cannot sign in proves their mailbox, and a person takes the case.

Nothing about an account is shown, and what is asked tells nobody whether there is one.
"""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.channels.adapters.webform.adapter import Written, event_of
from fanlight.channels.contract import Evidence
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.links import ticket_link
from fanlight.features.conversations.models import Author, Speaker
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.assurance import Level, Method
from fanlight.features.tickets import continuation
from fanlight.features.tickets.intake import receive
from fanlight.kernel.i18n import translate
from fanlight.kernel.sealing import Sealer
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.proving import MOST_BODY, code_step, read_mailbox, send_code
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import onward
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = ("/{lang}/recover", "/{lang}/recover/code/00000000-0000-0000-0000-000000000000")

_TAG = "sign_in"  # the category of such tickets
_MAIL_AFTER_S = 20


@get("/{lang:str}/recover", include_in_schema=False)
async def show(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """One field for a mailbox."""
    return missing(request, lang) if lang not in LANGUAGES else _page(request, lang)


def _page(
    request: Asked, lang: str, *, trouble: str = "", email: str = "", status: int = 200
) -> Response[bytes]:
    site = site_of(request)
    page = site.render(
        "recover.html",
        lang,
        paths={tag: f"/{tag}/recover" for tag in LANGUAGES},
        is_indexed=False,
        section="recover",
        trouble=trouble,
        email=email,
    )
    return site.show(page, status=status)


@post("/{lang:str}/recover", include_in_schema=False, request_max_body_size=MOST_BODY)
async def mail(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Have a code mailed; the same answer for every mailbox."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    typed = (await form_of(request)).text("email")
    mailbox = read_mailbox(typed)
    if mailbox is None:
        trouble = "help.contact.email_wrong"
        return _page(request, lang, trouble=trouble, email=typed[:254], status=422)
    return await send_code(request, lang, mailbox, purpose="recover", place="/recover/code")


async def _begin(request: Asked, lang: str, mailbox: str) -> Response[Any]:
    """The mailbox is proved: a case is opened, and its page is where the talk goes on."""
    token = await _open(request, lang, request.path_params["code_id"], mailbox)
    return onward(f"/{lang}/t/{token}?new=1" if token else f"/{lang}/recover")


async def _open(request: Asked, lang: str, code_id: UUID, mailbox: str) -> str | None:
    async with edge_of(request).work() as work:
        written = Written(
            form_key=f"recover-{code_id}",
            email=mailbox,
            text=translate(lang, "emergency.recover.ticket_said"),
            at=work.now(),
            subject=translate(lang, "emergency.recover.ticket_subject"),
            language=lang,
        )
        proved = Evidence(level=int(Level.L1), method=Method.CODE)
        event = msgspec.structs.replace(event_of(written), evidence=proved, language=lang)
        received = await receive(work, event, tags=(_TAG,))
        if received.ticket_id is None or received.conversation_id is None:
            return None
        machine = Author(kind=Speaker.SYSTEM)
        await talk.record_activity(work, received.ticket_id, machine, "recovery_opened")
        await continuation.note_contact(
            work,
            received.conversation_id,
            email=mailbox,
            language=lang,
            # What is mailed says that an answer waits, never what it says.
            is_signed=True,
            mail_after_s=_MAIL_AFTER_S,
            mail_while_open_s=_MAIL_AFTER_S * 3,
        )
        return ticket_link(
            work.of(Sealer), received.ticket_id, received.conversation_id, now=work.now()
        )


ROUTES: list[Any] = [
    show,
    mail,
    *code_step("/{lang:str}/recover/code", purpose="recover", then=_begin),
]
