"""The last line of every page: a QR code and a short link that tell whether the copy is still in force."""

from base64 import b64decode

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml.shape import CT_Inline
from docx.parts.image import ImagePart
from docx.shared import Mm
from lxml import etree

from docctl.adapters.word_document.printing.every_page import ensure_on_every_page
from docctl.adapters.word_document.xml import R, element, run, style_of, w
from docctl.domain.documents.word_controls import COPY_LINE_STYLE as STYLE
from docctl.domain.issued_files.issue_sheet import IssueSheet

QUESTION = "Still in force? Scan, or open "
SIDE = Mm(15)
_EMBEDDED = f"{{{R}}}embed"
_PART = "/word/media/docctl-link.png"
_SHOWN_AT = 1_900_000_000


def put_copy_line(document: Document, sheet: IssueSheet) -> None:
    """Close each footer with the link, in place of the one from an earlier issue."""
    if sheet.link:
        ensure_on_every_page(document, "footer")
    code = ImagePart(PackURI(_PART), CT.PNG, b64decode(sheet.link_picture))
    for number, footer in enumerate(_footers(document), start=1):
        for old in [p for p in footer.element.iter(w("p")) if style_of(p) == STYLE]:
            _take_out(footer, old)
        if not sheet.link:
            continue
        _ensure_style(document)
        picture = element("r", element("drawing"))
        embedded = footer.relate_to(code, RT.IMAGE)
        shown = CT_Inline.new_pic_inline(_SHOWN_AT + number, embedded, _PART.rpartition("/")[2], SIDE, SIDE)
        shown.docPr.set("name", f"Link to the copy {number}")
        shown.docPr.set("descr", f"QR code of {sheet.link}")
        picture[0].append(shown)
        properties = element("pPr", element("pStyle", val=STYLE))
        words = run(f"{QUESTION}{sheet.link.partition('://')[2]}  ")
        footer.element.append(element("p", properties, words, picture))


def _footers(document: Document) -> list[XmlPart]:
    return [rel.target_part for rel in document.part.rels.values() if rel.reltype == RT.FOOTER]


def _take_out(footer: XmlPart, line: etree._Element) -> None:
    """Take a line out with its picture, where no other line shows the same one."""
    ids = [found.get(_EMBEDDED) for found in line.iter() if found.get(_EMBEDDED)]
    line.getparent().remove(line)
    for picture in ids:
        footer.drop_rel(picture)


def _ensure_style(document: Document) -> None:
    styles = document.styles.element
    if STYLE in {style.get(w("styleId")) for style in styles.findall(w("style"))}:
        return
    place = element("pPr", element("spacing", before="60", after="0"), element("jc", val="right"))
    place.append(element("textAlignment", val="center"))
    look = element("rPr", element("color", val="42525A"), element("sz", val="16"), element("szCs", val="16"))
    name = element("name", val=STYLE)
    styles.append(element("style", name, place, look, type="paragraph", customStyle="1", styleId=STYLE))
