"""Formulas, which a text keeps as TeX between dollars and backticks: shown as MathML that cannot do anything else."""

import logging
from functools import lru_cache
from html import unescape
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element

log = logging.getLogger(__name__)
LONGEST = 2000
_DEEPEST = 40
FORMULA_TAGS = frozenset(
    (
        *("math", "menclose", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom"),
        *("mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd"),
        *("mtext", "mtr", "munder", "munderover", "none"),
    )
)
FORMULA_ATTRIBUTES = frozenset(
    (
        *("accent", "accentunder", "columnalign", "displaystyle", "fence", "form", "linethickness", "mathvariant"),
        *("movablelimits", "notation", "scriptlevel", "separator", "stretchy"),
    )
)


@lru_cache(maxsize=512)
def mathml(tex: str, *, is_alone: bool) -> str:
    """Return a formula as MathML, for a line of its own or in a line; empty where it is none that can be read."""
    if len(tex) > LONGEST:
        return ""
    try:
        root = convert_to_element(tex, display="block" if is_alone else "inline")
    except Exception as fault:  # the library raises whatever it stumbles over, and a formula is then shown as typed
        log.debug("A formula is shown as it was typed: %r", fault)
        return ""
    if not _is_whole(root, _DEEPEST):
        return ""
    root.attrib = {"display": "block" if is_alone else "inline", "alttext": tex}
    return ElementTree.tostring(root, encoding="unicode")


def _is_whole(element: ElementTree.Element, depth: int) -> bool:
    """Take off what is not known to be harmless; say whether the formula consists of known elements only."""
    element.text = unescape(element.text or "")
    element.attrib = {name: value for name, value in element.attrib.items() if name in FORMULA_ATTRIBUTES}
    return (
        depth > 0
        and element.tag in FORMULA_TAGS
        and "\\" not in element.text
        and all(_is_whole(child, depth - 1) for child in element)
    )
