"""Word files made from a template for a language that is written from right to left."""

from docx.document import Document
from lxml import etree

from docctl.adapters.word_document.xml import element, w
from docctl.texts.text_language import direction_of

_BEHIND = {
    "bidi": (
        *("adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "jc", "outlineLvl"),
        *("rtlGutter", "docGrid", "printerSettings"),
    ),
    "rtl": ("cs", "em", "lang", "eastAsianLayout", "specVanish"),
    "bidiVisual": (
        *("tblStyleRowBandSize", "tblStyleColBandSize", "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd"),
        *("tblLayout", "tblCellMar", "tblLook", "tblCaption", "tblDescription"),
    ),
}


def let_run_from_right(document: Document, language: str) -> None:
    """Let pages, paragraphs and tables run from right to left where the language does."""
    if direction_of(language) != "rtl":
        return
    defaults = document.styles.element.find(w("docDefaults"))
    for path, sign in ((f"{w('pPrDefault')}/{w('pPr')}", "bidi"), (f"{w('rPrDefault')}/{w('rPr')}", "rtl")):
        place = defaults.find(path) if defaults is not None else None
        if place is not None:
            _add(place, sign)
    for table in document.element.body.iter(w("tblPr")):
        _add(table, "bidiVisual")
    for page in document.element.body.iter(w("sectPr")):
        _add(page, "bidi")


def _add(properties: etree._Element, sign: str) -> None:
    """Put a sign among properties where the format's order wants it."""
    if properties.find(w(sign)) is not None:
        return
    behind = {w(name) for name in _BEHIND[sign]}
    follower = next((child for child in properties if child.tag in behind), None)
    if follower is None:
        properties.append(element(sign))
    else:
        follower.addprevious(element(sign))
