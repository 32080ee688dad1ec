"""What every page says: a status line where the author's header has none, and the mark with its watermark."""

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from docctl.adapters.word_document.controls import controls_in
from docctl.adapters.word_document.printing.every_page import ensure_on_every_page
from docctl.adapters.word_document.xml import element, run, style_of, w
from docctl.domain.documents.word_controls import MARK_STYLE, STATUS_LINE_STYLE
from docctl.domain.issued_files.issue_sheet import IssueSheet

STATED_ON_EVERY_PAGE = ("docctl:number", "docctl:revision", "docctl:status")
_V = "urn:schemas-microsoft-com:vml"
_O = "urn:schemas-microsoft-com:office:office"


def mark_pages(document: Document, sheet: IssueSheet) -> None:
    """Make each header state number, revision and status, and carry the mark where there is one."""
    ensure_on_every_page(document, "header")
    headers = [rel.target_part for rel in document.part.rels.values() if rel.reltype == RT.HEADER]
    _ensure_styles(document)
    for number, part in enumerate(headers, start=1):
        header = part.element
        for old in [p for p in header.iter(w("p")) if style_of(p) in (MARK_STYLE, STATUS_LINE_STYLE)]:
            old.getparent().remove(old)
        if not all(controls_in(header, tag) for tag in STATED_ON_EVERY_PAGE):
            header.insert(0, _line(STATUS_LINE_STYLE, run(_status(sheet))))
        if sheet.mark:
            header.insert(0, _line(MARK_STYLE, _watermark(sheet.mark, number), run(sheet.mark)))


def _ensure_styles(document: Document) -> None:
    styles = document.styles.element
    there = {style.get(w("styleId")) for style in styles.findall(w("style"))}
    for name, place, colour, size, bold in _STYLES:
        if name in there:
            continue
        type_of_text = element("rPr", element("b", val=bold), element("color", val=colour))
        type_of_text.extend([element("sz", val=size), element("szCs", val=size)])
        paragraph = element("pPr", element("spacing", before="0", after="60"), element("jc", val=place))
        shown = element("name", val=name)
        styles.append(element("style", shown, paragraph, type_of_text, type="paragraph", customStyle="1", styleId=name))


def _status(sheet: IssueSheet) -> str:
    return f"{sheet.number} · Revision {sheet.revision} · {sheet.status} · Effective {sheet.effective_date}"


def _line(style: str, *runs: etree._Element) -> etree._Element:
    return element("p", element("pPr", element("pStyle", val=style)), *runs)


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


_STYLES = (
    (MARK_STYLE, "center", "B3261E", "24", "1"),
    (STATUS_LINE_STYLE, "right", "42525A", "18", "0"),
)
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
