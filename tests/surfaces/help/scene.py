"""What tests of the help site share: where its pages are, and small readers of HTML."""

import importlib
import pkgutil
import re
from html import unescape

from fanlight.features.knowledge.models import LANGUAGES
from fanlight.surfaces.help import pages
from tests.conftest import ROOT

AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
ARTICLE = "a/deposits-withdrawals/deposit-not-arrived"


def examples() -> list[str]:
    """An address of every page in every language, as the pages themselves say."""
    found: list[str] = []
    for module in pkgutil.iter_modules(pages.__path__):
        page = importlib.import_module(f"{pages.__name__}.{module.name}")
        for path in getattr(page, "EXAMPLES", ()):
            found += [path.format(lang=tag) for tag in LANGUAGES]
    return found


def field(html: str, name: str) -> str:
    """The value of a form's field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    return unescape(found.group(1)) if found else ""


def words(html: str) -> str:
    """The text of a page, without its markup."""
    bare = re.sub(r"<(script|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", bare)).split())
