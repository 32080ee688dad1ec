"""Marking languages: a text in several languages says so in itself, on every road on which it is stored."""

from docctl import tools
from docctl.texts.section_languages import with_marks, without_marks


def with_languages(markdown: str) -> str:
    """Return a text with a mark at each heading at which its language changes; none where all of it is in one."""
    plain = without_marks(markdown)
    return with_marks(plain, tools.reading_view.heading_lines(plain), tools.language_recognition.languages_of)
