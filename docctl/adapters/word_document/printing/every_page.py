"""Headers and footers of a Word document: each page shows one of its own, whatever its section says of first pages."""

from typing import Literal

from docx.document import Document
from docx.section import _BaseHeaderFooter

from docctl.adapters.word_document.own_lines import take_number_off


def ensure_on_every_page(document: Document, kind: Literal["header", "footer"]) -> None:
    """Give the first section headers or footers of its own, also where first or even pages have others."""
    sections = list(document.sections)
    if not sections:
        return
    wanted: list[_BaseHeaderFooter] = [getattr(sections[0], kind)]
    if any(section.different_first_page_header_footer for section in sections):
        wanted.append(getattr(sections[0], f"first_page_{kind}"))
    if document.settings.odd_and_even_pages_header_footer:
        wanted.append(getattr(sections[0], f"even_page_{kind}"))
    for each in wanted:
        if each.is_linked_to_previous:
            each.is_linked_to_previous = False
            take_number_off(document, (line._p for line in each.paragraphs))
