"""The check that an uploaded file is a Word document and nothing else, before anything parses it."""

import posixpath
import re
import struct
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from docctl.adapters.word_package.zip_entries import (
    DAMAGED,
    TAMPERED,
    TOO_LARGE,
    PackageLimits,
    checked_entries,
    is_markup,
    unpacked,
)
from docctl.domain.errors import RefusedUploadError, UploadTooLargeError
from docctl.texts.picture import pixels
from docctl.word_format.markup import MAIN_TYPES, ROOT_LINKS, TYPES_PART, WORD, kind_of, ordinary_form, resolved

_SAVE_AS_WORD = "open it in the program it comes from, save it as a Word document (.docx), and upload that."
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FOREIGN = (
    (b"%pdf-", "a PDF"),
    (b"{\\rt", "an RTF document"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"mime-version:", "a web archive"),
    (b"<office:document", "an OpenDocument file"),
    (b"<?xml", "an XML file"),
)
_MACROS = (
    "The file was refused, because it holds macros; "
    "save it in Word as a document without macros (.docx) and upload that."
)
_KEPT = (TYPES_PART, ROOT_LINKS)
_NESTED = (b"PK\x03\x04", b"PK\x05\x06")
_MACRO_PART = re.compile(r"(?:^|/)vba(?:project|data|projectsignature\w*)\.(?:bin|xml)$", re.IGNORECASE)
_TYPE_NAMES = (("spreadsheetml", "an Excel workbook"), ("presentationml", "a PowerPoint presentation"))


def check_word_package(data: bytes, limits: PackageLimits | None = None) -> None:
    """Accept a Word document or template; raise RefusedUploadError, or UploadTooLargeError where it is too large."""
    limits = limits or PackageLimits()
    _check_kind(data)
    entries = checked_entries(data, limits)
    names = {entry.filename for entry in entries}
    if any(_MACRO_PART.search(name) for name in names):
        raise RefusedUploadError(_MACROS)
    if "mimetype" in names and TYPES_PART not in names:
        raise RefusedUploadError(
            "The file is not a Word document but an OpenDocument file; %(remedy)s", remedy=_SAVE_AS_WORD
        )
    counted = _MarkupCount(limits)
    package = _PackageLinks()
    nested: list[str] = []
    for name, content in unpacked(data, entries, limits):
        if name in _KEPT or is_markup(name):
            counted.read(name, content, package)
        elif content.startswith(_NESTED):
            nested.append(name)
        elif pixels(content) > limits.megapixels * 1_000_000:
            raise RefusedUploadError(
                "The file was refused, because a picture in it (%(picture)s) has more than %(megapixels)s "
                "million pixels; make the picture smaller and upload the file again.",
                picture=posixpath.basename(name),
                megapixels=limits.megapixels,
            )
    package.check(names)
    strangers = [name for name in nested if name not in package.embedded and "/embeddings/" not in name]
    if strangers:
        raise RefusedUploadError(TAMPERED.format(why="it holds another zip file"))


def _check_kind(data: bytes) -> None:
    """Name what the file is instead, by how it begins."""
    if data.startswith(b"PK\x03\x04"):
        return
    if not data.strip(b"\x00"):
        raise RefusedUploadError("The file is not a Word document: it is empty; choose another file.")
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise RefusedUploadError(
                "The file was refused, because it is protected by a password; "
                "save it without a password and upload that."
            )
        raise RefusedUploadError(
            "The file is not a Word document of today's form but of the old form (.doc); "
            "open it in Word, save it as a Word document (.docx), and upload that."
        )
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for beginning, what in _FOREIGN:
        if start.startswith(beginning):
            raise RefusedUploadError(
                "The file is not a Word document but %(what)s; %(remedy)s", what=what, remedy=_SAVE_AS_WORD
            )
    raise RefusedUploadError("The file is not a Word document; %(remedy)s", remedy=_SAVE_AS_WORD)


_TABLES = frozenset((f"{WORD[1:]}tbl", "http://purl.oclc.org/ooxml/wordprocessingml/main}tbl"))


@dataclass
class _PackageLinks:
    """Content types and relationships as far as the check needs them."""

    defaults: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    main: str = ""
    targets: set[str] = field(default_factory=set)
    embedded: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    roots: dict[str, str] = field(default_factory=dict)

    def note(self, part: str, tag: str, attributes: dict[str, str]) -> None:
        """Take in one element of the content types or of a relationships part."""
        if part == TYPES_PART and tag == "Default":
            self.defaults[attributes.get("Extension", "").lower()] = attributes.get("ContentType", "")
        elif part == TYPES_PART and tag == "Override":
            self.types[attributes.get("PartName", "").lstrip("/")] = attributes.get("ContentType", "")
        elif part.endswith(".rels") and tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = resolved(part, attributes.get("Target", ""))
            if target.startswith("..") or "\\" in target:
                raise RefusedUploadError(TAMPERED.format(why="a part of it points outside of the file"))
            self.targets.add(target)
            kind = kind_of(attributes)
            if kind == "vbaProject":
                raise RefusedUploadError(_MACROS)
            if kind in ("aFChunk", "package", "oleObject"):
                self.embedded.add(target)
            if part == ROOT_LINKS and kind == "officeDocument":
                self.main = target

    def check(self, names: set[str]) -> None:
        """Refuse what declares macros, or no Word document, or one that is not there."""
        every = [*self.defaults.values(), *self.types.values()]
        if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in every):
            raise RefusedUploadError(_MACROS)
        if TYPES_PART not in names or ROOT_LINKS not in names or self.main not in names:
            raise RefusedUploadError(DAMAGED)
        declared = self._type_of(self.main)
        if declared not in MAIN_TYPES:
            what = next((f" but {name}" for part, name in _TYPE_NAMES if part in declared), "")
            raise RefusedUploadError(
                "The file is not a Word document%(what)s; %(remedy)s", what=what, remedy=_SAVE_AS_WORD
            )
        if self.roots.get(self.main) != "document" or f"{self.main}#body" not in self.roots:
            raise RefusedUploadError(DAMAGED)
        if not all(map(self._type_of, (self.targets - self.embedded) & names)):
            raise RefusedUploadError(DAMAGED)

    def _type_of(self, part: str) -> str:
        ending = posixpath.splitext(part)[1].lstrip(".").lower()
        return self.types.get(part) or self.defaults.get(ending, "")


@dataclass
class _MarkupCount:
    """A walk over every XML part that builds nothing: it counts, and refuses any document type declaration."""

    limits: PackageLimits
    elements: int = 0

    def read(self, name: str, content: bytes, package: _PackageLinks) -> None:
        """Walk over one part; raise RefusedUploadError for a DTD, too much depth, or a damaged part."""
        depth = tables = 0
        wanted = name == TYPES_PART or name.endswith(".rels")
        parser = expat.ParserCreate(namespace_separator="}")

        def begun(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth, tables
            depth += 1
            tables += tag in _TABLES
            self.elements += 1
            if depth > self.limits.depth or tables > self.limits.tables_within:
                raise RefusedUploadError(
                    "The file was refused, because its tables or boxes are nested too deep; "
                    "simplify them in Word and upload the file again."
                )
            if self.elements > self.limits.elements:
                raise UploadTooLargeError(TOO_LARGE.format(why="it holds too many pieces"))
            if depth == 1:
                package.roots[name] = tag.rpartition("}")[2]
            elif depth == 2 and tag.rpartition("}")[2] == "body":
                package.roots[f"{name}#body"] = tag
            if wanted:
                package.note(name, tag.rpartition("}")[2], attributes)

        def ended(tag: str) -> None:
            nonlocal depth, tables
            depth -= 1
            tables -= tag in _TABLES

        def declared(*declaration: Any) -> None:
            raise RefusedUploadError(
                TAMPERED.format(why="a part of it declares a document type, which Word never does and attacks do")
            )

        parser.StartElementHandler = begun
        parser.EndElementHandler = ended
        parser.StartDoctypeDeclHandler = declared
        parser.EntityDeclHandler = declared
        try:
            parser.Parse(ordinary_form(content), True)
        except (expat.ExpatError, ValueError, LookupError, struct.error) as fault:
            raise RefusedUploadError(DAMAGED) from fault
