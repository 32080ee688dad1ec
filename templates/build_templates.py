"""Build the Word templates from ``outlines.yaml`` and ``parts/``: the same input gives the same bytes."""

import io
import sys
import zipfile
from pathlib import Path

import yaml
from lxml import etree
from lxml.builder import ElementMaker

HERE = Path(__file__).parent
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
# Readers look for these names at the top of a part only, so that a picture put in later keeps its description.
NAMES = {
    "w": W,
    "r": R,
    "wp": f"{DRAWING}/wordprocessingDrawing",
    "a": f"{DRAWING}/main",
    "pic": f"{DRAWING}/picture",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
}
TEXT_WIDTH = 9072
VALUES = {
    "number": "Document number",
    "title": "Title of the document",
    "revision": "Revision",
    "effective_date": "Effective date",
    "owner": "Owner",
    "classification": "Classification",
    "status": "Status",
    "department": "Department",
    "document_type": "Document type",
    "organisation": "Organisation",
    "chain_head": "Head of the audit trail",
}
BLOCKS = {
    "approvals": ("Approvals", {"Name": 24, "Role": 22, "Meaning of the signature": 27, "Date and time": 27}),
    "revision_history": (
        "Revision history",
        {"Revision": 12, "Effective date": 20, "Summary of changes": 44, "Approved by": 24},
    ),
    "clauses": ("Clauses covered", {"Standard": 30, "Clause": 14, "Subject": 56}),
}
METADATA = (
    ("number", "revision"),
    ("status", "effective_date"),
    ("owner", "department"),
    ("classification", "document_type"),
)
LABELS = {"number": "Number", "document_type": "Type"}

Word = ElementMaker(namespace=W, nsmap=NAMES)


def element(name: str, *children: etree._Element, **attributes: str) -> etree._Element:
    """One WordprocessingML element; attribute names are given without their prefix."""
    return Word(name, *children, **{f"{{{W}}}{key.rstrip('_')}": value for key, value in attributes.items()})


def run(text: str) -> etree._Element:
    """A run of text."""
    words = element("t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element("r", words)


def paragraph(style: str, *content: etree._Element | str) -> etree._Element:
    """A paragraph in a named style."""
    parts = [run(part) if isinstance(part, str) else part for part in content]
    return element("p", element("pPr", element("pStyle", val=style)), *parts)


def field(code: str) -> etree._Element:
    """A field Word computes itself, such as the page number."""
    return element("fldSimple", run("1"), instr=f" {code} ")


def control(tag: str, alias: str, *content: etree._Element) -> etree._Element:
    """A content control that a document controller can see by its name and cannot delete by accident."""
    properties = element("sdtPr", element("alias", val=alias), element("tag", val=f"docctl:{tag}"))
    properties.append(element("id", val="0"))
    properties.append(element("lock", val="sdtLocked"))
    if tag in VALUES:
        properties.append(element("text"))
    return element("sdt", properties, element("sdtContent", *content))


def value(name: str) -> etree._Element:
    """The content control of one value, standing in a line."""
    return control(name, VALUES[name], run(VALUES[name]))


def cell(width: int, content: etree._Element) -> etree._Element:
    """A table cell of a given width."""
    return element("tc", element("tcPr", element("tcW", w=str(width), type="dxa")), content)


def table(
    style: str, description: str, widths: list[int], rows: list[list[etree._Element]], header: bool
) -> etree._Element:
    """A table with a description for screen readers and, where it has one, a header row that repeats on every page."""
    look = element("tblLook", val="0420" if header else "0400", firstRow="1" if header else "0", noVBand="1")
    properties = element(
        "tblPr",
        element("tblStyle", val=style),
        element("tblW", w=str(sum(widths)), type="dxa"),
        element("tblLayout", type="fixed"),
        look,
    )
    if description:
        properties.append(element("tblDescription", val=description))
    made = element("tbl", properties, element("tblGrid", *(element("gridCol", w=str(width)) for width in widths)))
    for position, row in enumerate(rows):
        row_properties = element("trPr", element("cantSplit"))
        if header and position == 0:
            row_properties.append(element("tblHeader"))
        made.append(
            element("tr", row_properties, *(cell(width, part) for width, part in zip(widths, row, strict=True)))
        )
    return made


def shared_widths(shares: list[int]) -> list[int]:
    """Column widths that fill the text width in the given proportions."""
    widths = [TEXT_WIDTH * share // sum(shares) for share in shares]
    widths[-1] += TEXT_WIDTH - sum(widths)
    return widths


def cover(description: str) -> list[etree._Element]:
    """The cover block: organisation, type, title and the table of metadata."""
    rows = [
        [
            made
            for name in pair
            for made in (
                paragraph("MetadataLabel", LABELS.get(name, VALUES[name])),
                paragraph("MetadataValue", value(name)),
            )
        ]
        for pair in METADATA
    ]
    return [
        paragraph("Organisation", value("organisation")),
        paragraph("DocumentType", value("document_type")),
        paragraph("Title", value("title")),
        table(
            "MetadataTable", f"Metadata of this document. {description}.", shared_widths([16, 34, 16, 34]), rows, False
        ),
        paragraph("RecordText"),
    ]


def record() -> list[etree._Element]:
    """What closes every document: approvals, revision history and clauses covered."""
    made = []
    for tag, (title, columns) in BLOCKS.items():
        rows = [[paragraph("RecordText", name) for name in columns], [paragraph("RecordText", "–") for _ in columns]]
        block = table("DocctlTable", title, shared_widths(list(columns.values())), rows, True)
        made += [paragraph("RecordHeading", title), control(tag, title, block)]
    return [*made, paragraph("RecordText")]


def outline_table(rows: list[list[str]]) -> etree._Element:
    """A table of the outline; it has no description, which pandoc would take for a caption."""
    shares = [8 if name == "No." else 92 // len(rows[0]) for name in rows[0]]
    cells = [[paragraph("Compact", text) for text in row] for row in rows]
    return table("DocctlTable", "", shared_widths(shares), cells, True)


class Outline:
    """The text inside ``docctl:body``; every list of steps counts from one again."""

    STYLES = {
        "heading": "Heading1",
        "subheading": "Heading2",
        "guidance": "Guidance",
        "text": "BodyText",
        "bullets": "ListBullet",
        "steps": "ListNumber",
    }

    def __init__(self, numbering: etree._Element) -> None:
        self.numbering = numbering

    def block(self, kind: str, content: str | list) -> list[etree._Element]:
        """The Word form of one block."""
        if kind == "table":
            return [outline_table(content), paragraph("Compact")]
        lines = content if isinstance(content, list) else [content]
        made = [paragraph(self.STYLES[kind], line) for line in lines]
        if kind == "steps":
            number = self.fresh_number()
            for step in made:
                step[0].append(element("numPr", element("ilvl", val="0"), element("numId", val=number)))
        return made

    def fresh_number(self) -> str:
        """A new numbered list that starts at one."""
        number = str(len(self.numbering.findall(f"{{{W}}}num")) + 1)
        restart = element("lvlOverride", element("startOverride", val="1"), ilvl="0")
        self.numbering.append(element("num", element("abstractNumId", val="3"), restart, numId=number))
        return number


def header() -> etree._Element:
    """The header of every page: whose document, which one, which revision, and whether it holds."""
    identity = ["\t", value("number"), " · Revision ", value("revision")]
    first = paragraph("Header", value("organisation"), *identity)
    second = paragraph("Header", value("title"), "\t", value("status"))
    rule = element("pBdr", element("bottom", val="single", sz="4", space="5", color="C9D4D7"))
    second[0].append(rule)
    return with_tabs(element("hdr", first, second))


def footer() -> etree._Element:
    """The footer of every page: classification, the warning about copies, page of pages, the audit trail."""
    first = paragraph(
        "Footer",
        value("classification"),
        "\tUncontrolled when printed\tPage ",
        field("PAGE"),
        " of ",
        field("NUMPAGES"),
    )
    first[0].append(element("pBdr", element("top", val="single", sz="4", space="5", color="C9D4D7")))
    second = paragraph("Footer", "Effective ", value("effective_date"))
    third = paragraph("AuditTrail", "Audit trail ", value("chain_head"))
    return with_tabs(element("ftr", first, second, third))


def with_tabs(part: etree._Element) -> etree._Element:
    """Turn tab characters in runs into the tabs Word knows."""
    for words in part.iter(f"{{{W}}}t"):
        pieces = (words.text or "").split("\t")
        words.text = pieces[0]
        for piece in pieces[1:]:
            parent = words.getparent()
            parent.append(element("tab"))
            parent.append(run(piece)[0])
    return part


def section(*parts: str) -> etree._Element:
    """An A4 page; the first section names header and footer, those after it inherit them."""
    made = element("sectPr")
    for part in parts:
        reference = element(f"{part}Reference", type="default")
        reference.set(f"{{{R}}}id", part)
        made.append(reference)
    made.append(element("pgSz", w="11906", h="16838"))
    made.append(
        element("pgMar", top="1814", right="1417", bottom="1474", left="1417", header="680", footer="567", gutter="0")
    )
    return made


def document(kind: dict, numbering: etree._Element) -> etree._Element:
    """The main part: cover block, outline, record, and the page they stand on."""
    writer = Outline(numbering)
    outline = [made for block in kind["outline"] for name, text in block.items() for made in writer.block(name, text)]
    body = control("body", "Text of the document", *outline)
    front = cover(kind["description"])
    if kind.get("cover_page"):
        end_of_cover = paragraph("RecordText")
        end_of_cover[0].append(section("header", "footer"))
        parts = [*front, *record(), end_of_cover, body, paragraph("RecordText"), section()]
    else:
        parts = [*front, body, *record(), section("header", "footer")]
    made = element("document", element("body", *parts))
    for position, identity in enumerate(made.iter(f"{{{W}}}id"), start=1):
        identity.set(f"{{{W}}}val", str(position))
    return made


def styles(kind: dict) -> etree._Element:
    """The styles; types whose sections are not cited by number have plain headings."""
    made = part("styles.xml")
    if not kind.get("numbered"):
        for numbering in made.findall(f".//{{{W}}}numPr"):
            style = numbering.getparent().getparent()
            if style.get(f"{{{W}}}styleId").startswith("Heading"):
                numbering.getparent().remove(numbering)
    return made


def part(name: str) -> etree._Element:
    """A part kept as a file in ``parts/``."""
    return etree.parse(HERE / "parts" / name, etree.XMLParser(remove_blank_text=True, remove_comments=True)).getroot()


def package(kind: dict) -> bytes:
    """A whole Word template of one document type."""
    numbering = part("numbering.xml")
    entries = {
        "[Content_Types].xml": part("content_types.xml"),
        "_rels/.rels": part("package_rels.xml"),
        "docProps/core.xml": properties(kind),
        "docProps/app.xml": part("app.xml"),
        "word/document.xml": document(kind, numbering),
        "word/_rels/document.xml.rels": part("document_rels.xml"),
        "word/styles.xml": styles(kind),
        "word/numbering.xml": numbering,
        "word/settings.xml": part("settings.xml"),
        "word/footnotes.xml": part("footnotes.xml"),
        "word/header1.xml": header(),
        "word/footer1.xml": footer(),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, root in entries.items():
            etree.cleanup_namespaces(root, keep_ns_prefixes=list(NAMES))
            text = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            made.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def properties(kind: dict) -> etree._Element:
    """The document properties of a template."""
    made = part("core.xml")
    made.find("{http://purl.org/dc/elements/1.1/}title").text = kind["name"]
    made.find("{http://purl.org/dc/elements/1.1/}description").text = kind["description"]
    return made


def build(folder: Path) -> None:
    """Write one template for each document type into a folder."""
    outlines = yaml.safe_load((HERE / "outlines.yaml").read_text(encoding="utf-8"))
    for name, kind in outlines.items():
        (folder / f"{name}.docx").write_bytes(package(kind))


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
