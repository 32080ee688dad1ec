"""Word's own markup: the names its parts and elements go by, and the words a Word file is made of."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFFICE_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
LINKS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
CONTENT_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PLACED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
VML = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"
OFFICE_WORD = "{urn:schemas-microsoft-com:office:word}"

TYPES_PART = "[Content_Types].xml"
ROOT_LINKS = "_rels/.rels"
MAIN_TYPES = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)

_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAMES = tuple(
    (_STRICT + strict.encode(), b"http://schemas.openxmlformats.org/" + ordinary.encode())
    for strict, ordinary in (
        ("wordprocessingml/main", "wordprocessingml/2006/main"),
        (
            "officeDocument/relationships/metadata/core-properties",
            "package/2006/relationships/metadata/core-properties",
        ),
        ("officeDocument/relationships", "officeDocument/2006/relationships"),
        ("officeDocument/math", "officeDocument/2006/math"),
        ("officeDocument/extendedProperties", "officeDocument/2006/extended-properties"),
        ("officeDocument/customProperties", "officeDocument/2006/custom-properties"),
        ("officeDocument/docPropsVTypes", "officeDocument/2006/docPropsVTypes"),
        ("officeDocument/bibliography", "officeDocument/2006/bibliography"),
        ("officeDocument/customXml", "officeDocument/2006/customXml"),
        ("schemaLibrary/main", "schemaLibrary/2006/main"),
        ("drawingml/", "drawingml/2006/"),
    )
)
_KNOWN = re.compile(
    r"http://schemas\.openxmlformats\.org/|http://purl\.oclc\.org/ooxml/|urn:schemas-microsoft-com:"
    r"|http://schemas\.microsoft\.com/office/(?!mac/)"
)
"""Namespaces of which Word knows what stands in them."""
_CONTENTS_HEADINGS = frozenset(
    (
        *("contents", "table of contents", "content", "index", "inhalt", "inhaltsverzeichnis", "inhoud"),
        *("inhoudsopgave", "table des matières", "sommaire", "índice", "indice", "sommario"),
    )
)
_MAKES_CONTENTS = re.compile(r"(?i)\s*TOC\b")
_PAGE_AT_END = re.compile(r"(?:\t|\s\s|(?<![.…·_-])[.…·_-]{2,}\s?|\s[.·]\s)(?:\d{1,4}|[ivxlc]{1,6})\s*\Z")
"""Behind a tab, a wide gap or dots; the figure of “Phase 2” or “Annex 5.1” is part of its heading."""
_TOKEN = re.compile(r"[^\W_]+")
_UNREAD = frozenset(
    f"{WORD}{name}" for name in ("instrText", "delText", "delInstrText", "moveFrom", "del", "rPr", "pPr", "tblPr")
)
_GAPS = frozenset(f"{WORD}{name}" for name in ("tab", "ptab", "br", "cr", "p", "tc", "tr"))

Element = Any
"""An element of a parsed part; which library parsed it is the adapter's affair."""


def is_strict(part: bytes) -> bool:
    """Say whether a part is written in the Strict form of ISO/IEC 29500."""
    return _STRICT in part


def ordinary_form(part: bytes) -> bytes:
    """Return a part in the ordinary (Transitional) form, which every program reads; Strict only differs in names."""
    if _STRICT not in part:
        return part
    for strict, ordinary in _STRICT_NAMES:
        part = part.replace(strict, ordinary)
    return part


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the parts of a Word file that was checked before, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {info.filename: package.read(info) for info in package.infolist() if not info.is_dir()}


def zipped(parts: Mapping[str, bytes], level: int = 6) -> bytes:
    """Write parts as a Word file; the same parts give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package:
        for name in sorted(parts, key=lambda name: (name != TYPES_PART, name != ROOT_LINKS)):
            package.writestr(zipfile.ZipInfo(name), parts[name], zipfile.ZIP_DEFLATED, level)
    return target.getvalue()


def links_part(part: str) -> str:
    """Return the name of the part that holds a part's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def source_part(links: str) -> str:
    """Return the part whose relationships a ``.rels`` part holds."""
    folder, name = posixpath.split(links)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def resolved(links: str, target: str) -> str:
    """Return the name of the part that a relationship's target points at; it starts with ``..`` if outside."""
    if target.startswith("/"):
        return posixpath.normpath(target.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(posixpath.dirname(links)), target))


def kind_of(link: Element) -> str:
    """Return the last word of a relationship's type: ``image``, ``hyperlink``, ``attachedTemplate``."""
    return str(link.get("Type", "")).rstrip("/").rsplit("/", 1)[-1]


def visible_text(element: Element) -> str:
    """Return the text a reader sees in an element: no instructions of fields, no deletions, each text box once."""
    return "".join(_visible(element))


def _visible(element: Element) -> Iterator[str]:
    name = element.tag
    if name == f"{WORD}t":
        yield element.text or ""
        return
    if name in (f"{WORD}noBreakHyphen", f"{WORD}softHyphen"):
        yield "-" if name.endswith("noBreakHyphen") else ""
        return
    if name in _UNREAD or name == f"{CHOICES}Fallback":
        return
    if name == f"{WORD}ruby":
        for part in (*element.iterfind(f"{WORD}rubyBase"), *element.iterfind(f"{WORD}rt")):
            yield from _visible(part)
            yield " "
        return
    if name in _GAPS or element.get(f"{WORD}customMarkFollows") is not None:
        yield " "
    for child in element:
        if isinstance(child.tag, str):
            yield from _visible(child)
    if name in _GAPS:
        yield " "


def settle_choices(root: Element) -> None:
    """Take out alternatives in what Word does not know, so that the next one is taken (ISO/IEC 29500-3, 7.6)."""
    for choice in list(root.iter(f"{CHOICES}Choice")):
        required = (choice.nsmap.get(prefix) for prefix in choice.get("Requires", "").split())
        if any(name is not None and not _KNOWN.match(name) for name in required):
            holder = choice.getparent()
            holder.remove(choice)
            if holder.find(f"{CHOICES}Choice") is None:
                for piece in [piece for each in holder.iterfind(f"{CHOICES}Fallback") for piece in each]:
                    holder.addprevious(piece)
                holder.getparent().remove(holder)


def words_in(text: str) -> list[str]:
    """Return the words of a text as they are counted, in lower case."""
    return _TOKEN.findall(text.casefold())


def main_part(trees: Mapping[str, Element]) -> str:
    """Return the name of the part with the document's text."""
    for link in trees[ROOT_LINKS]:
        if kind_of(link) == "officeDocument":
            return resolved(ROOT_LINKS, link.get("Target", ""))
    return "word/document.xml"


def text_parts(trees: Mapping[str, Element]) -> list[str]:
    """Return the parts with the document's own text, in order: body, footnotes, endnotes."""
    main = main_part(trees)
    folder = posixpath.dirname(main)
    notes = [posixpath.join(folder, name) for name in ("footnotes.xml", "endnotes.xml")]
    return [name for name in (main, *notes) if name in trees]


def related_parts(trees: Mapping[str, Element], *kinds: str) -> list[str]:
    """Return the names of the parts that the text refers to by links of some kinds, each once: they may be any."""
    links = links_part(main_part(trees))
    found = (resolved(links, link.get("Target", "")) for link in trees.get(links, ()) if kind_of(link) in kinds)
    return list(dict.fromkeys(found))


def contents_pieces(root: Element) -> list[Element]:
    """Return the paragraphs and blocks that are a generated table of contents, with the heading over it.

    A line in the style of an entry that names no page, outside of any contents, is text: some headings have it.
    """
    found: list[Element] = []
    for block in root.iter(f"{WORD}sdt"):
        gallery = block.find(f"{WORD}sdtPr/{WORD}docPartObj/{WORD}docPartGallery")
        if gallery is not None and gallery.get(f"{WORD}val") == "Table of Contents":
            found.append(block)
    depth = 0
    for paragraph in root.iter(f"{WORD}p"):
        inside = depth > 0
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        named = style is not None and re.fullmatch(r"(?i)toc\s?(?:(\d)|heading)", style.get(f"{WORD}val", ""))
        for piece in paragraph.iter(f"{WORD}fldChar", f"{WORD}instrText", f"{WORD}fldSimple"):
            kind = piece.get(f"{WORD}fldCharType")
            if kind == "begin" and depth:
                depth += 1
            elif kind == "end" and depth:
                depth -= 1
            elif piece.tag == f"{WORD}instrText" and not depth and _MAKES_CONTENTS.match(piece.text or ""):
                depth, inside = 1, True
            elif piece.tag == f"{WORD}fldSimple":
                inside |= _MAKES_CONTENTS.match(piece.get(f"{WORD}instr", "")) is not None
        if inside or (named and (named[1] is None or names_a_page(visible_text(paragraph)))):
            found.append(paragraph)
    return found


def names_a_page(text: str) -> bool:
    """Say whether a line of contents ends with the number of a page, or says nothing."""
    return not text.strip() or _PAGE_AT_END.search(text) is not None


def is_contents_heading(text: str) -> bool:
    """Say whether a heading only announces a table of contents."""
    return re.sub(r"[\s:.]+", " ", text).strip().casefold() in _CONTENTS_HEADINGS
