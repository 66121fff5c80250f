"""What has ended: a link past its time, a code that was used. It says so, and where to go on."""

from litestar import Response

from fanlight.features.knowledge.models import LANGUAGES
from fanlight.surfaces.help.site import Asked, site_of


def over(
    request: Asked,
    lang: str,
    words: str,
    *,
    section: str,
    place: str = "",
    way: tuple[str, str] | None = None,
) -> Response[bytes]:
    """The page for something that does not work any more.

    Args:
        words: key of its title; the sentence below is ``<words>_lead``.
        place: the page's own address behind the language, for the switch of languages.
        way: where to go on, and the key of what that is called; the home page stands beside it.
    """
    site = site_of(request)
    page = site.render(
        "over.html",
        lang,
        paths={tag: f"/{tag}/{place}" for tag in LANGUAGES},
        is_indexed=False,
        section=section,
        title=site.say(lang, words, brand=site.brand.name),
        lead=site.say(lang, f"{words}_lead", brand=site.brand.name),
        way=way and (way[0], site.say(lang, way[1], brand=site.brand.name)),
    )
    return site.show(page, status=410)
