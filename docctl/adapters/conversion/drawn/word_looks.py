"""Looks of a Word file that carry meaning, in the form a text knows: raised digits, drop caps, double strokes."""

from lxml import etree

from docctl.word_format.markup import WORD, Element, visible_text
from docctl.word_format.run_styles import RunStyles, is_on

LEAST_SHIFT = 4
"""Half-points; letters are moved by less to mend their spacing, and nobody reads that as raised."""
LONGEST_SHIFTED = 40
SMALL = 0.85
_USUAL_SIZE = 20
"""Half-points, where a file states none."""


def join_drop_caps(root: Element) -> None:
    """Put a large first letter, which Word keeps in a paragraph of its own, back before its word."""
    for frame in list(root.iter(f"{WORD}framePr")):
        if frame.get(f"{WORD}dropCap", "none") == "none" or frame.getparent().tag != f"{WORD}pPr":
            continue
        paragraph = frame.getparent().getparent()
        following = paragraph.getnext()
        if following is None or following.tag != f"{WORD}p":
            continue
        for shift in list(paragraph.iter(f"{WORD}position")):
            shift.getparent().remove(shift)
        place = 0 if following.find(f"{WORD}pPr") is None else 1
        for piece in reversed([child for child in paragraph if child.tag != f"{WORD}pPr"]):
            following.insert(place, piece)
        paragraph.getparent().remove(paragraph)


def name_looks(root: Element, stated: RunStyles) -> None:
    """Name raised and lowered letters and double strokes as pandoc knows them, wherever a style says so too."""
    for paragraph in root.iter(f"{WORD}p"):
        runs = [run for run in paragraph.iter(f"{WORD}r") if run.find(f"{WORD}t") is not None]
        looks = [_looks_of(run, stated) for run in runs]
        usual = _usual_shift(runs, looks)
        for run, (shift, is_struck) in zip(runs, looks, strict=True):
            if is_struck:
                _set(run, "strike", "true")
            way = shift - usual
            is_said = run.find(f"{WORD}rPr/{WORD}vertAlign") is not None
            is_moved = abs(way) >= LEAST_SHIFT or (way != 0 and _is_small(run, stated))
            if is_moved and not is_said and len(visible_text(run)) <= LONGEST_SHIFTED:
                _set(run, "vertAlign", "superscript" if way > 0 else "subscript")


def _is_small(run: Element, looks: RunStyles) -> bool:
    """Say whether letters are stated to be smaller than those around, as LibreOffice does it where it lowers them."""
    own, around = run.find(f"{WORD}rPr/{WORD}sz"), (*looks.of_styles(run, "sz"), looks.of_all("sz"))
    usual = next((each.get(f"{WORD}val", "") for each in around if each is not None), "")
    return own is not None and _number(own.get(f"{WORD}val", "")) <= SMALL * (_number(usual) or _USUAL_SIZE)


def _usual_shift(runs: list[Element], looks: list[tuple[int, bool]]) -> int:
    """Return by how much a whole paragraph is moved, because only what differs from it is raised or lowered."""
    shifts = {shift for run, (shift, _) in zip(runs, looks, strict=True) if visible_text(run).strip()}
    return shifts.pop() if len(shifts) == 1 else 0


def _looks_of(run: Element, looks: RunStyles) -> tuple[int, bool]:
    """Return by how much a run itself or its own style moves its letters, and whether they are struck out."""
    own, (of_style, _) = run.find(f"{WORD}rPr/{WORD}position"), looks.of_styles(run, "position")
    shift = own if own is not None else of_style
    is_struck = any(is_on(looks.stated(run, name)) for name in ("strike", "dstrike"))
    return _number(shift.get(f"{WORD}val", "")) if shift is not None else 0, is_struck


def _set(run: Element, name: str, value: str) -> None:
    properties = run.find(f"{WORD}rPr")
    if properties is None:
        properties = etree.Element(f"{WORD}rPr")
        run.insert(0, properties)
    stated = properties.find(f"{WORD}{name}")
    if stated is None:
        stated = etree.SubElement(properties, f"{WORD}{name}")
    stated.set(f"{WORD}val", value)


def _number(text: str) -> int:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
