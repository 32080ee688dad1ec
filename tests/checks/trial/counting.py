"""What a file holds, counted from its XML, and what became of it in the reading view, the Word file and the PDF."""

import io
import re
import zipfile
from dataclasses import dataclass

import pikepdf
from lxml import etree

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAIN = "/relationships/officeDocument"


@dataclass(frozen=True)
class Counted:
    """Tables and pictures of a text."""

    tables: int
    pictures: int


def count_word(data: bytes) -> Counted:
    """Count the outermost tables with words in them and the pictures in the body of a Word file, changes accepted."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = etree.fromstring(package.read("_rels/.rels"))
        main = next(part.get("Target", "") for part in parts if part.get("Type", "").endswith(_MAIN)).lstrip("/")
        root = etree.fromstring(package.read(main), etree.XMLParser(huge_tree=True, resolve_entities=False))
    gone = (FALLBACK, f"{WORD}del", f"{WORD}moveFrom")
    shown = [node for node in root.iter(etree.Element) if next(node.iterancestors(*gone), None) is None]
    tables = [
        node
        for node in shown
        if node.tag in (f"{WORD}tbl", f"{STRICT}tbl")
        and next(node.iterancestors(f"{WORD}tbl", f"{STRICT}tbl"), None) is None
        and "".join(node.itertext()).strip()
    ]
    pictures = [node for node in shown if etree.QName(node).localname in ("blip", "imagedata") and _embeds(node)]
    return Counted(len(tables), len(pictures))


def _embeds(node: etree._Element) -> bool:
    return any(etree.QName(name).localname in ("embed", "id") for name in node.attrib if name.startswith("{"))


def count_reading_view(html: str) -> Counted:
    """Count the outermost tables and the pictures, or what stands for them, in the text as it is read."""
    depth = outermost = 0
    for tag in re.findall(r"<(/?)table\b", html):
        depth += -1 if tag else 1
        outermost += not tag and depth == 1
    return Counted(outermost, len(re.findall(r'<img\b|class="[^"]*picture-', html)))


def pdf_pages_and_faults(data: bytes) -> tuple[int, list[str]]:
    """Return how many pages a PDF has, and what a reader with assistive technology would miss in it."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root, faults = pdf.Root, []
        if "/StructTreeRoot" not in root or not bool(root.get("/MarkInfo", {}).get("/Marked", False)):
            faults.append("PDF without tags")
        if not str(root.get("/Lang", "")):
            faults.append("PDF without language")
        with pdf.open_metadata() as metadata:
            if not metadata.get("dc:title"):
                faults.append("PDF without title")
            if metadata.get("pdfuaid:part") != "1":
                faults.append("PDF not marked as PDF/UA-1")
        return len(pdf.pages), faults
