"""Lists of a Word file: paragraphs that go on an item above them, told apart from items of their own."""

from collections.abc import Callable, Mapping

from lxml import etree

from docctl.adapters.conversion.numbers.picture_bullets import is_pictured
from docctl.word_format.markup import OFFICE, VML, WORD, Element
from docctl.word_format.symbol_fonts import is_symbol_font, sign_of
from docctl.word_format.symbols import sign_that_tells

GOES_ON, RULE, SHELF = "\U0010fd01", "\U0010fd02", "\U0010fd03"
"""Signs for the filter word_reading.lua: this item goes on the one before; this paragraph is a line across the page;
in place of this one stands a table, which waits under its number at the end of the text."""
_INDENT_OF_A_LEVEL = 720
_LEAST_INDENT = 300
_PLACE = f"{WORD}numPr"
_SILENT = "shelf"


def mark_going_on(root: Element, numbering: Element | None) -> None:
    """Mark each list paragraph without a bullet or number as going on the item above it, as Word shows it."""
    if numbering is None:
        return
    _join_numbers(root, numbering)
    _shelve_tables(root, _levels_that(numbering, bullet_of))
    silent, boxes = _levels_that(numbering, _silence_of), _levels_that(numbering, _box_of)
    last: dict[int, str] = {}
    for paragraph in root.iter(f"{WORD}p"):
        properties = paragraph.find(f"{WORD}pPr/{WORD}numPr")
        mark = properties.find(f"{WORD}numId") if properties is not None else None
        if properties is None or mark is None:
            continue
        level, number = _level(properties), mark.get(f"{WORD}val", "")
        if number != _SILENT and (number, level) not in silent:
            if (number, level) in boxes:
                properties.getparent().addnext(_run(f"{boxes[number, level]} "))
                number = last[level] if (last.get(level, ""), level) in boxes else number
                mark.set(f"{WORD}val", number)  # Word keeps ticked boxes in a list of their own
            last = {known: its for known, its in last.items() if known < level} | {level: number}
        elif level in last:
            mark.set(f"{WORD}val", last[level])
            properties.getparent().addnext(_run(GOES_ON))
        else:
            properties.getparent().remove(properties)


def make_boxes_bullets(numbering: Element) -> None:
    """Make bullets of boxes to tick and of other signs that say something, once these stand in the text.

    A picture is a bullet too: the reader takes a level that has it alone for one without any.
    """
    for level in numbering.iter(f"{WORD}lvl"):
        text = level.find(f"{WORD}lvlText")
        if text is None and is_pictured(level):
            text = etree.SubElement(level, f"{WORD}lvlText")
        if text is not None and (_box_of(level) or is_pictured(level)):
            text.set(f"{WORD}val", "•")


def _shelve_tables(root: Element, bullets: Mapping[tuple[str, int], str]) -> None:
    """Put a table that stands indented under a list item at the end of the text, and its number in its place.

    The reader of Word files knows paragraphs in list items only, and would end the list at the table.
    A table in which the same list counts on stays where it is, because its items are counted in their order; bullets
    count nothing.
    """
    body = root.find(f"{WORD}body")
    if body is None:
        return
    shelved = 0
    for table in list(root.iter(f"{WORD}tbl")):
        above = table.getprevious()
        properties = above.find(f"{WORD}pPr/{WORD}numPr") if above is not None and above.tag == f"{WORD}p" else None
        indent = _indent(table)
        if properties is None or indent < _LEAST_INDENT:
            continue
        within = [(_list_of(each), _level(each)) for each in table.iter(_PLACE)]
        if any(each[0] == _list_of(properties) and each not in bullets for each in within):
            continue
        level = min(_level(properties), max(0, round(indent / _INDENT_OF_A_LEVEL) - 1))
        place, label = (etree.Element(f"{WORD}p"), etree.Element(f"{WORD}p"))
        numbered = etree.SubElement(etree.SubElement(place, f"{WORD}pPr"), f"{WORD}numPr")
        etree.SubElement(numbered, f"{WORD}ilvl").set(f"{WORD}val", str(level))
        etree.SubElement(numbered, f"{WORD}numId").set(f"{WORD}val", _SILENT)
        place.append(_run(f"{SHELF}{shelved}"))
        label.append(_run(f"{SHELF}{shelved}"))
        table.addprevious(place)
        body.extend((label, table))
        shelved += 1


def _list_of(properties: Element) -> str:
    mark = properties.find(f"{WORD}numId")
    return str(mark.get(f"{WORD}val", "")) if mark is not None else ""


def _indent(table: Element) -> int:
    said = table.find(f"{WORD}tblPr/{WORD}tblInd")
    text = said.get(f"{WORD}w", "") if said is not None else ""
    return int(text) if text.isdigit() and len(text) < 6 else 0


def mark_rules(root: Element) -> None:
    """Mark the lines across the page, which Word keeps as drawings without a picture."""
    for picture in list(root.iter(f"{WORD}pict")):
        if any(shape.get(f"{OFFICE}hr") in ("t", "true", "1") for shape in picture.iter(f"{VML}rect")):
            paragraph = next(picture.iterancestors(f"{WORD}p"), None)
            if paragraph is not None and next(picture.iter(f"{VML}imagedata"), None) is None:
                line = etree.Element(f"{WORD}p")
                line.append(_run(RULE))
                paragraph.addnext(line)
                picture.getparent().remove(picture)


def _join_numbers(root: Element, numbering: Element) -> None:
    """Give paragraphs one list where Word counts on: lists of the same form go on unless one of them restarts."""
    forms: dict[str, str] = {}
    restarts: set[str] = set()
    for number in numbering.iterchildren(f"{WORD}num"):
        form, name = number.find(f"{WORD}abstractNumId"), number.get(f"{WORD}numId", "")
        if form is not None and next(number.iter(f"{WORD}lvl"), None) is None:
            forms[name] = form.get(f"{WORD}val", "")
        if next(number.iter(f"{WORD}startOverride"), None) is not None:
            restarts.add(name)
    last: dict[str, str] = {}
    for mark in root.iter(f"{WORD}numId"):
        name = mark.get(f"{WORD}val", "")
        shape = forms.get(name)
        if shape is not None and (shape not in last or name in restarts):
            last[shape] = name
        elif shape is not None:
            mark.set(f"{WORD}val", last[shape])


def _levels_that(numbering: Element, sign_of: Callable[[Element], str]) -> dict[tuple[str, int], str]:
    """Return the lists and levels that have a sign, with the sign; a level that a list defines itself has none."""
    forms = {
        form.get(f"{WORD}abstractNumId", ""): {
            place: sign
            for level in form.iterchildren(f"{WORD}lvl")
            if (place := level.get(f"{WORD}ilvl", "")).isdigit() and (sign := sign_of(level))
        }
        for form in numbering.iterchildren(f"{WORD}abstractNum")
    }
    found = {}
    for number in numbering.iterchildren(f"{WORD}num"):
        form = number.find(f"{WORD}abstractNumId")
        own = {level.get(f"{WORD}ilvl", "") for level in number.iter(f"{WORD}lvl")}
        for place, sign in forms.get(form.get(f"{WORD}val", "") if form is not None else "", {}).items():
            if place not in own:
                found[number.get(f"{WORD}numId", ""), int(place)] = sign
    return found


def _silence_of(level: Element) -> str:
    """Say of a level that it shows neither bullet nor number."""
    kind, text = level.find(f"{WORD}numFmt"), level.find(f"{WORD}lvlText")
    shown = text is not None and text.get(f"{WORD}val", "").strip()
    return _SILENT if kind is not None and not shown and not is_pictured(level) else ""


def bullet_of(level: Element | None) -> str:
    """Return the bullet that a level shows: a sign that says something, or a dot for any other."""
    if level is None or level.find(f"{WORD}numFmt[@{WORD}val='bullet']") is None or _silence_of(level):
        return ""
    return _box_of(level) or "•"


def _box_of(level: Element) -> str:
    """Return the sign that a level has as its bullet where it says something, such as a box to tick."""
    text, fonts = level.find(f"{WORD}lvlText"), level.find(f"{WORD}rPr/{WORD}rFonts")
    sign = text.get(f"{WORD}val", "") if text is not None else ""
    font = fonts.get(f"{WORD}ascii", "") if fonts is not None else ""
    if len(sign) == 1 and is_symbol_font(font):
        sign = sign_of(font, ord(sign))
    return sign_that_tells(sign)


def _level(properties: Element) -> int:
    said = properties.find(f"{WORD}ilvl")
    text = said.get(f"{WORD}val", "") if said is not None else ""
    return int(text) if text.isdigit() else 0


def _run(text: str) -> Element:
    run = etree.Element(f"{WORD}r")
    etree.SubElement(run, f"{WORD}t").text = text
    return run
