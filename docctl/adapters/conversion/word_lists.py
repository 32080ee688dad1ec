"""Lists of a Word file: paragraphs that go on an item above them, told apart from items of their own."""

from collections.abc import Mapping

from lxml import etree

from docctl.domain.word_markup import OFFICE, VML, WORD, Element

GOES_ON, RULE, SHELF = "\U0010fd01", "\U0010fd02", "\U0010fd03"
"""Signs for the filter word_reading.lua: this item goes on the one before; this paragraph is a line across the page;
in place of this one stands a table, which waits under its number at the end of the text."""
_INDENT_OF_A_LEVEL = 720
_LEAST_INDENT = 300
_SILENT = "shelf"
_BOXES = ("☐", "☒")


def mark_going_on(root: Element, numbering: Element | None) -> None:
    """Mark each list paragraph without a bullet or number as going on the item above it, as Word shows it."""
    if numbering is None:
        return
    _join_numbers(root, numbering)
    _shelve_tables(root)
    silent, boxes = _silent_levels(numbering), _boxes(numbering)
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
    """Make bullets of boxes to tick, once these stand in the text."""
    for text in numbering.iter(f"{WORD}lvlText"):
        if text.get(f"{WORD}val") in _BOXES:
            text.set(f"{WORD}val", "•")


def _shelve_tables(root: Element) -> None:
    """Put a table that stands indented under a list item at the end of the text, and its number in its place.

    The reader of Word files knows paragraphs in list items only, and would end the list at the table.
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


def _silent_levels(numbering: Element) -> frozenset[tuple[str, int]]:
    """Return the lists and levels that show neither bullet nor number."""
    forms = {
        form.get(f"{WORD}abstractNumId", ""): _silent_in(form) for form in numbering.iterchildren(f"{WORD}abstractNum")
    }
    return frozenset(
        (number.get(f"{WORD}numId", ""), level)
        for number in numbering.iterchildren(f"{WORD}num")
        for level in _levels_of(number, forms)
    )


def _boxes(numbering: Element) -> dict[tuple[str, int], str]:
    """Return the lists and levels whose bullet is a box to tick, and the box."""
    found: dict[str, dict[int, str]] = {}
    for form in numbering.iterchildren(f"{WORD}abstractNum"):
        signs = {
            int(level.get(f"{WORD}ilvl", "0")): text.get(f"{WORD}val", "")
            for level in form.iterchildren(f"{WORD}lvl")
            if (text := level.find(f"{WORD}lvlText")) is not None and level.get(f"{WORD}ilvl", "0").isdigit()
        }
        found[form.get(f"{WORD}abstractNumId", "")] = {level: sign for level, sign in signs.items() if sign in _BOXES}
    return {
        (number.get(f"{WORD}numId", ""), level): sign
        for number in numbering.iterchildren(f"{WORD}num")
        if (form := number.find(f"{WORD}abstractNumId")) is not None
        for level, sign in found.get(form.get(f"{WORD}val", ""), {}).items()
    }


def _levels_of(number: Element, forms: Mapping[str, set[int]]) -> set[int]:
    form = number.find(f"{WORD}abstractNumId")
    found = forms.get(form.get(f"{WORD}val", "") if form is not None else "", set())
    own = {level.get(f"{WORD}ilvl", "") for level in number.iter(f"{WORD}lvl")}
    return {level for level in found if str(level) not in own}


def _silent_in(form: Element) -> set[int]:
    found = set()
    for level in form.iterchildren(f"{WORD}lvl"):
        kind, text = level.find(f"{WORD}numFmt"), level.find(f"{WORD}lvlText")
        place = level.get(f"{WORD}ilvl", "")
        shown = text is not None and text.get(f"{WORD}val", "").strip()
        pictured = level.find(f"{WORD}lvlPicBulletId") is not None
        if kind is not None and not shown and not pictured and place.isdigit():
            found.add(int(place))
    return found


def _level(properties: Element) -> int:
    said = properties.find(f"{WORD}ilvl")
    text = said.get(f"{WORD}val", "") if said is not None else ""
    return int(text) if text.isdigit() else 0


def _run(text: str) -> Element:
    run = etree.Element(f"{WORD}r")
    etree.SubElement(run, f"{WORD}t").text = text
    return run
