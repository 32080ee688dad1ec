"""The names of Word's markup that the reader of the Word file goes by."""

from lxml.etree import _Element as Element

from docctl.word_format.markup import CHART, CHOICES, DRAWING, MATHS, OFFICE_LINKS, VML, WORD

__all__ = ["CHOICES", "STRICT", "VML", "C", "D", "Element", "M", "W", "is_on", "value"]

W, M, C, D = WORD, MATHS, CHART, DRAWING
STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": M[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": OFFICE_LINKS[1:-1].encode(),
}


def value(element: Element | None, path: str) -> str:
    """Return what an element below says as its value; nothing where it is not there."""
    found = element.find(f"{W}{path}") if element is not None else None
    return found.get(f"{W}val", "") if found is not None else ""


def is_on(element: Element | None, name: str) -> bool | None:
    """Say whether a property is switched on or off; None where nothing is said."""
    found = element.find(f"{W}{name}") if element is not None else None
    return None if found is None else found.get(f"{W}val", "1") not in ("0", "false", "off", "none")
