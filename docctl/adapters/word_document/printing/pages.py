"""The copy of a Word file that LibreOffice makes pages of, without what it prints otherwise than Word shows it."""

import re

from lxml import etree

from docctl.adapters.word_document.controls import content_of
from docctl.adapters.word_document.package import open_word, write_word
from docctl.adapters.word_document.printing.forms import with_forms_written
from docctl.adapters.word_document.xml import w
from docctl.word_format.markup import MATHS

_BLOCKS = (w("p"), w("tbl"), w("tr"), w("tc"))
_KIND = w("type")
_SIGN_OF_FORMULAS = re.compile(r"[#&_~^%`\"\\]")
"""Signs that tell LibreOffice what to draw, wherever they stand in a formula."""
_OF_EVERY_CONTROL = {
    *("rPr", "alias", "tag", "id", "lock", "placeholder", "temporary", "showingPlcHdr", "dataBinding", "richText"),
    *("label", "tabIndex", "appearance", "color"),
}


def printable_word(word: bytes) -> bytes:
    """Return a Word file as LibreOffice prints it whole: without the controls that only hold text, old forms as text.

    LibreOffice leaves out what stands before the first note in such a control, and the gap between two words where a
    page is to end within a cell. What is filled in stays a control.
    """
    word = with_forms_written(word)
    document = open_word(word)
    formulas = [run for run in document.element.iter(f"{MATHS}r") if _SIGN_OF_FORMULAS.search(_text_of(run))]
    holding = [control for control in document.element.iter(w("sdt")) if _only_holds_text(control)]
    breaks = [each for each in document.element.iter(w("br")) if each.get(_KIND) == "page" and _is_in_cell(each)]
    if not holding and not breaks and not formulas:
        return word
    for run in formulas:
        _take_by_letters(run)
    for each in breaks:
        del each.attrib[_KIND]
    for control in holding:
        for child in list(content_of(control)):
            control.addprevious(child)
        control.getparent().remove(control)
    return write_word(document)


def _text_of(run: etree._Element) -> str:
    return "".join(each.text or "" for each in run.iter(f"{MATHS}t"))


def _take_by_letters(run: etree._Element) -> None:
    """Let signs of a formula be no orders to LibreOffice, which prints ∧ for & and a mark of an error for #."""
    properties = run.find(f"{MATHS}rPr")
    if properties is None:
        properties = etree.Element(f"{MATHS}rPr")
        run.insert(0, properties)
    for name in ("scr", "sty", "nor"):
        for old in properties.findall(f"{MATHS}{name}"):
            properties.remove(old)
    literal = properties.find(f"{MATHS}lit")
    properties.insert(0 if literal is None else 1, etree.Element(f"{MATHS}nor"))
    if any(_is_spread(each) for each in run.iterancestors(f"{MATHS}eqArr")):
        for text in run.iter(f"{MATHS}t"):
            text.text = (text.text or "").replace("#", "\u2003", 1)


def _is_spread(lines: etree._Element) -> bool:
    """Say whether Word puts the number of an equation apart, where a # stands in it."""
    stated = lines.find(f"{MATHS}eqArrPr/{MATHS}maxDist")
    return stated is not None and stated.get(f"{MATHS}val", "1") in ("1", "on", "true")


def _is_in_cell(element: etree._Element) -> bool:
    return next(element.iterancestors(w("tc")), None) is not None


def _only_holds_text(control: etree._Element) -> bool:
    properties = control.find(w("sdtPr"))
    kinds = set() if properties is None else {etree.QName(child).localname for child in properties}
    content = content_of(control)
    # LibreOffice prints the instruction of a field in a control within a line, and no gap where a line ends in one.
    is_misprinted = next(content.iter(w("fldChar"), w("br"), w("cr")), None) is not None
    # Nor does it print what stands before another control in one within a line.
    holds_another = next(content.iter(w("sdt")), None) is not None and not any(each.tag in _BLOCKS for each in content)
    return (
        holds_another
        or (kinds <= {*_OF_EVERY_CONTROL, "text"} and is_misprinted)
        or (kinds <= _OF_EVERY_CONTROL and any(child.tag in _BLOCKS for child in content))
    )
