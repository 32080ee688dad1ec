"""Word files filled with what an issue sheet states; values are put in as text, and nothing is ever executed."""

from collections.abc import Sequence
from dataclasses import replace

from docx.document import Document
from lxml import etree

from docctl.adapters.word_document.bookmark import put_bookmarks
from docctl.adapters.word_document.comparing.merging import put_body
from docctl.adapters.word_document.controls import (
    RECORD_STYLE,
    controls_in,
    lock,
    new_control,
    plain_table,
    record_style,
    set_rows,
    set_value,
    tag_of,
)
from docctl.adapters.word_document.direction import let_run_from_right
from docctl.adapters.word_document.drawn_over import may_hide_what_follows
from docctl.adapters.word_document.languages import speak
from docctl.adapters.word_document.mark_of_base import put_base_mark
from docctl.adapters.word_document.own_lines import take_number_off
from docctl.adapters.word_document.package import open_word, page_parts, state_properties, write_word
from docctl.adapters.word_document.printing.copy_line import put_copy_line
from docctl.adapters.word_document.printing.marking import mark_pages
from docctl.adapters.word_document.xml import element, run, w
from docctl.domain.documents.word_controls import (
    BODY_CONTROL,
    RECORD_CONTROLS,
    RECORD_HEADINGS,
    control_values,
    record_rows,
)
from docctl.domain.errors import TemplateError
from docctl.domain.issued_files.issue_sheet import IssueSheet


def fill_word(
    template: bytes, body: bytes | None, sheet: IssueSheet, sections: Sequence[tuple[str, str]] = ()
) -> bytes:
    """The Word file of a revision: a template with the text put in, or, without a text, the author's own Word file.

    An author's own file says its languages: that of the sheet, and those of the sections that begin at some headings.
    Raises TemplateError where there is no place for the text, InvalidInputError where a value cannot be printed.
    """
    return write_word(_filled(template, body, sheet, with_record=True, sections=sections))


def prepare_for_editing(template: bytes, sheet: IssueSheet, body: bytes | None = None, mark: str = "") -> bytes:
    """The Word file an author downloads: what docctl fills in is locked, the text is free to be edited.

    An author's own file keeps its properties, because fields and controls in it show who wrote it.
    """
    without_link = replace(sheet, link="", link_picture="")
    document = _filled(template, body, without_link, with_record=False)
    for control in controls_in(document.element, BODY_CONTROL)[:1]:
        put_bookmarks(document, control)
    for root in _roots(document):
        for control in controls_in(root):
            lock(control, "sdtLocked" if tag_of(control) == BODY_CONTROL else "sdtContentLocked")
    if mark:
        put_base_mark(document, mark)
    return write_word(document)


def _filled(
    template: bytes, body: bytes | None, sheet: IssueSheet, with_record: bool, sections: Sequence[tuple[str, str]] = ()
) -> Document:
    values, rows = control_values(sheet), record_rows(sheet)
    document = open_word(template)
    if body is not None:
        places = controls_in(document.element, BODY_CONTROL)
        if len(places) != 1:
            raise TemplateError(
                "The Word template has %(count)s controls %(body_control)s, and must have one; mend it first.",
                count=len(places),
                body_control=BODY_CONTROL,
            )
        put_body(document, places[0], open_word(body), sheet.heading_numbers)
        let_run_from_right(document, sheet.language)
    elif with_record:
        speak(document, sheet.language or "en", sections)
    if with_record:
        _append_missing_record(document, rows)
    for root in _roots(document):
        for control in controls_in(root):
            tag = tag_of(control)
            if tag in values:
                set_value(control, values[tag])
            elif tag in rows:
                set_rows(control, rows[tag], RECORD_HEADINGS[tag])
    _give_record_style(document)
    _keep_tables_apart(document)
    document.element.body.get_or_add_sectPr()
    mark_pages(document, sheet)
    put_copy_line(document, sheet)
    if with_record or controls_in(document.element, BODY_CONTROL):
        state_properties(document, sheet)
    return document


def _roots(document: Document) -> list[etree._Element]:
    return [document.element, *(part.element for part in page_parts(document))]


def _give_record_style(document: Document) -> None:
    """Add the style of the tables that docctl made for records, where there are any."""
    used = {mark.get(w("val")) for mark in document.element.body.iter(w("tblStyle"))}
    styles = document.styles.element
    if RECORD_STYLE in used and all(style.get(w("styleId")) != RECORD_STYLE for style in styles.iter(w("style"))):
        styles.append(record_style())


def _keep_tables_apart(document: Document) -> None:
    """Put a line between two tables of which one stands in a control, because they would be shown as one."""
    for table in list(document.element.body.iter(w("tbl"))):
        last, crosses = table, False
        while (following := _shown_after(last)) is None and last.getparent().tag == w("sdtContent"):
            last, crosses = last.getparent().getparent(), True
        while following is not None and following.tag == w("sdt"):
            content = following.find(w("sdtContent"))
            following, crosses = (content[0] if content is not None and len(content) else None), True
        if crosses and following is not None and following.tag == w("tbl"):
            last.addnext(element("p"))


def _shown_after(node: etree._Element) -> etree._Element | None:
    """What follows in the same place; marks are not shown."""
    marks = (w("bookmarkStart"), w("bookmarkEnd"))
    return next((each for each in node.itersiblings() if each.tag not in marks), None)


def _append_missing_record(document: Document, rows: dict[str, list[tuple[str, ...]]]) -> None:
    """Close a document that has no place for approvals, revision history or clauses with a record of them.

    It begins a page of its own where a drawing may float over it.
    """
    present = {tag_of(control) for control in controls_in(document.element)}
    page = document.element.body.sectPr
    begins_page = may_hide_what_follows(document.element.body)
    for tag in RECORD_CONTROLS:
        if tag in present or not rows[tag]:
            continue
        title = tag.removeprefix("docctl:").replace("_", " ").capitalize()
        own_page = [element("pageBreakBefore")] if begins_page else []
        place = element("pPr", element("keepNext"), *own_page, element("spacing", before="320", after="100"))
        begins_page = False
        heading = element("p", place, run(title, element("rPr", element("b"))))
        parts = [heading, new_control(tag, title, plain_table(RECORD_HEADINGS[tag])), element("p")]
        for part in parts:
            page.addprevious(part) if page is not None else document.element.body.append(part)
            take_number_off(document, part.iter(w("p")))
