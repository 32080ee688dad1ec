"""The copy of a Word file that LibreOffice makes pages of, without what it prints otherwise than Word shows it."""

from lxml import etree

from docctl.adapters.word_document.controls import content_of
from docctl.adapters.word_document.package import open_word, write_word
from docctl.adapters.word_document.printing.forms import with_forms_written
from docctl.adapters.word_document.xml import w

_BLOCKS = (w("p"), w("tbl"), w("tr"), w("tc"))
_KIND = w("type")
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
    holding = [control for control in document.element.iter(w("sdt")) if _only_holds_text(control)]
    breaks = [each for each in document.element.iter(w("br")) if each.get(_KIND) == "page" and _is_in_cell(each)]
    if not holding and not breaks:
        return word
    for each in breaks:
        del each.attrib[_KIND]
    for control in holding:
        for child in list(content_of(control)):
            control.addprevious(child)
        control.getparent().remove(control)
    return write_word(document)


def _is_in_cell(element: etree._Element) -> bool:
    return next(element.iterancestors(w("tc")), None) is not None


def _only_holds_text(control: etree._Element) -> bool:
    properties = control.find(w("sdtPr"))
    kinds = set() if properties is None else {etree.QName(child).localname for child in properties}
    content = content_of(control)
    # LibreOffice prints the instruction of a field in a control within a line, and no gap where a line ends in one.
    is_misprinted = next(content.iter(w("fldChar"), w("br"), w("cr")), None) is not None
    return (kinds <= {*_OF_EVERY_CONTROL, "text"} and is_misprinted) or (
        kinds <= _OF_EVERY_CONTROL and any(child.tag in _BLOCKS for child in content)
    )
