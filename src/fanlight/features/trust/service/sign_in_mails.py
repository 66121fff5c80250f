"""The mail with the link that signs a customer in on the help site."""

from fanlight.features.people.queries import customers
from fanlight.features.people.queries.visits import Link
from fanlight.features.people.service import visits
from fanlight.features.trust.service.letters import Letter, post
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.i18n import translate
from fanlight.kernel.jobs import job
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf


@job("people.mail_link", outside=True)
async def mail_link(shelf: Shelf, wanted: visits.MailLink) -> None:
    """Mail a link to an address that somebody has written from before."""
    edge = shelf.of(Edge)
    async with edge.work() as work:
        known = await customers.customer_with(work, visits.EMAIL, wanted.email)
        if known is None:
            return
        link = Link(
            kind=visits.EMAIL,
            key=wanted.email,
            name="",
            groups=[],
            proven_at=None,
            leads_to=wanted.leads_to,
        )
        token = await visits.make_link(work, link, lasts=visits.MAILED_LASTS)
    await post(shelf, _letter(shelf.of(Settings), wanted, token))


def _letter(settings: Settings, wanted: visits.MailLink, token: str) -> Letter:
    """Only words of ours: whoever asks for a link chooses nothing that stands in it."""
    brand = settings[BrandSettings]
    text = translate(
        wanted.language,
        "mail.sign_in",
        brand=brand.name,
        link=f"{brand.help_url}/{wanted.language}/sign-in/link/{token}",
        minutes=int(visits.MAILED_LASTS.total_seconds() // 60),
    )
    subject = translate(wanted.language, "mail.sign_in_subject", brand=brand.name)
    return Letter(to=wanted.email, text=text, subject=subject, language=wanted.language)
