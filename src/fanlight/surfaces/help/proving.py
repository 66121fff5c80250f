"""A mailbox proved by six digits: the step that freezing, keeping and getting back in share.

Whoever types a mailbox hears the same whether or not an account has it.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.features.guidance.emergency import mailboxes
from fanlight.features.guidance.emergency.errors import CodeEnded, CodeWrong
from fanlight.features.guidance.emergency.models import Proof, Road
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.assurance import Level, Method
from fanlight.features.people.service.customers import typed_address
from fanlight.kernel.errors import Malformed
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import onward
from fanlight.surfaces.shared.reading.visitors import visitor_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

MOST_BODY = 16 * 2**10
_BACK = {"freeze": "freeze", "keep": "freeze", "recover": "recover"}  # where a new code is had

Then: TypeAlias = Callable[[Asked, str, str], Awaitable[Response[Any]]]


def read_mailbox(typed: str) -> str | None:
    """A mailbox in its normal form; None when no server would take it."""
    try:
        return typed_address(typed[:320])
    except Malformed:
        return None


async def send_code(
    request: Asked, lang: str, mailbox: str, *, purpose: mailboxes.Purpose, place: str
) -> Response[None]:
    """Have a code mailed, and go on to where it is typed: ``place``, below the language."""
    async with edge_of(request).work() as work:
        code_id = await mailboxes.send_code(
            work, mailbox, purpose=purpose, language=lang, source=visitor_of(request)
        )
    return onward(f"/{lang}{place}/{code_id}")


def code_step(path: str, *, purpose: mailboxes.Purpose, then: Then) -> list[Any]:
    """The page for the digits below ``path``, and what follows once they are right.

    ``then`` is called once for a code, with the language and the mailbox.
    """

    @get(f"{path}/{{code_id:uuid}}", include_in_schema=False)
    async def ask_code(request: Asked, lang: FromPath[str]) -> Response[Any]:
        """Where the digits are typed."""
        return missing(request, lang) if lang not in LANGUAGES else _page(request, lang, purpose)

    @post(f"{path}/{{code_id:uuid}}", include_in_schema=False, request_max_body_size=MOST_BODY)
    async def check_code(
        request: Asked, lang: FromPath[str], code_id: FromPath[UUID]
    ) -> Response[Any]:
        """The digits are right: that is the press."""
        if lang not in LANGUAGES or not is_from_our_page(request):
            return missing(request, lang)
        typed = (await form_of(request)).text("code")[:40]
        if not any(c.isdecimal() for c in typed):
            return _page(request, lang, purpose, trouble="help.freeze.code_missing", status=422)
        async with edge_of(request).work() as work:
            checked = await mailboxes.check_code(work, code_id, typed, purpose=purpose)
        if isinstance(checked, str):
            return await then(request, lang, checked)
        return _refused(request, lang, purpose, checked)

    return [ask_code, check_code]


def proof_of_mailbox(request: Asked, mailbox: str) -> Proof:
    """What a code typed just now is worth."""
    return Proof(
        road=Road.MAILBOX,
        level=Level.L1,
        method=Method.CODE,
        proven_at=edge_of(request).now(),
        mailbox=mailbox,
    )


def _refused(
    request: Asked, lang: str, purpose: mailboxes.Purpose, refusal: CodeWrong | CodeEnded
) -> Response[bytes]:
    if isinstance(refusal, CodeEnded):
        return _page(request, lang, purpose, trouble="help.freeze.code_ended", status=410)
    left = int(str(refusal.params["left"]))
    trouble = "help.freeze.code_wrong"
    return _page(request, lang, purpose, trouble=trouble, left=left, status=422)


def _page(
    request: Asked,
    lang: str,
    purpose: mailboxes.Purpose,
    *,
    trouble: str = "",
    left: int = 0,
    status: int = 200,
) -> Response[bytes]:
    site, here = site_of(request), request.url.path
    page = site.render(
        "freeze_code.html",
        lang,
        paths={tag: here.replace(f"/{lang}/", f"/{tag}/", 1) for tag in LANGUAGES},
        is_indexed=False,
        section="freeze",
        here=here,
        again=f"/{lang}/{_BACK[purpose]}",
        purpose=purpose,
        minutes=int(mailboxes.LASTS.total_seconds() // 60),
        trouble=trouble,
        left=left,
    )
    return site.show(page, status=status)
