"""Stand-ins for issued files, for a test in which Word and PDF themselves are not in question."""

import pytest

from docctl import tools
from docctl.actions.issued_files import exporting
from docctl.actions.issued_files.exporting import Built

WORD, PDF = Built(b"Word"), Built(b"PDF")


def issue_quickly(patched: pytest.MonkeyPatch) -> None:
    """Issue the stand-ins instead of Word and PDF files, each of which takes half a second."""
    patched.setattr(exporting, "word_file", lambda *_: WORD)
    patched.setattr(exporting, "pdf_file", lambda *_: PDF)
    patched.setattr(exporting, "differences_in", lambda *_: ())


def print_quickly(patched: pytest.MonkeyPatch) -> None:
    """Answer every download with a few bytes, where it matters only who may have it."""
    patched.setattr(tools.pdf_writer, "write_pdf", lambda *_: b"%PDF-1.7")
    patched.setattr(tools.word_document, "fill_word", lambda *_: b"PK")
    patched.setattr(tools.conversion, "markdown_to_word", lambda *_: b"PK")
    patched.setattr(tools.conversion, "markdown_to_typst", lambda *_: "")
