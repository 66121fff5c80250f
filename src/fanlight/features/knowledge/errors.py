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


class DraftMoved(FanlightError):
    """Somebody else saved this draft after we read it: read theirs, then decide."""

    code, kind = "draft_moved", Kind.CONFLICT


class AddressTaken(FanlightError):
    """Another article stands at this address."""

    code, kind = "address_taken", Kind.CONFLICT


class AddressUnfit(FanlightError):
    """An address is made of small Latin letters, digits and hyphens."""

    code, kind = "address_unfit", Kind.BAD_INPUT


class ArticleUntitled(FanlightError):
    """What readers get has a title and a text."""

    code, kind = "article_untitled", Kind.BAD_INPUT


class ArticleTooLong(FanlightError):
    """One article holds ``most`` characters; more is a book."""

    code, kind = "article_too_long", Kind.BAD_INPUT


class TimePassed(FanlightError):
    """A text is published at a time that lies ahead."""

    code, kind = "time_passed", Kind.BAD_INPUT


class PictureNotFound(FanlightError):
    """There is no picture at this address."""

    code, kind = "picture_not_found", Kind.NOT_FOUND


class PictureRefused(FanlightError):
    """What was given is no picture that a page can show."""

    code, kind = "picture_refused", Kind.UNPROCESSABLE


class EntryNotFound(FanlightError):
    """No term, legal text or set of figures has this key."""

    code, kind = "entry_not_found", Kind.NOT_FOUND


class EntryMoved(FanlightError):
    """Somebody saved or made the entry meanwhile: read theirs, then decide."""

    code, kind = "entry_moved", Kind.CONFLICT


class EntryUnfit(FanlightError):
    """What an entry needs is missing: a key of small letters, a name, a text; ``why`` says what."""

    code, kind = "entry_unfit", Kind.BAD_INPUT


class AudienceUnknown(FanlightError):
    """An article is for everybody, for whoever is signed in, or for named groups of them."""

    code, kind = "audience_unknown", Kind.BAD_INPUT


class ContextUnfit(FanlightError):
    """A name for the exchange's pages has small Latin letters, digits, dots and hyphens."""

    code, kind = "context_unfit", Kind.BAD_INPUT


class ContextTaken(FanlightError):
    """One name stands for one article."""

    code, kind = "context_taken", Kind.CONFLICT


class SynonymExists(FanlightError):
    """A group of synonyms is led by this word already."""

    code, kind = "synonym_exists", Kind.CONFLICT


class SynonymMoved(FanlightError):
    """Someone saved the group after we read it: read again, then decide again."""

    code, kind = "synonym_moved", Kind.CONFLICT


class SynonymNotFound(FanlightError):
    """No such group of synonyms."""

    code, kind = "synonym_not_found", Kind.NOT_FOUND


class SynonymTooShort(FanlightError):
    """A group has two words or more."""

    code, kind = "synonym_too_short", Kind.BAD_INPUT


class ClipNotFound(FanlightError):
    """There is no video and there are no captions at this address."""

    code, kind = "clip_not_found", Kind.NOT_FOUND


class ClipRefused(FanlightError):
    """What was given is no video or captions that a page can play, or too large for one."""

    code, kind = "clip_refused", Kind.UNPROCESSABLE


class WishNotFound(FanlightError):
    """What readers wanted is no longer on the list."""

    code, kind = "wish_not_found", Kind.NOT_FOUND


class WishSettled(FanlightError):
    """Somebody has begun to write it, or dismissed it."""

    code, kind = "wish_settled", Kind.CONFLICT


class ReasonMissing(FanlightError):
    """What is taken off a list is taken off with a reason."""

    code, kind = "reason_missing", Kind.BAD_INPUT


class TransferNotFound(FanlightError):
    """No such import or export, or its file is forgotten by now."""

    code, kind = "transfer_not_found", Kind.NOT_FOUND


class TransferRunning(FanlightError):
    """One import at a time: two would wait for each other's articles."""

    code, kind = "transfer_running", Kind.CONFLICT


class TransferSettled(FanlightError):
    """It has gone on meanwhile: what was asked for does not fit where it stands now."""

    code, kind = "transfer_settled", Kind.CONFLICT


class UploadTooLarge(FanlightError):
    """An import through the console is bounded; larger ones come by the command line."""

    code, kind = "upload_too_large", Kind.BAD_INPUT


class NotInReview(FanlightError):
    """Only what somebody has asked a review for is sent back."""

    code, kind = "not_in_review", Kind.CONFLICT


class SecondPersonNeeded(FanlightError):
    """Who wrote a text alone does not publish it: somebody else looks first."""

    code, kind = "second_person_needed", Kind.CONFLICT


class OrderMoved(FanlightError):
    """Somebody added, moved or took away one of them meanwhile: look at the order again."""

    code, kind = "order_moved", Kind.CONFLICT


class ImportNeedsSecond(FanlightError):
    """Where two persons look at a text, who brought a file in does not import it alone."""

    code, kind = "import_needs_second", Kind.CONFLICT


class AddressLoops(FanlightError):
    """An old address cannot lead to where an article stands today."""

    code, kind = "address_loops", Kind.BAD_INPUT


class CategoryInUse(FanlightError):
    """Articles stand on this shelf: move them first."""

    code, kind = "category_in_use", Kind.CONFLICT


class TooMany(FanlightError):
    """One act changes ``most`` articles."""

    code, kind = "too_many", Kind.BAD_INPUT
