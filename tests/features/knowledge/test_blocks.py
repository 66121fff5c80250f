"""Blocks of articles: each as meant, each safe, and a word for its writer where it cannot be."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.features.knowledge.render import Rendered, render
from tests.features.knowledge.test_render import HOSTILE, rendered

PICTURE = "/media/01890000-0000-7000-8000-000000000001-640x232.png"
CLIP = "/media/01890000-0000-7000-8000-000000000002.mp4"
CAPTIONS = "/media/01890000-0000-7000-8000-000000000003.vtt"


def codes(found: Rendered) -> list[str]:
    return [fault.code for fault in found.faults]


def test_steps_have_anchors_of_their_own_and_hold_boxes_and_pictures() -> None:
    found = rendered(
        "::::: steps\n1. **Open it.** {#open} Then look.\n\n   ::: note\n   Beside.\n   :::\n"
        f'2. **核对地址**。 {{#check}} 前六位。\n\n   ![shot]({PICTURE} "A page")\n:::::\n'
    )

    assert '<li id="open">' in found.html
    assert '<li id="check">' in found.html
    assert "{#" not in found.html
    assert '<strong class="step">核对地址</strong>' in found.html
    assert '<section class="aside note">' in found.html
    assert f'<a class="zoom" href="{PICTURE}"' in found.html
    assert "<figcaption>A page</figcaption>" in found.html
    assert 'width="640" height="232"' in found.html
    assert found.faults == []


def test_tabs_choose_without_a_script_and_each_group_by_itself() -> None:
    tabs = ":::: tabs\n::: tab Web\nOn the web.\n:::\n::: tab <App>\nIn the app.\n:::\n::::\n"
    html = rendered(tabs + tabs).html

    assert html.count(" checked>") == 2
    assert html.count('name="tabs-1"') == html.count('name="tabs-2"') == 2
    assert '<label for="tabs-1-2">&lt;App&gt;</label>' in html
    assert html.count('<div class="tab-panel">') == 4
    assert codes(rendered(":::: tabs\nnothing\n::::\n")) == ["no_tabs"]
    assert "alone" in rendered("::: tab X\nalone\n:::\n").html


def test_a_video_of_others_is_a_link_that_says_whose(monkeypatch: pytest.MonkeyPatch) -> None:
    html = rendered(
        "::: video https://www.video.example/1?a=b&c=d\nHow *it* works\nFour min.\n:::"
    ).html

    assert 'href="https://www.video.example/1?a=b&amp;c=d"' in html
    assert "Opens video.example, which then learns" in html
    assert not re.search(r"<(?:iframe|video|img)", html)
    assert "Four min." in html
    for address in ("javascript:alert(1)", "http://x.example", "https://", "https://[", "data:x"):
        found = rendered(f"::: video {address}\nTitle\n:::")
        assert codes(found) == ["video_address"]
        assert "<a" not in found.html
        assert "Title" in found.html
    assert codes(rendered("::: video\nTitle\n:::")) == ["no_video"]


def test_a_video_of_ours_has_captions_and_a_transcript() -> None:
    found = rendered(
        f"::: video {CLIP}\nHow it works\ncaptions: {CAPTIONS}\ncaptions zh-Hans: {CAPTIONS}\n\n"
        "What is *said*.\n:::"
    )

    assert f'src="{CLIP}">' in found.html
    assert f'<track kind="captions" src="{CAPTIONS}" srclang="en" label="English" default>' in (
        found.html
    )
    assert 'srclang="zh-Hans"' in found.html
    assert '<details class="transcript">' in found.html
    assert "<em>said</em>" in found.html
    assert "/media/" not in " ".join(each.text for each in found.passages)
    assert codes(rendered(f"::: video {CLIP}\nTitle\n:::")) == ["no_captions"]
    later = rendered(f"::: video {CLIP}\nHow\n\nSaid.\n\ncaptions: {CAPTIONS}\n:::")
    assert later.html.count("<track") == 1
    assert "<p>Said.</p>" in later.html
    assert "captions:" not in later.html


def test_questions_fold_and_keep_their_anchors_out_of_the_contents() -> None:
    found = rendered(
        "## Head\n\n::: faq\n### Why *so*? {#why}\nBecause.\n\nAnd so.\n### And then?\nThat.\n:::\n"
    )

    assert '<details class="question" id="why"><summary>Why <em>so</em>?</summary>' in found.html
    assert found.html.count("</details>") == 2
    assert [heading.text for heading in found.toc] == ["Head"]
    assert ("why", "Why so?") in [(each.anchor, each.heading) for each in found.passages]
    assert codes(rendered("::: faq\nno heading\n:::")) == ["no_questions"]


def test_a_walk_among_questions_keeps_its_cards() -> None:
    found = rendered(
        "::::: faq\n### Why? {#why}\nSo.\n\n:::: walk\n### Sent? {#sent}\nLook.\n::::\n:::::"
    )
    assert found.html.count('<details class="question"') == 1
    assert '<section class="card" id="sent">' in found.html


def test_plain_words_stand_beside_the_exact_ones() -> None:
    found = rendered("Exact.\n\n:::: plain\n## Simple {#simple}\nPlain.\n::::\n\nMore.\n")

    assert re.search(
        r'<section class="exact" id="exact">.*Exact\..*More\..*</section>\s*'
        r'<section class="plainly" id="plain">.*Plain\..*</section>',
        found.html,
        re.DOTALL,
    )
    assert found.toc == []
    assert [(each.anchor, each.text) for each in found.passages] == [
        ("", "Exact."),
        ("simple", "Plain."),
        ("", "More."),
    ]
    assert 'class="exact"' not in rendered("Exact.").html


def test_a_walk_shows_its_cards_in_order_and_names_choices_that_lead_nowhere() -> None:
    walk = (
        ":::: walk\n### Sent? {#sent}\nLook.\n\n- [Yes](#there)\n- [No](#nowhere)\n"
        "- [Write](contact:)\n\n### There? {#there}\nGood.\n::::\n"
    )
    found = rendered(walk)

    assert '<section class="card" id="sent">' in found.html
    assert '<ul class="choices">' in found.html
    assert 'href="/en/contact"' in found.html
    assert 'data-slot="walk" data-name="sent"' in found.html
    assert [(fault.code, fault.params) for fault in found.faults] == [
        ("no_card", {"anchor": "nowhere"})
    ]


def test_a_list_of_more_than_links_is_no_choice() -> None:
    html = rendered(
        ":::: walk\n### Q {#q}\n- see [this](#q) and that, [too](#q)\n- words\n::::"
    ).html

    assert "choices" not in html


def test_legal_texts_and_figures_are_left_open_for_whoever_shows_the_page() -> None:
    found = rendered("::: legal leverage\n:::\n\n::: figures fees asset=USDT\n:::\n")

    assert (
        '<div class="slot" data-slot="legal" data-name="leverage" data-only=""></div>' in found.html
    )
    assert 'data-slot="figures" data-name="fees" data-only="asset=USDT"' in found.html
    assert codes(rendered("::: legal <b>\n:::\n::: figures\n:::")) == ["no_name", "no_name"]


def test_a_term_is_a_link_to_the_glossary() -> None:
    html = rendered('See [the words](term:seed-phrase) and [odd](term:a"b<c).').html

    assert '<a href="/en/glossary#seed-phrase" class="term"' in html
    assert "<c" not in html


def test_unknown_blocks_give_their_words() -> None:
    found = rendered("::: carousel Title\nWords.\n:::\n\n::: tip\nA tip.\n:::\n")

    assert codes(found) == ["unknown_block"]
    assert "<strong>Title</strong>" in found.html
    assert "Words." in found.html
    assert ":::" not in found.html
    assert 'class="aside note"' in found.html  # what others call a tip


def test_blocks_within_blocks_end_somewhere() -> None:
    deep = "".join(f"{':' * count} note\n" for count in range(400, 2, -1))

    assert 0 < rendered(deep + "Deep.\n").html.count("<section") < 40


FORGED = [
    '<div class="slot" data-slot="legal" data-name="&quot;><script>alert(1)</script>"></div>',
    '<section class="plainly" id="plain"><script>alert(1)</script></section>',
    '::: video https://x.example/"onclick=alert(1)\n<img src=x onerror=alert(1)>\n:::',
    f'::: video {CLIP}"onplay=alert(1)\nT\n:::',
    f'::: video {CLIP}\n"><script>alert(1)</script>\ncaptions: {CAPTIONS}\n:::',
    ':::: tabs\n::: tab "><script>alert(1)</script>\nx\n:::\n::::',
    '::: faq\n### <script>alert(1)</script> {#"><img/onerror=alert(1)}\nx\n:::',
    ':::: walk\n### Q {#"onclick=alert(1)}\n- [x](javascript:alert(1))\n::::',
    '::: figures fees "><script>alert(1)</script>\n:::',
    "```diagram <script>alert(1)</script>\nA[<script>alert(1)</script>] --> B\n```",
    "```diagram x\nA -->|<b onclick=alert(1)>| B\n```",
    '```diagram\nA["</text><script>alert(1)</script>"] --> B{<img src=x onerror=alert(1)>}\n```',
    '[x](term:"onclick=alert(1))',
    "<input type=radio autofocus onfocus=alert(1)><label onclick=alert(1)>x</label>",
    "<video src=x onerror=alert(1)><track src=x onload=alert(1)></video>",
    "<a class='term' data-said='x' data-term='<script>'>x</a>",
]


def is_quiet(html: str) -> bool:
    """No element that could run or fetch, no handler, no address that could run."""
    outside = re.sub(r'"[^"]*"', '""', html.lower())
    return not (
        re.search(r"<(?:script|style|iframe|form|object|embed|base|math|foreignobject)\b", outside)
        or re.search(r"<[^>]*\son\w+\s*=", outside)
        or re.search(r'(?:href|src)="\s*(?:javascript|data|vbscript):', html.lower())
    )


@pytest.mark.parametrize("source", [*FORGED, *HOSTILE])
def test_nothing_hostile_survives_in_a_block(source: str) -> None:
    assert is_quiet(rendered(source).html)
    for wrapping in (":::: note {}\n{}\n::::", "::::: steps\n1. **T.** {}\n\n   {}\n:::::"):
        assert is_quiet(rendered(wrapping.format("x", source)).html)
        assert is_quiet(rendered(wrapping.format(source.partition("\n")[0], "x")).html)


WORDS = st.sampled_from(
    f"""::: note|::: steps|:::: tabs|::: tab A|:::|::::|::: faq|:::: walk|:::: plain|::: figures a
::: video https://x.example|::: video {CLIP}|::: legal a|### Q {{#q}}|- [a](#b)|1. **T.** {{#t}}
```diagram|A --> B|```|<script>alert(1)</script>|<img src=x onerror=alert(1)>|<div>|</div>
</section>|   x|""".replace("\n", "|").split("|")
)


@given(st.lists(WORDS, max_size=14), st.text(max_size=40))
def test_any_order_of_blocks_is_safe_and_whole(lines: list[str], words: str) -> None:
    found = render(
        "\n".join([*lines, words]), language="zh-Hans", title="", resolve=lambda link: link
    )

    assert is_quiet(found.html)
    assert found.html.count("<details") == found.html.count("</details>")
    assert found.html.count("<section") == found.html.count("</section>")
