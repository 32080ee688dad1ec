"""What a Word file says of itself, read from its markup before anything converts it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WordFacts:
    """Properties, headers and footers, what is still open in it, and counts to hold a conversion against."""

    title: str = ""
    subject: str = ""
    creator: str = ""
    keywords: str = ""
    language: str = ""
    first_heading: str = ""
    header_texts: tuple[str, ...] = ()
    footer_texts: tuple[str, ...] = ()
    tracked_changes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    hidden_texts: tuple[str, ...] = ()
    tables: int = 0
    pictures: int = 0
    embedded_objects: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()
    is_strict: bool = False
    is_template: bool = False
