"""A walk-through: one card a page, the way in its address, and a person gets all of it."""

import re

import httpx2
import pytest

from fanlight.features.knowledge.models import LANGUAGES
from tests.surfaces.help.scene import ARTICLE, field, words

WALK = f"{ARTICLE}/walk"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_walk_leads_card_by_card_to_a_person(visitor: httpx2.Client, lang: str) -> None:
    article = visitor.get(f"/{lang}/{ARTICLE}")
    begin = re.search(rf'href="(/{lang}/{WALK}/have-hash)"', article.text)
    assert begin is not None

    first = visitor.get(begin[1])
    onward = re.search(rf'href="(/{lang}/{WALK}/explorer-says\?via=have-hash)#main"', first.text)
    assert onward is not None
    second = visitor.get(onward[1])
    assert second.text.count("<li lang=") + second.text.count("<li>") >= 4
    assert f'href="/{lang}/{WALK}/have-hash#main"' in second.text

    person = re.search(r'href="(/[^"]*/contact\?[^"]*walk=[^"]*)"', second.text)
    assert person is not None
    form = visitor.get(person[1].replace("&amp;", "&"))
    assert field(form.text, "walk") == "have-hash~explorer-says"
    heading = re.search(r"<h1>(.*?)</h1>", first.text)
    assert heading is not None
    assert words(heading[1]) in words(form.text)


def test_a_card_or_way_that_is_none_leads_nowhere_and_says_nothing(visitor: httpx2.Client) -> None:
    assert visitor.get(f"/en/{WALK}/nothing").status_code == 404
    assert visitor.get("/en/a/basics/gas-fees/walk/have-hash").status_code == 404
    odd = visitor.get(f"/en/{WALK}/explorer-says", params={"via": "<script>~have-hash~" * 400})
    assert odd.status_code == 200
    assert "<script>~" not in odd.text
    form = visitor.get("/en/contact", params={"article": ARTICLE[2:], "walk": "a~b~c"})
    assert field(form.text, "walk") == ""
