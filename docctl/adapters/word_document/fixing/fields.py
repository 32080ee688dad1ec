"""Fields of a Word file fixed as the text they showed; those that every page or print works out anew stay fields."""

from collections.abc import Iterable
from copy import deepcopy
from functools import partial
from itertools import takewhile
from operator import is_not

from lxml import etree

from docctl.adapters.word_document.fixing.settling import join_paragraphs
from docctl.adapters.word_document.xml import run, w
from docctl.word_format.fields import Fate, WordField, fates_of, fields_of

_KEPT_MARKS = (w("bookmarkStart"), w("bookmarkEnd"))
_SHELLS = tuple(
    map(w, ("r", "hyperlink", "smartTag", "customXml", "dir", "bdo", "ins", "fldSimple", "sdtContent", "sdt"))
)
_PROPERTIES = tuple(map(w, ("rPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "fldData")))


def fix_fields(root: etree._Element, bookmarks: Iterable[str], *, is_on_every_page: bool) -> None:
    """Leave of each field of a part the text that it showed, unless it is one that goes on being worked out."""
    read = fields_of(root)
    fates = fates_of(read, frozenset(bookmarks), is_on_every_page=is_on_every_page)
    closed = (Fate.FIXED, Fate.DROPPED, Fate.SPELT)
    spans = [_paragraphs_told_in(each, fates[each]) for each in read.fields if fates[each] in closed]
    for each in read.fields:
        _carry_out(each, fates[each])
    _take_out(read.strays)
    _close_up([span for span in spans if span is not None])


def _carry_out(each: WordField, fate: Fate) -> None:
    if fate == Fate.LIVE:
        each.begin.attrib.pop(w("dirty"), None)
        return
    if fate == Fate.SPELT:
        _spell_out(each)
    if fate in (Fate.DROPPED, Fate.GONE):
        _take_out(each.shown)
    if fate == Fate.TOLD:
        for piece in each.shown:
            piece.tag = w("instrText") if piece.tag == w("t") else piece.tag
    _take_out(each.told)
    if each.is_simple:
        _unwrap(each.begin)
    else:
        _take_out(each.marks)


def _spell_out(each: WordField) -> None:
    """Write the words of a button, which stand in its instruction."""
    text = " ".join(each.arguments[1:])
    line = each.begin.getparent()
    if text and line is not None and line.tag == w("r"):
        looks = line.find(w("rPr"))
        line.addprevious(run(text, deepcopy(looks) if looks is not None else None))


def _paragraphs_told_in(each: WordField, fate: Fate) -> tuple[etree._Element, etree._Element] | None:
    """The paragraphs in which a field begins and in which its text begins, where those are two in one place."""
    behind = each.separate if fate == Fate.FIXED and each.separate is not None else each.end
    first, last = _paragraph_around(each.begin), _paragraph_around(behind)
    if first is None or last is None or first is last or first.getparent() is not last.getparent():
        return None
    return first, last


def _paragraph_around(mark: etree._Element | None) -> etree._Element | None:
    return next(mark.iterancestors(w("p")), None) if mark is not None else None


def _close_up(spans: list[tuple[etree._Element, etree._Element]]) -> None:
    """Make one paragraph of what stood before the instruction of a field and what it shows; bookmarks stay."""
    went_on_in: dict[etree._Element, etree._Element] = {}
    for first, last in reversed(spans):  # from the end, so that each piece is moved once
        last = went_on_in.get(last, last)
        if first.getparent() is None or first.getparent() is not last.getparent():
            continue
        for block in list(takewhile(partial(is_not, last), first.itersiblings())):
            first.extend(list(block.iter(*_KEPT_MARKS)))
            block.getparent().remove(block)
        join_paragraphs(first, last)
        went_on_in[first] = last


def _take_out(pieces: Iterable[etree._Element]) -> None:
    """Take pieces out, and what was around them where nothing else is left in it."""
    for piece in pieces:
        parent = piece.getparent()
        while parent is not None:
            parent.remove(piece)
            if parent.tag not in _SHELLS or any(child.tag not in _PROPERTIES for child in parent):
                break
            piece, parent = parent, parent.getparent()


def _unwrap(simple: etree._Element) -> None:
    for child in list(simple):
        if child.tag not in _PROPERTIES:
            simple.addprevious(child)
    _take_out([simple])
