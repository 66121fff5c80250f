"""Markdown of other tools is rendered without a trace of its marks; a real site as the proof."""

import re
from pathlib import Path

import pytest

from fanlight.features.knowledge import importing, render
from fanlight.features.knowledge.importing import Page, components, dialects, texts

CODE = re.compile(r"<pre.*?</pre>|<code>.*?</code>", re.DOTALL)
NAMES = re.compile(r"\s(?:data-k|id|href|title|alt)=\"[^\"]*\"")
# What is left of markup when it was not understood.
RAW = re.compile(
    r"(?<![\w(>])\*\*(?=\w)|(?<=[\w。，）)])\*\*(?![\w<])|\]\(|:::|</?[A-Z]\w+"
    r"|&lt;/?[A-Z][A-Za-z]+ ?/?&gt;|\{/\*|\{#|^import .* from|\{%|\{\{|\[\^|\[!\w|^\|.*\|$"
    r"|&amp;(?:amp|lt|gt|nbsp|#)|^#{1,6} |!\[|\{:",
    re.MULTILINE,
)


def raw(page: Page) -> list[str]:
    made = render.render(
        page.text.source, language=page.language, title=page.text.title, resolve=lambda _: "/x"
    )
    seen = NAMES.sub("", CODE.sub("", made.html))
    return [seen[max(0, found.start() - 30) : found.end() + 30] for found in RAW.finditer(seen)]


def html(text: str) -> str:
    source = components.without_components(dialects.ours(text))
    return render.render(source, language="en", title="t", resolve=lambda link: link).html


@pytest.mark.slow
def test_a_real_site_is_rendered_without_marks_left_over(corpora: Path) -> None:
    plan = importing.plan(corpora / "kb_ethereum" / "articles")
    assert len(plan.pages) == 374
    assert {page.file: found for page in plan.pages if (found := raw(page))} == {}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("> [!WARNING]\n> Hot *now*\n", ['class="aside warn"', "<em>now</em>"]),
        (":::tip[Go on]\nx\n:::\n", ['class="aside note"', "Go on"]),
        ("::: details More\nin\n:::\n", ["<summary>More</summary>", "<p>in</p>"]),
        ('{% hint style="danger" %}\nno\n{% endhint %}', ['class="aside warn"', "<p>no</p>"]),
        ('!!! warning "T"\n    body\n\n    more\n\nafter', ["T</header>", "more</p>", "<p>after"]),
        ('??? note "Open"\n    body\n', ["<summary>Open</summary>"]),
        ("a[^1].\n\n[^1]: The *note*.\n", ["<sup>1</sup>", "<em>note</em>"]),
        ("[r][x]\n\n[x]: https://e.example\n", ['href="https://e.example"']),
        ("**先确认。**再 **更新 **了", ["<strong>先确认。</strong>", "<strong>更新</strong>"]),
        ("**价值 (MEV)**是", ["<strong>价值 (MEV)</strong>"]),
        ("modulo 2**256 and 2**8", ["2**256 and 2**8"]),
        ("`{{ x }}` {{ site.x }}", ["<code>{{ x }}</code>"]),
        ("see {{< ref \"a.md\" >}} [[Page|words]]", [">words</a>"]),
        ("text\n{: .note }\n", ["<p>text</p>"]),
        (
            '{% tabs %}\n{% tab title="Web" %}\n{% hint style="info" %}\nin\n{% endhint %}\n'
            '{% endtab %}\n{% tab title="App" %}\ntap\n{% endtab %}\n{% endtabs %}\nafter',
            ['class="tabset"', ">Web</label>", ">App</label>", "aside note", "<p>after</p>"],
        ),
        (
            '<Tabs>\n  <TabItem value="w" label="Web">\n\n  click\n\n  </TabItem>\n'
            '  <TabItem value="a" label="App">\n\n:::tip\ntap\n:::\n\n  </TabItem>\n</Tabs>\n\n'
            "after",
            ['class="tabset"', ">App</label>", "<p>click</p>", "aside note", "<p>after</p>"],
        ),
        (
            '{{< youtube "w7Ft2ymGmfc" >}}',
            ['class="video"', 'href="https://www.youtube.com/watch?v=w7Ft2ymGmfc"'],
        ),
        ('<YouTube id="abc" />', ['class="video"', 'href="https://www.youtube.com/watch?v=abc"']),
        ("| a | b |\n| -- |\n| 1 | 2 |\n", ["<table"]),
    ],
)  # fmt: skip
def test_marks_of_other_tools_become_ours(text: str, wanted: list[str]) -> None:
    made = html(text)
    for each in wanted:
        assert each in made


def test_bytes_of_older_systems_are_read_and_others_refused() -> None:
    chinese = "# 提现手续费\n\n各网络的手续费如下。\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        assert texts.decoded(chinese.encode(encoding)) == chinese
    assert texts.decoded(b"a\r\nb\rc\x00") == "a\nb\nc"
    with pytest.raises(UnicodeDecodeError):
        texts.decoded("Grün, größer, öffnen".encode("latin-1"))


def test_names_of_folders_and_files_of_many_sites(tmp_path: Path) -> None:
    for name, text in {
        "zh_TW/指南/提現 步驟.MD": "# 提現\n\n字\n",
        "zh-Hant-HK/a/README.md": "# 甲\n\n字\n",
        "en_US/a/index.markdown": "+++\ntitle = 'A'\nweight = 3\naliases = ['/old/a/']\n+++\nX\n",
        "en_US/a/b/c/d.mdx": "import X from './x'\n\n<Tabs>\n\n# D\n\nText\n</Tabs>\n",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    pages = {page.key: page for page in importing.plan(tmp_path).pages}
    assert set(pages) == {
        "zh_TW/指南/提現 步驟",
        "zh-Hant-HK/a/README",
        "en_US/a/index",
        "en_US/a/b/c/d",
    }
    assert pages["zh_TW/指南/提現 步驟"].language == "zh-Hant"
    front = pages["en_US/a/index"]
    assert (front.placing.position, front.left, front.text.title) == (3, ("/old/a/",), "A")
    assert pages["en_US/a/b/c/d"].placing.slug == "b-c-d"


def test_a_folder_of_one_language_needs_none_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "guide" / "one.md"
    file.parent.mkdir()
    file.write_text("# One\n\nText\n")
    (page,) = importing.plan(tmp_path, language="zh-Hans").pages
    assert (page.key, page.language) == ("guide/one", "zh-Hans")
