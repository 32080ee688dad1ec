"""The mark in a Word file that an author edits, by which the library knows what it was downloaded as."""

import io
import re
import zipfile

from docx.document import Document
from lxml import etree

from docctl.adapters.word_document.controls import controls_in
from docctl.adapters.word_document.package import open_word, page_parts, write_word
from docctl.adapters.word_document.xml import element, text_of, w

_PREFIX = re.compile(r"docctl_base2?_")
_ISSUED = re.compile(r"(\S+), revision (\d{1,6}), ")
_NAMED = re.compile(rb"docctl_base2?_\d{1,9}_[a-z2-7]{16}")


def put_base_mark(document: Document, mark: str) -> None:
    """Put a mark at the beginning and at the end of a file, so that one stays where the other is edited away."""
    root = document.element
    _take_away(root)
    paragraphs = list(root.body.iter(w("p")))
    taken = [int(start.get(w("id"))) for start in root.iter(w("bookmarkStart")) if start.get(w("id"), "").isdigit()]
    number = max(taken, default=0) + 1
    places = ((paragraphs[:1], mark), (paragraphs[-1:], _PREFIX.sub("docctl_base2_", mark)))
    for place, (home, name) in enumerate(places):
        for paragraph in home:
            start = element("bookmarkStart", id=str(number + place))
            start.set(w("name"), name)
            at = 1 if len(paragraph) and paragraph[0].tag == w("pPr") else 0
            paragraph.insert(at, start)
            start.addnext(element("bookmarkEnd", id=str(number + place)))


def base_marks_in(word: bytes) -> tuple[str, ...]:
    """Return the marks that a file carries, by whichever program it was saved."""
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        texts = [
            package.read(name) for name in package.namelist() if name.startswith("word/") and name.endswith(".xml")
        ]
    return tuple(dict.fromkeys(mark.decode() for text in texts for mark in _NAMED.findall(text)))


def without_base_marks(word: bytes) -> bytes:
    """Return a file without its marks, which are no part of what was written."""
    if not base_marks_in(word):
        return word
    document = open_word(word)
    _take_away(document.element)
    return write_word(document)


def stated_in(word: bytes) -> dict[str, str]:
    """Return what the content controls of a file show, each by its tag."""
    document = open_word(word)
    roots = [document.element, *(part.element for part in page_parts(document))]
    tags = ("docctl:number", "docctl:revision")
    return {tag: text_of(found[0]).strip() for tag in tags for found in [_controls(roots, tag)] if found}


def issued_as(word: bytes) -> tuple[str, int] | None:
    """Return the number and revision that an issued file states in its properties; None where it states none."""
    stated = _ISSUED.match(open_word(word).core_properties.subject or "")
    return (stated[1], int(stated[2])) if stated is not None else None


def _controls(roots: list[etree._Element], tag: str) -> list[etree._Element]:
    return [control for root in roots for control in controls_in(root, tag)]


def _take_away(root: etree._Element) -> None:
    marks = [start for start in root.iter(w("bookmarkStart")) if _PREFIX.match(start.get(w("name"), ""))]
    ids = {start.get(w("id")) for start in marks}
    ends = [end for end in root.iter(w("bookmarkEnd")) if end.get(w("id")) in ids]
    for node in [*marks, *ends]:
        node.getparent().remove(node)
