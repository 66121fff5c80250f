"""Pictures that stand for an article where its link is shared."""


def card_address(category: str, slug: str, language: str) -> str:
    """Where the picture of one translation is."""
    return f"/cards/{language}/{category}/{slug}.png"
