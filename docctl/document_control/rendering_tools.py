"""The programs that make issued files, with the versions they have now."""

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from docctl.domain.rendition import FONTS, LAYOUT, LIBREOFFICE, TYPST, MadeWith
from docctl.domain.word_template import WordTemplate

if TYPE_CHECKING:
    from docctl.document_control import DocumentControl

_LIBRARIES = {"pandoc": "pypandoc_binary", "python-docx": "python-docx"}
_MADE_BY = ("pdf_writer.py", "libreoffice.py", "qr_code.py", "typst", "word_document", "conversion", "pandoc_filters")

_LAYS_OUT = (".py", ".typ", ".json", ".lua", ".conf", ".ttf", ".otf")


def made_with(control: "DocumentControl", template: WordTemplate | None, pages: str) -> MadeWith:
    """Return what a rendition is made with here and now."""
    programs = {name: metadata.version(library) for name, library in _LIBRARIES.items()}
    programs[FONTS] = control.libreoffice.fonts()
    programs[LAYOUT] = _layout(control.home / "docctl" / "adapters")[:12]
    if pages == TYPST:
        programs[TYPST] = metadata.version("typst")
    elif (here := control.libreoffice.installed()) is not None:
        programs[LIBREOFFICE] = ".".join(map(str, here.version))
    if template is None:
        return MadeWith("", "", pages, programs)
    return MadeWith(template.name, template.sha256, pages, programs)


@cache
def _layout(adapters: Path) -> str:
    """Return the fingerprint of what lays pages out: any change of it may change every page."""
    found = hashlib.sha256()
    for name in _MADE_BY:
        place = adapters / name
        files = [place] if place.is_file() else place.rglob("*")
        for file in sorted(each for each in files if each.suffix in _LAYS_OUT):
            found.update(f"{file.relative_to(adapters)}\0".encode() + file.read_bytes())
    return found.hexdigest()
