"""Bullets that stand further in than the item above them although they are of another list, as in List Bullet 2."""

from copy import deepcopy

from lxml import etree

from docctl.adapters.conversion.numbers.list_counting import Lists, said
from docctl.word_format.markup import WORD, Element
from docctl.word_format.styles import heading_level

_LEAST_STEP = 200
_DEEPEST = 8


def nest_bullets(
    root: Element, numbering: Element | None, styles: Element | None, levels: dict[str, int]
) -> None:  # fmt: skip
    """Put a bullet one level below the item above it where Word shows it further in: the reader knows levels alone.

    A numbered heading is no item, and nothing stands below it.
    """
    if numbering is None:
        return
    lists = Lists(numbering, styles)
    inds = (
        {each.get(f"{WORD}styleId", ""): each for each in styles.iterchildren(f"{WORD}style")}
        if styles is not None
        else {}
    )
    above: list[tuple[int, int]] = []
    last: Element | None = None
    for paragraph in root.iter(f"{WORD}p"):
        place = None if heading_level(paragraph, levels) else lists.place_of(paragraph)
        if place is None or paragraph.getprevious() is not last:
            above = []
        last = paragraph if place is not None else None
        if place is None:
            continue
        name, level = place
        indent = _indent(paragraph, _level(numbering, lists.form_of[name], level), inds)
        while above and above[-1][0] + _LEAST_STEP > indent:
            above.pop()
        depth = above[-1][1] + 1 if above else level
        if level < depth <= _DEEPEST and _has_bullet(numbering, lists.form_of[name], level, depth):
            _put(paragraph, name, depth)
            level = depth
        above.append((indent, level))


def _level(numbering: Element, form: str, level: int) -> Element | None:
    path = f"{WORD}abstractNum[@{WORD}abstractNumId='{form}']/{WORD}lvl[@{WORD}ilvl='{level}']"
    return numbering.find(path) if form.isdigit() else None


def _indent(paragraph: Element, level: Element | None, styles: dict[str, Element]) -> int:
    """Return how far in a paragraph stands: as it says itself, else its style or its list, whichever numbers it."""
    style = styles.get(said(paragraph, f"pPr/{WORD}pStyle"))
    is_own = paragraph.find(f"{WORD}pPr/{WORD}numPr/{WORD}numId") is not None
    holders = (paragraph, level, style) if is_own else (paragraph, style, level)
    for holder in holders:
        mark = holder.find(f"{WORD}pPr/{WORD}ind") if holder is not None else None
        left = (mark.get(f"{WORD}left") or mark.get(f"{WORD}start") or "") if mark is not None else ""
        if left.isdigit() and len(left) < 6:
            return int(left)
    return 0


def _has_bullet(numbering: Element, form: str, level: int, depth: int) -> bool:
    """Say whether a list has bullets at a depth; one that has no such depth gets the bullet of its own level there."""
    own, there = _level(numbering, form, level), _level(numbering, form, depth)
    if own is None or said(own, "numFmt") != "bullet":
        return False
    if there is None:
        there = deepcopy(own)
        there.set(f"{WORD}ilvl", str(depth))
        own.addnext(there)
    return said(there, "numFmt") == "bullet"


def _put(paragraph: Element, name: str, depth: int) -> None:
    properties = paragraph.find(f"{WORD}pPr")
    numbered = properties.find(f"{WORD}numPr")
    if numbered is None:
        numbered = etree.SubElement(properties, f"{WORD}numPr")
    for mark in list(numbered):
        numbered.remove(mark)
    etree.SubElement(numbered, f"{WORD}ilvl").set(f"{WORD}val", str(depth))
    etree.SubElement(numbered, f"{WORD}numId").set(f"{WORD}val", name)
