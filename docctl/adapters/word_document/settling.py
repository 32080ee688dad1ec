"""Tracked changes of a Word file settled, all accepted or all rejected, and its comments taken out."""

from collections.abc import Iterable

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from docctl.adapters.word_document.package import open_word, page_parts, write_word
from docctl.adapters.word_document.xml import element, w

_FORMER = ("rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange", "tblGridChange")
_FORGOTTEN = ("tblPrExChange", "numberingChange", "cellMerge")
_ROOMS = (
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
    "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
)  # fmt: skip
_COMMENTS = ("commentRangeStart", "commentRangeEnd")
_NOTES = (RT.FOOTNOTES, RT.ENDNOTES)
_AS_KEPT = {w("delText"): w("t"), w("delInstrText"): w("instrText")}


def settle_word_changes(word: bytes, *, accept: bool) -> bytes:
    """Return a Word file without tracked changes and comments: as if all were accepted, or all rejected."""
    document = open_word(word)
    for root in _roots(document):
        _settle(root, accept=accept)
    _take_out_comments(document)
    return write_word(document)


def _roots(document: Document) -> Iterable[etree._Element]:
    yield document.element
    for part in page_parts(document):
        yield part.element
    for relationship in document.part.rels.values():
        if relationship.reltype in _NOTES and hasattr(relationship.target_part, "element"):
            yield relationship.target_part.element


def _settle(root: etree._Element, *, accept: bool) -> None:
    kept, dropped = ("ins", "moveTo"), ("del", "moveFrom")
    if not accept:
        kept, dropped = dropped, kept
    keeps, drops = set(map(w, kept)), set(map(w, dropped))
    _settle_rows_and_cells(root, drops, accept=accept)
    joined = [paragraph for paragraph in root.iter(w("p")) if _mark_goes(paragraph, drops)]
    for mark in list(root.iter(*keeps, *drops)):
        if mark.tag in drops or mark.getparent().tag in (w("rPr"), w("trPr"), w("ctrlPr")):
            _remove(mark)
        else:
            _unwrap(mark)
    for part in list(root.iter(*_AS_KEPT)):
        part.tag = _AS_KEPT[part.tag]
    for paragraph in joined:
        _flow_into_the_next(paragraph)
    for former in list(root.iter(*map(w, _FORMER))):
        _settle_properties(former, accept=accept)
    for forgotten in list(root.iter(*map(w, (*_FORGOTTEN, *_ROOMS)))):
        _remove(forgotten)


def _settle_rows_and_cells(root: etree._Element, drops: set[str], *, accept: bool) -> None:
    for row in list(root.iter(w("tr"))):
        if any(mark.tag in drops for mark in row.iterfind(f"{w('trPr')}/*")):
            _remove(row)
    goes, stays = (w("cellDel"), w("cellIns")) if accept else (w("cellIns"), w("cellDel"))
    for mark in list(root.iter(goes, stays)):
        cell = next(mark.iterancestors(w("tc")))
        _remove(cell if mark.tag == goes else mark)
    for table in list(root.iter(w("tbl"))):
        if table.find(w("tr")) is None:
            _remove(table)


def _mark_goes(paragraph: etree._Element, drops: set[str]) -> bool:
    """Say whether the mark that ends a paragraph is settled away, so that its text flows into the next."""
    marks = {mark.tag for mark in paragraph.iterfind(f"{w('pPr')}/{w('rPr')}/*")}
    return bool(marks & drops)


def _flow_into_the_next(paragraph: etree._Element) -> None:
    text = [child for child in paragraph if child.tag != w("pPr")]
    following = next((each for each in paragraph.itersiblings() if each.tag in (w("p"), w("tbl"))), None)
    if following is None or following.tag != w("p"):
        if not text and paragraph.getparent().tag != w("tc"):
            _remove(paragraph)
        return
    place = 1 if following.find(w("pPr")) is not None else 0
    for child in reversed(text):
        following.insert(place, child)
    _remove(paragraph)


def _settle_properties(former: etree._Element, *, accept: bool) -> None:
    """Forget what a format was before, or put it back."""
    properties = former.getparent()
    if not accept and len(former):
        keeps = [each for each in properties if each.tag in (w("rPr"), w("sectPr"), w("ins"), w("del"))]
        restored = [*former[0], *keeps] if properties.tag == w("pPr") else list(former[0])
        for child in list(properties):
            properties.remove(child)
        properties.extend(restored)
        return
    _remove(former)


def _take_out_comments(document: Document) -> None:
    for root in _roots(document):
        for mark in list(root.iter(*map(w, _COMMENTS))):
            _remove(mark)
        for reference in list(root.iter(w("commentReference"))):
            _remove(reference.getparent())
    for name, relationship in list(document.part.rels.items()):
        if "comments" in relationship.reltype.rsplit("/", 1)[-1].lower():
            del document.part.rels[name]


def _unwrap(mark: etree._Element) -> None:
    for child in list(mark):
        mark.addprevious(child)
    _remove(mark)


def _remove(node: etree._Element) -> None:
    """Take an element out; a cell or text box never stays without a paragraph."""
    parent = node.getparent()
    parent.remove(node)
    if parent.tag in (w("tc"), w("txbxContent")) and parent.find(w("p")) is None:
        parent.append(element("p"))
