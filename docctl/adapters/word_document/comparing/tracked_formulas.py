"""Tracked changes of formulas, told so that LibreOffice carries them out: it leaves a formula whatever marks it."""

from lxml import etree

from docctl.adapters.word_document.xml import run, w
from docctl.word_format.markup import CHOICES, MATHS

_REMOVED, _ADDED = (w("del"), w("moveFrom")), (w("ins"), w("moveTo"))
_OF_WORD_ALONE = {"w15": "http://schemas.microsoft.com/office/word/2012/wordml"}
"""Word takes the choice that needs this; LibreOffice does not know it, and takes the other."""


def write_formulas_beside(body: etree._Element) -> None:
    """Set beside each formula that came or went its words, for programs that cannot track the formula itself."""
    for formula in list(body.iter(f"{MATHS}oMath", f"{MATHS}oMathPara")):
        change = next(formula.iterancestors(*_REMOVED, *_ADDED), None)
        if change is not None and next(formula.iterancestors(f"{MATHS}oMathPara", f"{CHOICES}Choice"), None) is None:
            _write_beside(formula, is_removed=change.tag in _REMOVED)


def _write_beside(formula: etree._Element, *, is_removed: bool) -> None:
    choice = etree.Element(f"{CHOICES}AlternateContent", nsmap={"mc": CHOICES.strip("{}"), **_OF_WORD_ALONE})
    formula.addprevious(choice)
    words = run(_in_line(formula).strip())
    if is_removed:
        for part in words.iter(w("t")):
            part.tag = w("delText")
    etree.SubElement(choice, f"{CHOICES}Choice", Requires=next(iter(_OF_WORD_ALONE))).append(formula)
    etree.SubElement(choice, f"{CHOICES}Fallback").append(words)


def _in_line(formula: etree._Element) -> str:
    """Return a formula written in one line: x^2, a_1, (a + b)/c, √(x)."""
    name = etree.QName(formula).localname
    if name == "t":
        return formula.text or ""
    parts = {etree.QName(each).localname: _in_line(each) for each in formula if isinstance(each.tag, str)}
    if name == "f":
        return f"{_grouped(parts.get('num', ''))}/{_grouped(parts.get('den', ''))}"
    if name in ("sSup", "sSub", "sSubSup"):
        lower = f"_{_grouped(parts['sub'])}" if "sub" in parts else ""
        upper = f"^{_grouped(parts['sup'])}" if "sup" in parts else ""
        return f"{parts.get('e', '')}{lower}{upper}"
    if name == "rad":
        return f"{parts.get('deg', '')}√({parts.get('e', '')})"
    return "".join(_in_line(each) for each in formula if isinstance(each.tag, str))


def _grouped(part: str) -> str:
    return part if len(part) <= 1 or part.isalnum() else f"({part})"
