"""What can go wrong with articles."""

from fanlight.kernel.errors import FanlightError, Kind


class ArticleNotFound(FanlightError):
    """No such article, or not one the actor may see: we never tell which."""

    code, kind = "article_not_found", Kind.NOT_FOUND


class CategoryNotFound(FanlightError):
    """No category has this key."""

    code, kind = "category_not_found", Kind.NOT_FOUND


class ArticleMoved(FanlightError):
    """Someone saved the article after we read it: read again, then decide again."""

    code, kind = "article_moved", Kind.CONFLICT


class UnknownLanguage(FanlightError):
    """The help center is not kept in this language; ``languages`` names those it is."""

    code, kind = "unknown_language", Kind.BAD_INPUT


class SearchNotReady(FanlightError):
    """The search index of this machine is still being built; try again in a moment."""

    code, kind = "search_not_ready", Kind.UNAVAILABLE
