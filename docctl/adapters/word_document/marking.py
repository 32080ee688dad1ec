"""What every page says: a status line where the author's header has none, and the mark with its watermark."""

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.section import _BaseHeaderFooter
from lxml import etree

from docctl.adapters.word_document.controls import controls_in, new_control
from docctl.adapters.word_document.xml import element, run
from docctl.domain.issue_sheet import IssueSheet
from docctl.domain.word_controls import MARK_CONTROL, STATUS_LINE_CONTROL

STATED_ON_EVERY_PAGE = ("docctl:number", "docctl:revision", "docctl:status")
MARK_COLOUR = "B3261E"
_V = "urn:schemas-microsoft-com:vml"
_O = "urn:schemas-microsoft-com:office:office"


def mark_pages(document: Document, sheet: IssueSheet) -> None:
    """Make each header state number, revision and status, and carry the mark where there is one."""
    _ensure_headers(document)
    headers = [rel.target_part for rel in document.part.rels.values() if rel.reltype == RT.HEADER]
    for number, part in enumerate(headers, start=1):
        header = part.element
        for tag in (MARK_CONTROL, STATUS_LINE_CONTROL):
            for old in controls_in(header, tag):
                old.getparent().remove(old)
        if not all(controls_in(header, tag) for tag in STATED_ON_EVERY_PAGE):
            header.insert(0, new_control(STATUS_LINE_CONTROL, "Number, revision and status", _status_line(sheet)))
        if sheet.mark:
            header.insert(0, new_control(MARK_CONTROL, "Mark", _mark(sheet.mark, number)))


def _ensure_headers(document: Document) -> None:
    sections = list(document.sections)
    wanted: list[_BaseHeaderFooter] = [sections[0].header] if sections else []
    if any(section.different_first_page_header_footer for section in sections):
        wanted.append(sections[0].first_page_header)
    if document.settings.odd_and_even_pages_header_footer:
        wanted.append(sections[0].even_page_header)
    for header in wanted:
        if header.is_linked_to_previous:
            header.is_linked_to_previous = False


def _status_line(sheet: IssueSheet) -> etree._Element:
    text = f"{sheet.number} · Revision {sheet.revision} · {sheet.status} · Effective {sheet.effective_date}"
    type_of_text = element("rPr", element("sz", val="18"), element("szCs", val="18"))
    place = element("pPr", element("spacing", before="0", after="40"), element("jc", val="right"))
    return element("p", place, run(text, type_of_text))


def _mark(mark: str, number: int) -> etree._Element:
    type_of_text = element(
        "rPr",
        element("b"),
        element("color", val=MARK_COLOUR),
        element("sz", val="22"),
        element("szCs", val="22"),
    )
    place = element("pPr", element("spacing", before="0", after="60"), element("jc", val="center"))
    return element("p", place, run(mark, type_of_text), _watermark(mark, number))


def _watermark(mark: str, number: int) -> etree._Element:
    """WordArt across the page, behind the text, the way Word's own watermarks are made."""
    width = min(480, 70 + 36 * len(mark))
    height = max(40, min(120, int(width / len(mark) * 1.7)))
    kind = etree.Element(f"{{{_V}}}shapetype", id="_x0000_t136", coordsize="21600,21600", nsmap={"v": _V, "o": _O})
    kind.set("adj", "10800")
    kind.set("path", "m@7,l@8,m@5,21600l@6,21600e")
    kind.set(f"{{{_O}}}spt", "136")
    formulas = etree.SubElement(kind, f"{{{_V}}}formulas")
    for equation in _EQUATIONS:
        etree.SubElement(formulas, f"{{{_V}}}f", eqn=equation)
    path = etree.SubElement(kind, f"{{{_V}}}path", textpathok="t")
    path.set(f"{{{_O}}}connecttype", "custom")
    etree.SubElement(kind, f"{{{_V}}}textpath", on="t", fitshape="t")
    shape = etree.Element(f"{{{_V}}}shape", id=f"DocctlMark{number}", type="#_x0000_t136", nsmap={"v": _V, "o": _O})
    shape.set("alt", f"Watermark: {mark}")
    shape.set(f"{{{_O}}}spid", f"_x0000_s{2048 + number}")
    shape.set(f"{{{_O}}}allowincell", "f")
    shape.set("fillcolor", "#c9ced1")
    shape.set("stroked", "f")
    shape.set("style", _PLACE.format(width=width, height=height))
    etree.SubElement(shape, f"{{{_V}}}fill", opacity=".45")
    etree.SubElement(
        shape, f"{{{_V}}}textpath", style='font-family:"Calibri";font-size:1pt;font-weight:bold', string=mark
    )
    picture = element("pict")
    picture.extend([kind, shape])
    return element("r", element("rPr", element("noProof")), picture)


_PLACE = (
    "position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:{height}pt;rotation:315;z-index:-251658752;"
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    "mso-position-vertical:center;mso-position-vertical-relative:margin"
)
_EQUATIONS = (
    "sum #0 0 10800",
    "prod #0 2 1",
    "sum 21600 0 @1",
    "sum 0 0 @2",
    "sum 21600 0 @3",
    "if @0 @3 0",
    "if @0 21600 @1",
    "if @0 0 @2",
    "if @0 @4 21600",
    "mid @5 @6",
    "mid @8 @5",
    "mid @7 @8",
    "mid @6 @7",
    "sum @6 0 @5",
)
