"""The names of Word's markup that the reader of the Word file goes by."""

import posixpath
from collections.abc import Iterator
from zipfile import ZipFile

from lxml import etree
from lxml.etree import _Element as Element

from docctl.word_format.markup import CHART, CHOICES, DRAWING, MATHS, OFFICE_LINKS, VML, WORD

__all__ = ["CHOICES", "STRICT", "VML", "C", "D", "Element", "M", "W", "is_on", "usual_names", "value"]

MAIN = "word/document.xml"
_NAMED_BY_LINKS = ("styles", "numbering", "settings", "footnotes", "endnotes")

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


def usual_names(package: ZipFile) -> dict[str, str]:
    """Return what parts are called otherwise that a package names by its links: Word in a browser counts them."""
    main = next((target for kind, target in _links(package, "_rels/.rels", "") if kind == "officeDocument"), MAIN)
    folder, name = posixpath.split(main)
    linked = _links(package, f"{folder}/_rels/{name}.rels", folder)
    return {main: MAIN} | {target: f"word/{kind}.xml" for kind, target in linked if kind in _NAMED_BY_LINKS}


def _links(package: ZipFile, name: str, folder: str) -> Iterator[tuple[str, str]]:
    if name in package.namelist():
        for link in etree.fromstring(package.read(name), etree.XMLParser(resolve_entities=False, no_network=True)):
            target = link.get("Target", "")
            yield link.get("Type", "").rpartition("/")[2], posixpath.normpath(posixpath.join(f"/{folder}", target))[1:]
