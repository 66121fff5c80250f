"""The help center's articles: writing, rendering, importing, finding.

Beside the usual files: ``analyzer`` (text to tokens), ``render`` (Markdown to safe HTML),
``presenting`` (what is filled in when an article is read), ``glossary``, ``legal`` and ``figures``
(what articles share), ``passages`` (what is searched and quoted), ``links``, ``traditional``
(zh-Hant out of zh-Hans), ``index`` and ``search`` (the search engine), ``node`` (the index of one
machine), ``importing`` (articles from elsewhere), ``drafts`` and ``editing`` (a text until readers
get it), ``placing`` (where articles stand), ``revisions`` (what readers had), ``pictures``,
``clips`` (videos and their captions).
"""
