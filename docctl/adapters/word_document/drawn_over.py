"""Drawings that float over the text and may hide what is appended behind it."""

import re
from collections.abc import Iterator
from math import inf

from lxml import etree

from docctl.adapters.word_document.xml import text_of, w
from docctl.word_format.markup import CHOICES, DRAWING, OFFICE_WORD, PLACED, VML

PAGE, MARGIN, LINE = 700.0, 72.0, 12.0
"""In points: how high the text of a page is, where it begins, and how high a line is at the least."""
LETTERS_OF_A_LINE = 110
_BOX = w("txbxContent")
_FALLBACK = f"{CHOICES}Fallback"
_BEHIND = re.compile(r"z-index:-")
_POINTS = re.compile(r"(?:^|;)(margin-top|top|height):(-?[\d.]+)(pt|in|)")
_OF_A_POINT = 12700
_ON_ONE_SIDE = ("left", "right", "largest")
"""Where text goes round on one side alone, LibreOffice puts tables below the drawing, as below any drawn shape."""
_SHAPES = "http://schemas.microsoft.com/office/word/2010/wordprocessing"
_GOING_ROUND = tuple(f"{PLACED}{name}" for name in ("wrapSquare", "wrapTight", "wrapThrough"))


def may_hide_what_follows(body: etree._Element) -> bool:
    """Say whether a drawing in front of the text may float over what is put behind it.

    Where lines and pages end is not known here: lines are taken to be as low, and as few, as they may be.
    """
    in_text = [each for each in body.iter(w("p")) if next(each.iterancestors(_BOX), None) is None]
    behind = 0.0
    found: list[tuple[tuple[float, bool], float]] = []
    for paragraph in reversed(in_text):
        behind += LINE * (1 + len(text_of(paragraph)) // LETTERS_OF_A_LINE)
        if behind > PAGE:
            break
        found += ((_reach(drawing), behind) for drawing in _drawings(paragraph) if _is_in_front(drawing))
        if _begins_a_page(paragraph):
            break
    top = MARGIN + behind
    return any(reach > (room if is_from_line else top) for (reach, is_from_line), room in found)


def _reach(drawing: etree._Element) -> tuple[float, bool]:
    """Return how far down a drawing reaches, and whether from its line or from the top of the page."""
    if drawing.tag != f"{PLACED}anchor":
        return max((_reach_of_shape(shape) for shape in drawing if _is_shape(shape)), default=(0.0, True))
    place, size = drawing.find(f"{PLACED}positionV"), drawing.find(f"{PLACED}extent")
    offset = place.find(f"{PLACED}posOffset") if place is not None else None
    if place is None or size is None or offset is None or not (offset.text or "").lstrip("-").isdigit():
        return inf, True
    said = place.get("relativeFrom", "")
    down = (int(offset.text) + int(size.get("cy", "0"))) / _OF_A_POINT
    return (down + MARGIN if said == "margin" else down), said in ("paragraph", "line")


def _reach_of_shape(shape: etree._Element) -> tuple[float, bool]:
    style = shape.get("style", "").replace(" ", "")
    sizes = {name: float(value) * (72 if unit == "in" else 1) for name, value, unit in _POINTS.findall(style)}
    if "height" not in sizes or "mso-position-vertical:" in style:
        return inf, True
    down = sizes["height"] + sizes.get("margin-top", sizes.get("top", 0.0))
    of_page, of_margin = (f"vertical-relative:{name}" in style for name in ("page", "margin"))
    return (down + MARGIN if of_margin else down), not (of_page or of_margin)


def _drawings(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield what floats, of what is there twice the newer form."""
    found = paragraph.iter(f"{PLACED}anchor", w("pict"))
    yield from (each for each in found if next(each.iterancestors(_FALLBACK), None) is None)


def _is_in_front(drawing: etree._Element) -> bool:
    if drawing.tag == f"{PLACED}anchor":
        is_behind = drawing.get("behindDoc", "0") in ("1", "true")
        round_it = [each for each in drawing if each.tag in _GOING_ROUND]
        is_over_tables = any(each.get("wrapText") in _ON_ONE_SIDE for each in round_it) or (
            round_it and _is_drawn(drawing)
        )
        return (drawing.find(f"{PLACED}wrapNone") is not None or bool(is_over_tables)) and not is_behind
    return any(
        "position:absolute" in (style := shape.get("style", "").replace(" ", ""))
        and not _BEHIND.search(style)
        and not _is_gone_round(shape)
        for shape in drawing
        if _is_shape(shape)
    )


def _is_drawn(drawing: etree._Element) -> bool:
    """Say whether a drawing is a shape or a group of them, and no picture or chart."""
    return any(each.get("uri", "").startswith(_SHAPES) for each in drawing.iter(f"{DRAWING}graphicData"))


def _is_shape(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag.startswith(VML)


def _is_gone_round(shape: etree._Element) -> bool:
    wrap = shape.find(f"{OFFICE_WORD}wrap")
    if wrap is None or wrap.get("type", "none") in ("none", "through"):
        return False
    holds = any(shape.find(f"{VML}{name}") is not None for name in ("imagedata", "textbox"))
    return wrap.get("type") == "topAndBottom" or (wrap.get("side", "both") not in _ON_ONE_SIDE and holds)


def _begins_a_page(paragraph: etree._Element) -> bool:
    """Say whether what follows a paragraph's beginning stands on a page of its own for sure."""
    breaks = paragraph.iterfind(f".//{w('br')}[@{w('type')}='page']")
    return next(breaks, None) is not None or paragraph.find(f"{w('pPr')}/{w('pageBreakBefore')}") is not None
