"""Bookmarks before and behind the text of a Word file: its bounds where a program drops content controls."""

from docx.document import Document
from lxml import etree

from docctl.adapters.word_document.xml import element, text_of, w
from docctl.domain.errors import TemplateError

BEFORE, BEHIND = "docctl_before_text", "docctl_behind_text"
BEFORE_ALL = "docctl_before_all_text"
"""Where nothing but the text follows, to the end of the file."""


def put_bookmarks(document: Document, control: etree._Element) -> None:
    """Put a bookmark into what stands before and behind a control, and take older ones away."""
    root = document.element
    for old in [
        start for start in root.iter(w("bookmarkStart")) if start.get(w("name")) in (BEFORE, BEFORE_ALL, BEHIND)
    ]:
        for mark in [old, *(end for end in root.iter(w("bookmarkEnd")) if end.get(w("id")) == old.get(w("id")))]:
            mark.getparent().remove(mark)
    taken = [int(start.get(w("id"))) for start in root.iter(w("bookmarkStart")) if start.get(w("id"), "").isdigit()]
    first = max(taken, default=0) + 1
    is_last = not any(text_of(block).strip() for block in control.itersiblings())
    _put(_home_before(control), BEFORE_ALL if is_last else BEFORE, first)
    _put(_home_behind(control), BEHIND, first + 1)


def bookmarked(document: Document) -> list[etree._Element]:
    """The paragraphs and tables between the bookmarks; raises TemplateError where one of them is gone."""
    body = document.element.body
    marks = {start.get(w("name")): start for start in body.iter(w("bookmarkStart"))}
    start, end = marks.get(BEFORE, marks.get(BEFORE_ALL)), marks.get(BEHIND)
    if start is None or (end is None and BEFORE_ALL not in marks):
        raise TemplateError("The Word file has lost the bounds of its text; edit a copy downloaded anew.")
    before = _block(body, start)
    first = body.index(before)
    if before.tag != w("p") or not text_of(before).strip():
        first += 1
    found = list(body)[first : len(body) if end is None or BEFORE_ALL in marks else body.index(_block(body, end))]
    return [block for block in found if block.tag in (w("p"), w("tbl"), w("sdt"))]


def _put(home: etree._Element, name: str, number: int) -> None:
    start = element("bookmarkStart", id=str(number))
    start.set(w("name"), name)
    place = 1 if len(home) and home[0].tag == w("pPr") else 0
    home.insert(place, start)
    start.addnext(element("bookmarkEnd", id=str(number)))


def _home_before(control: etree._Element) -> etree._Element:
    block = control.getprevious()
    found = list(block.iter(w("p"))) if block is not None and block.tag in (w("p"), w("tbl"), w("sdt")) else []
    if found:
        return found[-1]
    made = element("p")
    control.addprevious(made)
    return made


def _home_behind(control: etree._Element) -> etree._Element:
    block = control.getnext()
    found = list(block.iter(w("p"))) if block is not None and block.tag in (w("p"), w("tbl"), w("sdt")) else []
    if found:
        return found[0]
    made = element("p")
    control.addnext(made)
    return made


def _block(body: etree._Element, mark: etree._Element) -> etree._Element:
    while mark.getparent() is not body:
        mark = mark.getparent()
    return mark
