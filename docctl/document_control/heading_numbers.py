"""The numbers that page, Word file and PDF of a revision show before its headings: those of its Word template."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control.word_templates import template_of
from docctl.domain.documents.reading_text import ReadingView
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import WORD
from docctl.domain.errors import TemplateError
from docctl.texts.section_number import counted_levels

if TYPE_CHECKING:
    from docctl.document_control import DocumentControl


def numbers_of_headings(
    control: "DocumentControl", session: Session, revision: Revision, view: ReadingView
) -> tuple[str, ...]:  # fmt: skip
    """Return the number of each heading of a text, in their order, empty where it has none.

    A text that was written in Word has the numbers of its own file, and they are part of it.
    """
    headings = [section for section in view.sections if section.title]
    levels = counted_levels([(each.level, f"{each.number} {each.title}".strip()) for each in headings])
    if revision.current.source == WORD or not any(levels):
        return ("",) * len(headings)
    try:
        template = template_of(control, session, revision.document.type)
        return tools.conversion.heading_numbers(template.data, tuple(levels))
    except TemplateError:
        return ("",) * len(headings)
