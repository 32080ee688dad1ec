"""Word templates: are their content controls whole, and with which outline does a new document start."""

from copy import deepcopy

from docx.document import Document
from lxml import etree

from docctl.adapters.word_document.bookmark import bookmarked
from docctl.adapters.word_document.controls import content_of, controls_in, placed
from docctl.adapters.word_document.package import open_word, page_parts, write_word
from docctl.adapters.word_document.unread_styles import unread_styles
from docctl.adapters.word_document.xml import element, w
from docctl.domain.documents.word_controls import BODY_CONTROL, template_faults
from docctl.domain.errors import TemplateError


def check_template(data: bytes) -> list[str]:
    """What is wrong with a Word template, one sentence for each fault; raises TemplateError when it is no Word file."""
    document = open_word(data)
    found = [placed(control, in_text=True) for control in controls_in(document.element)]
    for part in page_parts(document):
        found += [placed(control, in_text=False) for control in controls_in(part.element)]
    return [*template_faults(found), *unread_styles(document.styles.element)]


def template_outline(data: bytes) -> bytes:
    """A Word file with nothing but what ``docctl:body`` holds; raises TemplateError where there is no such control."""
    document = open_word(data)
    bodies = controls_in(document.element, BODY_CONTROL)
    if len(bodies) != 1:
        raise TemplateError(
            "The Word file has %(count)s controls %(body_control)s, and must have one; check the template.",
            count=len(bodies),
            body_control=BODY_CONTROL,
        )
    return _alone(document, deepcopy(list(content_of(bodies[0]))))


def bookmarked_text(data: bytes) -> bytes:
    """A Word file with nothing but the text, where a program dropped the controls and kept the bookmarks beside it.

    Raises TemplateError where they are gone.
    """
    document = open_word(data)
    return _alone(document, deepcopy(bookmarked(document)))


def _alone(document: Document, outline: list[etree._Element]) -> bytes:
    body = document.element.body
    page = body.sectPr
    for child in list(body):
        body.remove(child)
    body.extend(outline or [element("p")])
    if page is not None:
        for reference in [child for child in page if child.tag in (w("headerReference"), w("footerReference"))]:
            page.remove(reference)
        body.append(page)
    return write_word(document)
