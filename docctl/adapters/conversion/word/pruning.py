"""What says nothing about a Word file's text is left out before pandoc reads it, because each piece costs time."""

from collections.abc import Collection, Iterable

from lxml import etree

from docctl.word_format.markup import WORD, Element

_ASIDE = ("rFonts", "lang", "sz", "szCs", "color", "noProof", "bCs", "iCs", "spacing", "kern", "highlight")
_OF_STYLES = ("name", "basedOn", "pPr", "rPr")
_LOOKS = (*_ASIDE, "ind", "pBdr", "shd", "tabs", "keepNext", "keepLines", "contextualSpacing", "widowControl")
_OF_LEVELS = ("start", "numFmt", "lvlText", "lvlRestart")


def tidy(root: Element) -> None:
    """Take the looks of the text out of a part that holds text."""
    used = {link.get(f"{WORD}anchor") for link in root.iter(f"{WORD}hyperlink")}
    for mark in list(root.iter(f"{WORD}bookmarkStart", f"{WORD}bookmarkEnd")):
        if mark.tag == f"{WORD}bookmarkEnd" or mark.get(f"{WORD}name") not in used:
            _remove(mark)
    for element in root.iter(f"{WORD}p", f"{WORD}r", f"{WORD}tr"):
        element.attrib.clear()
    for place in list(root.iter(f"{WORD}jc")):
        if place.get(f"{WORD}val") in ("left", "start", "both"):
            _remove(place)
    _remove_all(root, _ASIDE)


def keep_used_styles(styles: Element, texts: Iterable[Element]) -> None:
    """Leave of the styles those that the texts use, with what those rest on, and of each what makes structure."""
    known = {style.get(f"{WORD}styleId", ""): style for style in styles.iterchildren(f"{WORD}style")}
    waiting = [name for name, style in known.items() if style.get(f"{WORD}default") is not None]
    waiting += _values(texts, ("pStyle", "rStyle", "tblStyle"))
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in known and name not in used:
            used.add(name)
            waiting += _values([known[name]], ("basedOn",))
    for child in list(styles):
        if child.tag != f"{WORD}style" or child.get(f"{WORD}styleId", "") not in used:
            styles.remove(child)
        else:
            _keep_children(child, _OF_STYLES)
            if child.find(f"{WORD}rPr") is None:
                etree.SubElement(child, f"{WORD}rPr")  # pandoc passes over a style without, and what it inherits
    _remove_all(styles, _LOOKS)


def keep_used_lists(numbering: Element, texts: Iterable[Element]) -> None:
    """Leave of the lists those that the texts and their styles use, and of their levels how they count."""
    used = set(_values(texts, ("numId",)))
    shapes = set()
    for number in list(numbering.iterchildren(f"{WORD}num")):
        if number.get(f"{WORD}numId", "") in used:
            shapes |= set(_values([number], ("abstractNumId",)))
        else:
            numbering.remove(number)
    for shape in list(numbering.iterchildren(f"{WORD}abstractNum")):
        if shape.get(f"{WORD}abstractNumId", "") not in shapes:
            numbering.remove(shape)
    for level in numbering.iter(f"{WORD}lvl"):
        _keep_children(level, _OF_LEVELS)
    _remove_all(numbering, ("numPicBullet",))


def _values(elements: Iterable[Element], names: Collection[str]) -> list[str]:
    tags = [f"{WORD}{name}" for name in names]
    return [found.get(f"{WORD}val", "") for element in elements for found in element.iter(*tags)]


def _keep_children(element: Element, names: Collection[str]) -> None:
    for child in list(element):
        if child.tag not in {f"{WORD}{name}" for name in names}:
            element.remove(child)


def _remove_all(root: Element, names: Collection[str]) -> None:
    for element in list(root.iter(*(f"{WORD}{name}" for name in names))):
        _remove(element)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
