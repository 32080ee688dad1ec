"""Content controls: found in a part, filled with a value, or filled with the rows of a table."""

from copy import deepcopy

from lxml import etree

from docctl.adapters.word_document.xml import element, run, w
from docctl.domain.documents.word_controls import PlacedControl

EMPTY = "–"
RECORD_STYLE = "DocctlRecord"
_TEXT_BOX = w("txbxContent")
_BOUND = ("showingPlcHdr", "dataBinding", "date", "comboBox", "dropDownList", "picture")


def tag_of(control: etree._Element) -> str:
    """The tag of a content control, empty where it has none."""
    found = control.find(f"{w('sdtPr')}/{w('tag')}")
    return found.get(w("val"), "") if found is not None else ""


def controls_in(root: etree._Element, tag: str = "") -> list[etree._Element]:
    """The content controls of a part that carry a tag, or one given tag."""
    found = [(control, tag_of(control)) for control in root.iter(w("sdt"))]
    return [control for control, its_tag in found if its_tag and tag in ("", its_tag)]


def placed(control: etree._Element, in_text: bool) -> PlacedControl:
    """Where a control stands."""
    return PlacedControl(
        tag=tag_of(control),
        in_text=in_text,
        in_text_box=next(control.iterancestors(_TEXT_BOX), None) is not None,
        in_line=next(control.iterancestors(w("p")), None) is not None
        and next(control.iterancestors(_TEXT_BOX), None) is None,
    )


def content_of(control: etree._Element) -> etree._Element:
    """What a control holds."""
    content = control.find(w("sdtContent"))
    if content is None:
        content = element("sdtContent")
        control.append(content)
    return content


def new_control(tag: str, name: str, *content: etree._Element) -> etree._Element:
    """A content control of our own around whole paragraphs or tables."""
    return element(
        "sdt", element("sdtPr", element("alias", val=name), element("tag", val=tag)), element("sdtContent", *content)
    )


def set_value(control: etree._Element, text: str) -> None:
    """Show a value in a control, in the type the template gives it."""
    properties = control.find(w("sdtPr"))
    placeholder = properties.find(w("showingPlcHdr")) is not None
    for name in _BOUND:
        for bound in properties.findall(w(name)):
            properties.remove(bound)
    content = content_of(control)
    home = next(content.iter(w("p")), content)
    _write(home, text or EMPTY, keep_type=not placeholder)


def set_rows(control: etree._Element, rows: list[tuple[str, ...]], headings: tuple[str, ...]) -> None:
    """Show rows in the table of a control: its first row stays the header, its second is the pattern of each line."""
    content = content_of(control)
    if next(control.iterancestors(w("p")), None) is not None:
        set_value(control, "; ".join(", ".join(row) for row in rows))
        return
    table = next(content.iter(w("tbl")), None)
    if table is None:
        for child in list(content):
            content.remove(child)
        table = plain_table(headings)
        content.append(table)
    first, *others = table.findall(w("tr"))
    _mark_as_header(first)
    pattern = others[0] if others else _without_header_mark(deepcopy(first))
    for row in others:
        table.remove(row)
    for values in rows or [(EMPTY,) * len(headings)]:
        made = deepcopy(pattern)
        _fill_row(made, values)
        table.append(made)


def lock(control: etree._Element, how: str) -> None:
    """Protect a control while the document is edited in Word."""
    properties = control.find(w("sdtPr"))
    for old in properties.findall(w("lock")):
        properties.remove(old)
    before = [child for child in properties if child.tag in (w("rPr"), w("alias"), w("tag"), w("id"))]
    position = properties.index(before[-1]) + 1 if before else 0
    properties.insert(position, element("lock", val=how))


def _write(home: etree._Element, text: str, keep_type: bool = True) -> None:
    found = next(home.iterfind(f".//{w('r')}/{w('rPr')}"), None) if keep_type else None
    for child in list(home):
        if child.tag != w("pPr"):
            home.remove(child)
    home.append(run(text, deepcopy(found) if found is not None else None))
    parent = home.getparent()
    if home.tag == w("p"):
        for sibling in parent.findall(w("p")):
            if sibling is not home:
                parent.remove(sibling)


def _fill_row(row: etree._Element, values: tuple[str, ...]) -> None:
    cells = list(row.iter(w("tc")))
    if len(cells) < len(values):
        values = (*values[: len(cells) - 1], " · ".join(values[len(cells) - 1 :]))
    for position, cell in enumerate(cells):
        home = cell.find(w("p"))
        if home is None:
            home = element("p")
            cell.append(home)
        _write(home, (values[position] or EMPTY) if position < len(values) else "")


def _mark_as_header(row: etree._Element) -> None:
    properties = row.find(w("trPr"))
    if properties is None:
        properties = element("trPr")
        row.insert(0, properties)
    if properties.find(w("tblHeader")) is None:
        properties.append(element("tblHeader"))


def _without_header_mark(row: etree._Element) -> etree._Element:
    for mark in list(row.iter(w("tblHeader"))):
        mark.getparent().remove(mark)
    return row


def plain_table(headings: tuple[str, ...]) -> etree._Element:
    """A table with a row of headings and one to be filled."""
    width = 9000 // len(headings)
    properties = element(
        "tblPr",
        element("tblStyle", val=RECORD_STYLE),
        element("tblW", w="5000", type="pct"),
        element("tblLook", val="0420", firstRow="1"),
    )
    table = element("tbl", properties, element("tblGrid", *(element("gridCol", w=str(width)) for _ in headings)))
    for bold in (True, False):
        row = element("tr", element("trPr", element("cantSplit")))
        for heading in headings:
            words = run(heading if bold else EMPTY, element("rPr", element("b")) if bold else None)
            size = element("tcPr", element("tcW", w=str(width), type="dxa"))
            row.append(element("tc", size, element("p", words)))
        table.append(row)
    return table


def record_style() -> etree._Element:
    """The style of a table that a template has no own one for.

    LibreOffice shows the first words of a control without the looks they are given themselves, so the style gives them.
    """
    borders = (element(side, val="single", sz="4", space="0", color="9AA7AC") for side in ("top", "bottom", "insideH"))
    margins = (element(side, w="108", type="dxa") for side in ("left", "right"))
    return element(
        "style",
        element("name", val="docctl record"),
        element("tblPr", element("tblBorders", *borders), element("tblCellMar", *margins)),
        element(
            "tblStylePr",
            element("rPr", element("b"), element("bCs")),
            element("tcPr", element("shd", val="clear", color="auto", fill="E9EEF0")),
            type="firstRow",
        ),
        type="table",
        customStyle="1",
        styleId=RECORD_STYLE,
    )
