"""The programs that make issued files, with the versions they have now."""

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from docctl import tools
from docctl.domain.documents.word_template import WordTemplate
from docctl.domain.issued_files.rendition import FONTS, LAYOUT, LIBREOFFICE, READER, TYPST, MadeWith
from docctl.shipped import PACKAGE

if TYPE_CHECKING:
    from docctl.document_control import DocumentControl

_LIBRARIES = {"pandoc": "pypandoc_binary", "python-docx": "python-docx"}
_MADE_BY = ("pdf_writer.py", "libreoffice.py", "qr_code.py", "typst", "word_document", "conversion", "pandoc_filters")
_READ_BACK_BY = (
    "adapters/reading_back",
    "adapters/reading_view",
    "domain/issued_files/reading_forms.py",
    "domain/issued_files/readings.py",
    "domain/issued_files/running_lines.py",
    "domain/issued_files/spelling.py",
    "texts/alignment.py",
    "domain/issued_files/words_compared.py",
    "domain/issued_files/words_in_print.py",
)
_LAYS_OUT = (".py", ".typ", ".json", ".lua", ".conf", ".ttf", ".otf")
_version_of = cache(metadata.version)


def made_with(control: "DocumentControl", template: WordTemplate | None, pages: str) -> MadeWith:
    """Return what a rendition is made with here and now."""
    programs = {name: _version_of(library) for name, library in _LIBRARIES.items()}
    programs[FONTS] = tools.libreoffice.fonts()
    programs[LAYOUT] = _fingerprint_of(PACKAGE / "adapters", _MADE_BY)[:12]
    if pages == TYPST:
        programs[TYPST] = _version_of("typst")
    elif (here := tools.libreoffice.installed()) is not None:
        programs[LIBREOFFICE] = ".".join(map(str, here.version))
    if template is None:
        return MadeWith("", "", pages, programs)
    return MadeWith(template.name, template.sha256, pages, programs)


def measured_with(control: "DocumentControl") -> dict[str, str]:
    """Return every program that makes issued files here and now, whichever prints them, and what reads them back."""
    programs: dict[str, str] = {}
    for pages in (TYPST, LIBREOFFICE):
        programs |= made_with(control, None, pages).programs
    programs[READER] = _fingerprint_of(PACKAGE, _READ_BACK_BY)[:12]
    return programs


@cache
def _fingerprint_of(folder: Path, names: tuple[str, ...]) -> str:
    """Return the fingerprint of what lays pages out, or reads them: any change of it may change what comes of it."""
    found = hashlib.sha256()
    for name in names:
        place = folder / name
        files = [place] if place.is_file() else place.rglob("*")
        for file in sorted(each for each in files if each.suffix in _LAYS_OUT):
            found.update(f"{file.relative_to(folder)}\0".encode() + file.read_bytes())
    return found.hexdigest()
