"""Stand-ins for issued files, for a test in which Word and PDF themselves are not in question."""

import pytest

from docctl.actions import exporting
from docctl.actions.exporting import Built

WORD, PDF = Built(b"Word"), Built(b"PDF")


def issue_quickly(patched: pytest.MonkeyPatch) -> None:
    """Issue the stand-ins instead of Word and PDF files, each of which takes half a second."""
    patched.setattr(exporting, "word_file", lambda *_: WORD)
    patched.setattr(exporting, "pdf_file", lambda *_: PDF)
    patched.setattr(exporting, "differences_in", lambda *_: ())
