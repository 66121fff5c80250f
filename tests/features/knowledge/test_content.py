"""The starter knowledge base is whole: every article in two languages, every link at home."""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import opencc
import pytest
import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.container import container_plugin

from fanlight.features.knowledge.render import render
from fanlight.features.knowledge.render.slots import slots_of

CONTENT = Path(__file__).parents[3] / "content"
LANGUAGES = ("en", "zh-Hans")
REQUIRED = {"title", "description", "tags", "asked_as", "updated", "related", "order"}
OPTIONAL = {"risk"}
BLOCKS = {
    "note",
    "warning",
    "risk",
    "steps",
    "tabs",
    "tab",
    "legal",
    "figures",
    "faq",
    "plain",
    "walk",
}
HOLDS_OTHERS = {"tabs", "tab", "plain", "walk"}

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.S)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
ARTICLE_LINK = re.compile(r"\]\(article:([a-z0-9-]+)\)")
CHOICE = re.compile(r"#[a-z0-9-]+|contact:")
DIAGRAM = re.compile(r"```diagram [^\n]+\n(.*?)```", re.S)
LABEL = re.compile(
    r"(?<=\[)[^\[\]()]+(?=\])|(?<=\{)[^{}]+(?=\})|(?<=\|)[^|]+(?=\|)|(?<=\(\[)[^\]]+"
)
ANY_LINK = re.compile(r"\]\(([^)]*)\)")
HEADING = re.compile(r"^#{1,6} .*$", re.M)
ANCHOR = re.compile(r"\{#([a-z0-9-]+)\}\s*$")
FENCE = re.compile(r"^\s*(:{3,})[^\S\n]*(\w*)[^\S\n]*(.*)$", re.M)
STEPS = re.compile(r"^::: steps\n(.*?)\n:::$", re.M | re.S)
TITLED_STEP = re.compile(r"\d+\. \*\*.+?([.:]\*\*|\*\*[。：])")
HAN = "\u3400-\u9fff"

# Words of the house style that no customer should meet, and marks it does without.
NEVER_EN = re.compile(
    r"\b(oops|unfortunately|kindly|valued customer|inconvenience|as soon as possible"
    r"|simply|invalid|guaranteed|suspicious)\b",
    re.I,
)
NEVER_ZH = re.compile("亲|小伙伴|温馨提示|请耐心等待|尽快|系统繁忙|操作失败|非法|带来不便|一键")
EXCLAMATION = re.compile(r"[!！]")

# One space between Chinese and Latin letters or digits, none beside full-width marks or before %.
NO_SPACE_BETWEEN = re.compile(f"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]")
SPACE_AT_MARK = re.compile(
    "[，。；：！？、（）“”《》] [^\\s]|[^\\s|>#.*-] [，。；：！？、）”》]| %"
)
# What s2twp leaves and readers in Taipei or Hong Kong do not write.
MAINLAND = re.compile(
    "[你賬臺“”]|(?<![標書])籤|提現|使用者|引數|郵箱|盤口|止損|認證|工作日|運營|渠道|短信|二維碼|許可權|稽核|型別|登陸"
)
HALF_WIDTH_MARK = re.compile(f"[{HAN}][,;:?!()]|[,;?!()][{HAN}]")


@dataclass(frozen=True)
class Article:
    """One file as it lies on the disk, front matter apart from its body."""

    language: str
    category: str
    slug: str
    meta: dict[str, Any]
    body: str

    @property
    def key(self) -> str:
        return f"{self.category}/{self.slug}"

    @property
    def prose(self) -> str:
        """What is read as text: links, anchors, emphasis and the lines of tables taken away."""
        text = FENCE.sub("", CODE.sub("code", self.body))
        text = re.sub(r"\]\([^)]*\)| *\{#[^}]*\}", "", text).replace("[", "")
        return re.sub(r" *\|[ -]*|\*+", lambda m: "\n" if "|" in m[0] else "", text)


def read_article(path: Path) -> Article:
    text = path.read_text(encoding="utf-8")
    parts = FRONT_MATTER.match(text)
    assert parts, f"{path} has no front matter"
    language, category = path.relative_to(CONTENT / "articles").parts[:2]
    return Article(language, category, path.stem, yaml.safe_load(parts[1]), parts[2])


ARTICLES = [read_article(path) for path in sorted((CONTENT / "articles").rglob("*.md"))]
SLUGS = {article.slug for article in ARTICLES}
KEYS = {article.key for article in ARTICLES}

every_article = pytest.mark.parametrize(
    "article", ARTICLES, ids=[f"{a.language}/{a.key}" for a in ARTICLES]
)


def load_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


def test_every_article_stands_in_both_languages() -> None:
    found = {
        language: {article.key for article in ARTICLES if article.language == language}
        for language in LANGUAGES
    }
    assert {article.language for article in ARTICLES} == set(LANGUAGES)
    assert found["en"] == found["zh-Hans"]
    assert len(found["en"]) >= 44


def test_a_slug_names_one_article() -> None:
    assert len(SLUGS) == len(KEYS), "a link article:slug would lead to two articles"


def test_categories_and_folders_are_the_same() -> None:
    categories = load_toml("categories.toml")["category"]
    assert {category["key"] for category in categories} == {a.category for a in ARTICLES}
    assert len({category["order"] for category in categories}) == len(categories)
    for category in categories:
        assert re.fullmatch(r"[a-z0-9-]+", category["icon"])
        for field in ("name", "description"):
            assert set(category[field]) == {"en", "zh-Hans", "zh-Hant"}
            assert all(text.strip() for text in category[field].values())


@every_article
def test_front_matter_is_complete(article: Article) -> None:
    meta = article.meta
    assert set(meta) >= REQUIRED
    assert set(meta) <= REQUIRED | OPTIONAL
    assert meta["title"].strip()
    assert not meta["title"].endswith((".", "。"))
    assert 20 <= len(meta["description"]) <= 200
    assert "\n" not in meta["description"]
    assert 3 <= len(meta["asked_as"]) <= 8
    assert meta["tags"]
    assert all(isinstance(text, str) for text in meta["asked_as"] + meta["tags"])
    assert isinstance(meta["updated"], date)
    assert (meta["updated"].year, meta["updated"].month) == (2026, 11)
    assert isinstance(meta["order"], int)
    assert meta.get("risk", True) is True


@every_article
def test_links_lead_to_articles(article: Article) -> None:
    text = CODE.sub("", article.body)
    for slug in [*ARTICLE_LINK.findall(text), *article.meta["related"]]:
        assert slug in SLUGS
        assert slug != article.slug
    anchors = {f"#{found[1]}" for line in HEADING.findall(text) if (found := ANCHOR.search(line))}
    for target in ANY_LINK.findall(text):
        if CHOICE.fullmatch(target):
            assert target in anchors | {"contact:"}, target
            continue
        assert target.startswith("article:"), f"{target} leads out of the knowledge base"


@every_article
def test_size_suits_one_sitting(article: Article) -> None:
    if article.language == "en":
        size, least, most = len(article.prose.split()), 250, 900
    else:
        size, least, most = len(re.sub(r"\s", "", article.prose)), 500, 1800
    assert least <= size <= most, size


@every_article
def test_words_of_the_house(article: Article) -> None:
    seen = "\n".join(
        [article.meta["title"], article.meta["description"], CODE.sub("", article.body)]
    )
    never = NEVER_EN if article.language == "en" else NEVER_ZH
    assert not never.findall(seen)
    assert not EXCLAMATION.findall(seen)


@every_article
def test_markup_is_closed_and_anchored(article: Article) -> None:
    open_blocks: list[tuple[int, str]] = []
    for colons, name, _ in FENCE.findall(CODE.sub("", article.body)):
        if not name:
            assert open_blocks.pop()[0] == len(colons), "a block is closed by as many colons"
            continue
        assert name in BLOCKS
        if open_blocks:
            around, outer = open_blocks[-1]
            assert outer in HOLDS_OTHERS
            assert around > len(colons), "a block that holds others has more colons"
        open_blocks.append((len(colons), name))
    assert not open_blocks
    headings = HEADING.findall(CODE.sub("", article.body))
    assert headings
    anchors = [ANCHOR.search(heading) for heading in headings]
    assert all(anchors), "a heading without an anchor gets another address in each language"
    names = [anchor[1] for anchor in anchors if anchor]
    assert len(names) == len(set(names))
    assert "<" not in CODE.sub("", article.body), "no HTML in articles"


@every_article
def test_markdown_is_understood_as_meant(article: Article) -> None:
    """Next to a full-width mark, CommonMark does not see ``**`` as the end of anything."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.use(container_plugin, "block", validate=lambda words, _: bool(words.strip()))
    tokens = parser.parse(article.body)
    shown = [c.content for token in tokens for c in token.children or [] if c.type == "text"]
    assert not [text for text in shown if "*" in text or "](" in text or "|" in text]
    first_inside = [
        after.type
        for token, after in pairwise(tokens)
        if token.type == "container_block_open" and token.info.strip() == "steps"
    ]
    assert set(first_inside) <= {"ordered_list_open"}, "steps are a numbered list"
    for steps in STEPS.findall(article.body):
        titled = [bool(TITLED_STEP.match(line)) for line in re.findall(r"^\d+\. .*$", steps, re.M)]
        assert len(set(titled)) == 1, "either every step opens with a bold title, or none does"


def test_both_languages_share_their_shape() -> None:
    """A reader who switches the language stays at the same heading, and finds the same links."""
    pairs: dict[str, dict[str, Article]] = {}
    for article in ARTICLES:
        pairs.setdefault(article.key, {})[article.language] = article
    for key, pair in pairs.items():
        english, chinese = pair["en"], pair["zh-Hans"]
        for field in ("updated", "order", "related"):
            assert english.meta[field] == chinese.meta[field], (key, field)
        assert english.meta.get("risk") == chinese.meta.get("risk"), key
        shapes = [
            [anchor[1] for h in HEADING.findall(a.body) if (anchor := ANCHOR.search(h))]
            for a in (english, chinese)
        ]
        assert shapes[0] == shapes[1], key
        assert blocks_of(english) == blocks_of(chinese), key
        code = [re.findall(r"```(?!diagram).*?```", a.body, re.S) for a in (english, chinese)]
        assert code[0] == code[1], key
        drawn = [[LABEL.sub("", each) for each in DIAGRAM.findall(a.body)] for a in pair.values()]
        assert drawn[0] == drawn[1], key
        choices = [[*filter(CHOICE.fullmatch, ANY_LINK.findall(a.body))] for a in pair.values()]
        assert choices[0] == choices[1], key


def blocks_of(article: Article) -> list[tuple[str, str]]:
    """Every block in order, with what it names; titles are words, and differ by language."""
    found = FENCE.findall(article.body)
    return [(name, words if name in {"legal", "figures"} else "") for _, name, words in found]


@every_article
def test_blocks_have_nothing_to_mend_and_name_what_there_is(article: Article) -> None:
    made = render(article.body, language=article.language, title="", resolve=lambda link: link)
    assert made.faults == []
    kept = {
        "legal": {each["key"] for each in load_toml("legal.toml")["text"]},
        "figures": {each["name"] for each in load_toml("figures.toml")["figures"]},
    }
    for _, slot in slots_of(made.html):
        assert slot.name in kept.get(slot.kind, {slot.name})


@pytest.mark.parametrize(
    "article",
    [a for a in ARTICLES if a.language == "zh-Hans"],
    ids=[a.key for a in ARTICLES if a.language == "zh-Hans"],
)
def test_chinese_is_set_by_the_rules(article: Article) -> None:
    shown = [article.meta["title"], article.meta["description"], article.prose]
    shown += article.meta["asked_as"] + article.meta["tags"]
    for text in shown:
        for rule in (NO_SPACE_BETWEEN, SPACE_AT_MARK, HALF_WIDTH_MARK):
            found = rule.search(text)
            assert not found, text[max(0, found.start() - 15) : found.end() + 15]
    assert '"' not in article.prose
    assert "您" not in article.body


def test_glossary_is_plain_and_in_both_languages() -> None:
    terms = load_toml("glossary.toml")["term"]
    assert len(terms) >= 40
    assert len({term["key"] for term in terms}) == len(terms)
    for term in terms:
        assert set(term) <= {"key", "en", "zh-Hans", "article", "automatic"}
        assert term.get("article", next(iter(SLUGS))) in SLUGS
        for language in LANGUAGES:
            said = term[language]
            assert said["name"].strip()
            assert 10 <= len(said["definition"]) <= 260
            assert all(alias.strip() for alias in said.get("aliases", []))
        assert not NEVER_EN.search(term["en"]["definition"])
        chinese = term["zh-Hans"]["definition"]
        assert not NEVER_ZH.search(chinese)
        assert not NO_SPACE_BETWEEN.search(chinese), chinese


def to_traditional(words: dict[str, str]) -> Callable[[str], str]:
    """As the head of zh-hant.toml says: OpenCC first, then the longest entry at each place."""
    opened = opencc.OpenCC("s2twp")
    entries = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    return lambda text: entries.sub(lambda found: words[found[0]], opened.convert(text))


def test_traditional_reads_like_taiwan_and_hong_kong() -> None:
    words = load_toml("zh-hant.toml")["words"]
    assert sum(before != after for before, after in words.items()) >= 60
    traditional = to_traditional(words)
    assert traditional("你的充值没到账“网络”") == "您的儲值沒到帳「網路」"
    for article in (a for a in ARTICLES if a.language == "zh-Hans"):
        source = f"{article.meta['title']}\n{article.meta['description']}\n{article.body}"
        result = traditional(source)
        assert not MAINLAND.findall(result), article.key
        assert ARTICLE_LINK.findall(result) == ARTICLE_LINK.findall(source)
        prose = replace(article, body=result).prose
        found = NO_SPACE_BETWEEN.search(prose) or SPACE_AT_MARK.search(prose)
        assert not found, prose[max(0, found.start() - 15) : found.end() + 15]


def test_queries_ask_for_articles_that_exist() -> None:
    lines = (CONTENT / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(line) for line in lines]
    assert len(queries) >= 220
    assert len({query["id"] for query in queries}) == len(queries)
    assert len({query["text"] for query in queries}) == len(queries)
    assert {query["lang"] for query in queries} == {"en", "zh-Hans", "zh-Hant"}
    for query in queries:
        assert set(query) == {"id", "text", "lang", "kind", "relevant"}
        assert query["text"].strip()
        assert query["relevant"]
        assert set(query["relevant"]) <= KEYS, query
    given_away = {text.lower() for article in ARTICLES for text in article.meta["asked_as"]}
    assert not given_away & {query["text"].lower() for query in queries}
    asked_for = {key for query in queries for key in query["relevant"]}
    assert asked_for == KEYS, "each article is looked for by at least one query"
