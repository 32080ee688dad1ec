"""Word files that are large to fill in: done in a process of its own, within limits, or refused in a sentence."""

import io
import zipfile
from pathlib import Path

import docx
import pytest

from docctl.adapters import word_document
from docctl.adapters.word_document import apart, filling
from docctl.adapters.word_document.controls import new_control
from docctl.adapters.word_document.xml import element, run
from docctl.domain.errors import ConversionError, TemplateError
from docctl.domain.issued_files.issue_sheet import IssueSheet

TEMPLATE = (Path(__file__).resolve().parents[3] / "templates" / "policy.docx").read_bytes()
SHEET = ("Town", "POL-001", "{title}", "Policy", "1", "In force", "today", "Ann", "Quality", "Internal", "en")


def sheet(title: str = "Title") -> IssueSheet:
    """What the pages state, with a title of one's own."""
    return IssueSheet(*(title if word == "{title}" else word for word in SHEET))


def saved(document: docx.document.Document) -> bytes:
    """A Word file as bytes."""
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def template_with(controls: int) -> bytes:
    """A template with so many more controls for the title."""
    document = docx.Document(io.BytesIO(TEMPLATE))
    for _ in range(controls):
        document.element.body.insert(0, new_control("docctl:title", "Title", element("p", run("x"))))
    return saved(document)


BODY = saved(docx.Document())


def text_of(word: bytes) -> str:
    """The text of a Word file, as it stands in its XML."""
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        return package.read("word/document.xml").decode()


def test_an_ordinary_document_is_filled_here_and_a_large_one_apart_with_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = word_document.fill_word(TEMPLATE, BODY, sheet())
    editing = word_document.prepare_for_editing(TEMPLATE, sheet(), BODY)
    monkeypatch.setattr(filling, "fill_word", None)
    monkeypatch.setattr(filling, "prepare_for_editing", None)
    monkeypatch.setattr(apart, "MADE_HERE_BYTES", 0)
    assert word_document.fill_word(TEMPLATE, BODY, sheet()) == here
    assert word_document.prepare_for_editing(TEMPLATE, sheet(), BODY) == editing


def test_ten_thousand_controls_and_a_value_of_five_megabytes_are_filled_or_refused() -> None:
    assert text_of(word_document.fill_word(template_with(10_000), BODY, sheet("A"))).count(">A</w:t>") > 10_000
    assert "x" * 5_000_000 in text_of(word_document.fill_word(TEMPLATE, BODY, sheet("x" * 5_000_000)))
    with pytest.raises(ConversionError, match="more time or memory"):
        word_document.fill_word(template_with(10_000), BODY, sheet("x" * 1_000_000))


def test_what_is_refused_apart_is_refused_in_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TemplateError) as here:
        word_document.fill_word(b"no Word file", BODY, sheet())
    monkeypatch.setattr(apart, "MADE_HERE_BYTES", 0)
    with pytest.raises(TemplateError) as elsewhere:
        word_document.fill_word(b"no Word file", BODY, sheet())
    assert str(here.value) == str(elsewhere.value)


def test_the_process_apart_sees_no_secret_and_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "/nothing")
    monkeypatch.setattr(apart, "MADE_HERE_BYTES", 0)
    monkeypatch.setattr(apart, "WALL_SECONDS", 0)
    with pytest.raises(ConversionError, match="more time or memory"):
        word_document.fill_word(TEMPLATE, BODY, sheet())
