"""The pages of every starter policy as a screen reader and an archive get them: PDF/UA-1 and PDF/A."""

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pikepdf
import pytest

from docctl.adapters import libreoffice
from docctl.adapters.conversion import markdown_to_typst, markdown_to_word
from docctl.adapters.pdf_writer import write_pdf
from docctl.adapters.qr_code import picture_of
from docctl.adapters.word_document import fill_word
from docctl.domain.issued_files.issue_sheet import ApprovalLine, HistoryLine, IssueSheet
from tests.factories.files.libreoffice import needs_libreoffice
from tests.factories.files.pdf_pages import bookmarks, elements, open_pdf, page_texts
from tests.factories.files.qr_codes import scanned_pages
from tests.policies.test_starter_library import PATHS, ROOT, Starter, each_document, library, starter

# The pages of a policy are printed once for all tests of it, so that the day draws the same policies for each.
pytestmark = pytest.mark.drawn(more=9, alike="pages of policies")
LINK = "https://docs.riverton.example/c/KWXC1CCZ7B0B-3"
MARKS = ("", "DRAFT", "SUPERSEDED", "OBSOLETE")
RECORD = ["Document control", "Approvals", "Revision history"]
SHOWS_TEXT = {"Tj", "TJ", "'", '"'}
OPENS, CLOSES = {"BDC", "BMC"}, {"EMC"}


def pages_of(document: Starter) -> pikepdf.Pdf:
    """The PDF of a policy; the marks of drafts and of what has ended take turns."""
    return open_pdf(_written(document.number))


@cache
def _written(number: str) -> bytes:
    document = library()[number]
    return write_pdf(markdown_to_typst(document.body, {}), {}, sheet_of(document))


def sheet_of(document: Starter) -> IssueSheet:
    """What the pages of a policy state."""
    return IssueSheet(
        organisation="Town of Riverton",
        number=document.number,
        title=document.front["title"],
        document_type="Policy",
        revision="3",
        status="In force",
        effective_date="1 March 2026",
        owner="Head of Quality",
        department="Quality",
        classification="Internal",
        language="en-GB",
        approvals=(ApprovalLine("Priya Nair", "Approver", "I approve it", "27 February 2026, 09:15:40 CET"),),
        history=(HistoryLine("3", "1 March 2026", "Responsibilities named anew", "Priya Nair"),),
        issued_at="1 March 2026, 00:00:05 CET (UTC+01:00)",
        mark=MARKS[PATHS.index(document.path) % len(MARKS)],
        link=LINK,
        link_picture=b64encode(picture_of(LINK)).decode(),
    )


def tagged(pdf: pikepdf.Pdf, *names: str) -> list[pikepdf.Dictionary]:
    """The structure elements with one of these tags, in the order in which they are read."""
    return [each for each in elements(pdf.Root.StructTreeRoot) if str(each.S) in names]


@each_document
def test_pdf_says_that_it_is_accessible_and_for_archives(document: Starter) -> None:
    pdf = pages_of(document)
    metadata = pdf.open_metadata()
    assert (metadata["pdfuaid:part"], metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("1", "2", "A")
    assert metadata["dc:title"] == document.front["title"]
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.Root.Lang) == "en-GB"
    assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert not pdf.is_encrypted
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(pdf.Root.get("/Names", {}))
    assert all(page.get("/Tabs") == "/S" for page in pdf.pages if "/Annots" in page)


@each_document
def test_headings_are_tagged_in_order_and_are_the_bookmarks(document: Starter) -> None:
    pdf = pages_of(document)
    levels = [int(str(each.S)[2:]) for each in tagged(pdf, *(f"/H{level}" for level in range(1, 7)))]
    assert len(levels) >= len(document.headings) + len(RECORD)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    marked = bookmarks(pdf)
    assert [title for _, title in marked][-len(RECORD) :] == RECORD
    assert [level for level, _ in marked[: -len(RECORD)]] == [level for level, _ in document.headings]
    assert all(title for _, title in marked)


@each_document
def test_tables_have_headers_and_pictures_a_text(document: Starter) -> None:
    pdf = pages_of(document)
    tables = tagged(pdf, "/Table")
    assert len(tables) >= len(document.tables) + 2
    for table in tables:
        assert [each for each in elements(table) if str(each.S) == "/TH"]
    assert all(str(each.get("/Alt", "")) for each in tagged(pdf, "/Figure", "/Formula"))
    for page in pdf.pages:
        for note in page.get("/Annots", []):
            assert "/StructParent" in note
            assert str(note.get("/Contents", ""))


@each_document
def test_every_font_is_embedded_and_every_letter_can_be_copied(document: Starter) -> None:
    pdf = pages_of(document)
    fonts = {font.objgen: font for page in pdf.pages for font in page.resources.Font.values()}
    assert fonts
    for font in fonts.values():
        assert "/ToUnicode" in font
        descriptor = font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.FontDescriptor
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)


@each_document
def test_every_letter_belongs_to_the_text_or_to_what_stands_around_it(document: Starter) -> None:
    pdf = pages_of(document)
    for page in pdf.pages:
        assert all(_depths_of_text(page))


def _depths_of_text(page: pikepdf.Page) -> Iterator[int]:
    depth = 0
    for _, operator in pikepdf.parse_content_stream(page):
        depth += (str(operator) in OPENS) - (str(operator) in CLOSES)
        if str(operator) in SHOWS_TEXT:
            yield depth


@each_document
def test_every_page_carries_its_mark_and_its_link(document: Starter) -> None:
    pdf, mark = pages_of(document), sheet_of(document).mark
    assert set(scanned_pages(pdf)) == {LINK}
    for text in page_texts(pdf):
        assert LINK.partition("://")[2] in text
        assert text.count(mark) >= 2 if mark else not any(each in text for each in MARKS if each)


@needs_libreoffice
def test_pages_of_libreoffice_are_accessible_too() -> None:
    document = next(starter(path) for path in PATHS if path.name.startswith("POL"))
    template = (ROOT / "templates" / "policy.docx").read_bytes()
    word = fill_word(template, markdown_to_word(document.body, {}, template), sheet_of(document))
    pdf = open_pdf(libreoffice.pages_of(word, sheet_of(document).issued_instant))
    metadata = pdf.open_metadata()
    assert metadata["pdfuaid:part"] == "1"
    assert metadata["pdfaid:part"] == "2"
    assert metadata["dc:title"] == document.front["title"]
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang).startswith("en")
    assert set(scanned_pages(pdf)) == {LINK}
    assert len(tagged(pdf, "/H1", "/H2", "/H3")) >= len(document.headings)
    assert [title for _, title in bookmarks(pdf)]
    assert all(str(each.get("/Alt", "")) for each in tagged(pdf, "/Figure"))
    assert tagged(pdf, "/TH")
