"""A Word file as a package: opened, gone through by parts, and written so that equal content gives equal bytes."""

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import PartFactory, XmlPart
from lxml import etree

from docctl.adapters.word_document.xml import w
from docctl.domain.errors import TemplateError
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.texts.text_language import BY_SHAPES, direction_of, main_language

PartFactory.part_type_for[CT.WML_FOOTNOTES] = XmlPart
LATIN_LANGUAGE = "en-GB"
_TYPES_BY_RELATIONSHIP = {
    RT.STYLES: CT.WML_STYLES,
    RT.NUMBERING: CT.WML_NUMBERING,
    RT.SETTINGS: CT.WML_SETTINGS,
    RT.FOOTNOTES: CT.WML_FOOTNOTES,
    RT.HEADER: CT.WML_HEADER,
    RT.FOOTER: CT.WML_FOOTER,
}


def open_word(data: bytes) -> Document:
    """Open a Word file; raises TemplateError when it is damaged or something else."""
    try:
        document = docx.Document(io.BytesIO(data))
        _name_parts_by_their_use(document)
        _find_the_properties(document)
        return document
    except (
        zipfile.BadZipFile,
        PackageNotFoundError,
        KeyError,
        ValueError,
        AttributeError,
        etree.XMLSyntaxError,
    ) as error:
        raise TemplateError(
            "The file is not a Word document (.docx), or it is damaged; save it again in Word."
        ) from error


def _name_parts_by_their_use(document: Document) -> None:
    """Give styles, lists, notes and the like their type where the file leaves it out, as some programs do."""
    for relationship in document.part.rels.values():
        kind = _TYPES_BY_RELATIONSHIP.get(relationship.reltype)
        if kind is None or relationship.is_external or relationship.target_part.content_type == kind:
            continue
        part = relationship.target_part
        relationship._target = PartFactory(part.partname, kind, relationship.reltype, part.blob, part.package)


def _find_the_properties(document: Document) -> None:
    """Call the properties of the file by Word's name for them; LibreOffice long used another, and they came twice."""
    for relationship in document.part.package.rels.values():
        if relationship.reltype.endswith("/metadata/core-properties"):
            relationship._reltype = RT.CORE_PROPERTIES


def page_parts(document: Document) -> Iterator[XmlPart]:
    """The headers and footers of a document."""
    for relationship in document.part.rels.values():
        if relationship.reltype in (RT.HEADER, RT.FOOTER) and not relationship.is_external:
            yield relationship.target_part


def state_properties(document: Document, sheet: IssueSheet) -> None:
    """Write title, number, owner, language and time of issue into the properties of the file."""
    properties = document.core_properties
    properties.title = _property(sheet.title)
    properties.subject = _property(f"{sheet.number}, revision {sheet.revision}, {sheet.status}")
    properties.author = properties.last_modified_by = _property(sheet.organisation or sheet.owner)
    properties.category = _property(sheet.document_type)
    properties.keywords = _property(", ".join(f"{line.standard} {line.clause}" for line in sheet.clauses))
    properties.comments = _property(f"Audit trail {sheet.seq}: {sheet.chain_head}" if sheet.chain_head else "")
    properties.version = _property(sheet.revision)
    properties.language = _property(sheet.language)
    properties.revision = 1
    properties.created = properties.modified = sheet.issued_instant
    language = LATIN_LANGUAGE if sheet.language in ("", "en") else sheet.language
    # Latin words that claim to be in an East Asian language may break at any letter; what was issued so stays so.
    is_by_shapes = main_language(language) in BY_SHAPES and sheet.heading_numbers is not None
    for mark in document.styles.element.iterfind(f"{w('docDefaults')}//{w('lang')}"):
        if is_by_shapes:
            mark.set(w("eastAsia"), language)
        mark.set(w("val"), LATIN_LANGUAGE if is_by_shapes else language)
        if direction_of(language) == "rtl":
            mark.set(w("bidi"), language)


def write_word(document: Document) -> bytes:
    """The bytes of a Word file, in a fixed order and without the time of writing."""
    written, steady = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(steady, "w") as target:
        first = {"[Content_Types].xml": 0, "_rels/.rels": 1}
        for name in sorted(source.namelist(), key=lambda name: (first.get(name, 2), name)):
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return steady.getvalue()


def _property(text: str) -> str:
    return " ".join(text.split())[:255]
