"""Drawings that float over the text and may hide what is appended behind it."""

import re
from collections.abc import Iterator

from lxml import etree

from docctl.adapters.word_document.xml import text_of, w
from docctl.word_format.markup import CHOICES, OFFICE_WORD, PLACED, VML

LETTERS_OF_A_PAGE = 4000
LINES_OF_A_PAGE = 60
_BOX = w("txbxContent")
_FALLBACK = f"{CHOICES}Fallback"
_BEHIND = re.compile(r"z-index:\s*-")


def may_hide_what_follows(body: etree._Element) -> bool:
    """Say whether a drawing may float over what is put behind a text: one in front of the text, on its last page.

    Where pages end is not known here, so that as much as a page holds is looked at, back to where one begins for sure.
    """
    letters = 0
    in_text = [each for each in body.iter(w("p")) if next(each.iterancestors(_BOX), None) is None]
    for lines, paragraph in enumerate(reversed(in_text)):
        if lines > LINES_OF_A_PAGE or letters > LETTERS_OF_A_PAGE:
            return False
        if any(_is_in_front(drawing) for drawing in _drawings(paragraph)):
            return True
        if _begins_a_page(paragraph):
            return False
        letters += len(text_of(paragraph))
    return False


def _drawings(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield what floats, of what is there twice the newer form."""
    found = paragraph.iter(f"{PLACED}anchor", w("pict"))
    yield from (each for each in found if next(each.iterancestors(_FALLBACK), None) is None)


def _is_in_front(drawing: etree._Element) -> bool:
    if drawing.tag == f"{PLACED}anchor":
        is_behind = drawing.get("behindDoc", "0") in ("1", "true")
        return drawing.find(f"{PLACED}wrapNone") is not None and not is_behind
    shapes = [shape for shape in drawing if isinstance(shape.tag, str) and shape.tag.startswith(VML)]
    return any(
        "position:absolute" in (style := shape.get("style", "").replace(" ", ""))
        and not _BEHIND.search(style)
        and not _is_gone_round(shape)
        for shape in shapes
    )


def _is_gone_round(shape: etree._Element) -> bool:
    wrap = shape.find(f"{OFFICE_WORD}wrap")
    return wrap is not None and wrap.get("type", "none") not in ("none", "through")


def _begins_a_page(paragraph: etree._Element) -> bool:
    """Say whether what follows a paragraph's beginning stands on a page of its own for sure."""
    breaks = paragraph.iterfind(f".//{w('br')}[@{w('type')}='page']")
    return next(breaks, None) is not None or paragraph.find(f"{w('pPr')}/{w('pageBreakBefore')}") is not None
