"""HTML letters are safe to show and readable as text."""

import pytest

from fanlight.channels.adapters.email import clean, html_text


def cleaned(html: str) -> str:
    found = clean.clean(html)
    assert found is not None
    return found.html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" jAvAsCrIpT&#58;alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<svg><script>alert(1)</script></svg>",
        '<math><mtext><mglyph><style><img src=x onerror="alert(1)">',
        "<iframe src=//evil.example></iframe>",
        "<style>@import url(//evil.example)</style>",
        '<p style="background:url(//evil.example/x);position:fixed">x</p>',
        '<form action="//evil.example"><input name=password></form>',
        '<meta http-equiv=refresh content="0;url=//evil.example">',
        '<base href="//evil.example"><link rel=stylesheet href=x>',
        "<img src=//evil.example/p.gif><img src='https://evil.example/p.gif' srcset='//evil.example 2x'>",  # noqa: E501
        '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
        '<video poster="//evil.example"><source src="//evil.example"></video>',
        '<table background="//evil.example"><tr><td background="//evil.example">',
    ],
)
def test_nothing_runs_and_nothing_loads(html: str) -> None:
    safe = cleaned(html).lower()

    assert "alert(" not in safe
    assert "evil.example" not in safe
    assert "javascript" not in safe
    assert "<svg" not in safe


def test_pictures_of_the_mail_itself_stay_and_remote_ones_are_counted() -> None:
    found = clean.clean('<img src="cid:p1@x" alt="Proof"><img src="https://t.example/1.gif">')

    assert found == clean.Cleaned('<img src="cid:p1@x" alt="Proof"><img>', 1)


def test_a_link_says_where_it_really_leads() -> None:
    honest = cleaned('<a href="https://meridian.example/help">meridian.example</a>')
    named = cleaned('<a href="https://meridian.example/help">Help</a>')
    lying = cleaned('<a href="https://evil.example/"><b>https://meridian.example/login</b></a>')
    lookalike = cleaned('<a href="https://xn--mridian-4oa.example/">méridian.example</a>')

    assert "link-target" not in honest
    assert '<span class="link-target">meridian.example</span>' in named
    assert '<span class="link-target link-lies">evil.example</span>' in lying
    assert "link-lies" not in lookalike


def test_a_letter_cannot_fake_our_mark() -> None:
    safe = cleaned('<span class="link-target">meridian.example</span>')

    assert safe == "<span>meridian.example</span>"


def test_letters_beyond_reason_are_shown_as_text_only() -> None:
    assert clean.clean("x" * (clean.MAX_CHARS + 1)) is None
    assert clean.clean("x" * clean.MAX_CHARS) is not None


def test_html_reads_as_text() -> None:
    html = (
        "<html><head><title>no</title><style>p{}</style></head><body><p>您好，</p>"
        "<p>Steps:</p><ol>"
        "<li>Open <a href='https://a.example/x'>this page</a></li><li>Wait</li></ol>"
        "<table><tr><td>UID</td><td>88213345</td></tr></table><pre>a\n  b</pre>"
        "<div style='display:none'>hidden</div><blockquote>quoted<br>twice</blockquote>"
        "<script>no()</script>Fin &amp; end</body></html>"
    )

    assert html_text.to_text(html) == (
        "您好，\n\nSteps:\n\n1. Open this page <https://a.example/x>\n2. Wait\n\nUID  88213345\n\n"
        "a\n  b\n\n> quoted\n> twice\n\nFin & end"
    )


@pytest.mark.parametrize(
    "html", ["<" * 5000, "<![x[", "<div>" * 20_000 + "deep", "<!--", "&#xFFFFFFFF;", "<a href='"]
)
def test_broken_markup_gives_text_and_no_error(html: str) -> None:
    assert isinstance(html_text.to_text(html), str)
    if html.endswith("deep"):
        assert "deep" in html_text.to_text(html)
