"""Word files filled for issue: values where they belong, the text whole, marks on every page, equal bytes."""

import io
import re
import struct
import zipfile
import zlib
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

from docctl.adapters.conversion import markdown_to_word, word_to_markdown
from docctl.adapters.qr_code import picture_of
from docctl.adapters.word_document import check_template, fill_word, prepare_for_editing, template_outline
from docctl.adapters.word_document.controls import controls_in, tag_of
from docctl.adapters.word_document.xml import text_of, w
from docctl.domain.errors import InvalidInputError, TemplateError
from docctl.domain.issued_files.issue_sheet import ApprovalLine, ClauseLine, HistoryLine, IssueSheet

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
PROCEDURE = (TEMPLATES / "procedure.docx").read_bytes()
SHEET = IssueSheet(
    organisation="Northgate Water",
    number="SOP-02-01",
    title="Control of documented information",
    document_type="Procedure",
    revision="3",
    status="In force",
    effective_date="1 December 2026",
    owner="Amelia Hart",
    department="Quality",
    classification="Internal",
    language="en",
    approvals=(
        ApprovalLine("Jonas Weber", "Reviewer", "I have reviewed it", "20 November 2026, 10:02:11 CET (UTC+01:00)"),
        ApprovalLine("Priya Nair", "Approver", "I approve it", "21 November 2026, 09:15:40 CET (UTC+01:00)"),
    ),
    history=(
        HistoryLine("2", "1 June 2025", "Retention added", "Priya Nair"),
        HistoryLine("3", "1 December 2026", "Templates described\nCopies marked", "Priya Nair"),
    ),
    clauses=(ClauseLine("ISO 9001:2015", "7.5", "Documented information"),),
    chain_head="9f3ac0b1" * 8,
    seq=124,
    issued_at="22 November 2026, 14:05:09 CET (UTC+01:00)",
)

LINK = "https://docs.example/c/KWXC1CCZ7B0B-3"
LINKED = replace(SHEET, link=LINK, link_picture=b64encode(picture_of(LINK)).decode())


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(bytes(14)))
    + _chunk(b"IEND", b"")
)
TEXT = """# Purpose

See the [guide](https://example.org/a?b=1&c=2).[^1]

1. first
2. second

Between.

1. again from one

| Role | Duty |
|------|------|
| Owner | {{7*7}} |

![A flow](assets/image1.png)

[^1]: The guide is [kept](https://example.org/kept) by the library.
"""


@pytest.fixture(scope="module")
def body() -> bytes:
    """A text as pandoc hands it over."""
    return markdown_to_word(TEXT, {"assets/image1.png": PICTURE}, PROCEDURE)


@pytest.fixture(scope="module")
def issued(body: bytes) -> bytes:
    """The procedure as it is issued."""
    return fill_word(PROCEDURE, body, SHEET)


def _part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return etree.fromstring(package.read(name))


def _said(root: etree._Element, tag: str) -> list[str]:
    return ["".join(control.itertext()) for control in controls_in(root, tag)]


def _text(data: bytes) -> str:
    """What a Word file says, read as an upload is read."""
    return word_to_markdown(data, is_text_only=True).markdown


def _with_document(data: bytes, change) -> bytes:
    """The same Word file with its main part changed as text."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content.decode()).encode() if name == "word/document.xml" else content)
    return made.getvalue()


def _saved(document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


# Values, approvals and history


def test_every_value_stands_in_text_header_and_footer(issued: bytes) -> None:
    assert _said(_part(issued, "word/document.xml"), "docctl:number") == ["SOP-02-01"]
    header, footer = _part(issued, "word/header1.xml"), _part(issued, "word/footer1.xml")
    assert _said(header, "docctl:title") == [SHEET.title]
    assert _said(header, "docctl:status") == ["In force"]
    assert _said(footer, "docctl:effective_date") == ["1 December 2026"]
    assert _said(footer, "docctl:chain_head") == [SHEET.chain_head]


def test_approvals_and_history_are_tables_with_a_header_row_and_one_row_each(issued: bytes) -> None:
    root = _part(issued, "word/document.xml")
    (approvals,) = controls_in(root, "docctl:approvals")
    rows = [["".join(cell.itertext()) for cell in row.iter(w("tc"))] for row in approvals.iter(w("tr"))]
    assert rows[0] == ["Name", "Role", "Meaning of the signature", "Date and time"]
    assert rows[1] == ["Jonas Weber", "Reviewer", "I have reviewed it", SHEET.approvals[0].signed_at]
    assert len(rows) == 3
    assert len(list(approvals.iter(w("tblHeader")))) == 1
    (history,) = controls_in(root, "docctl:revision_history")
    assert len(list(history.iter(w("tr")))) == 3
    assert len(list(history.iter(w("br")))) == 1


def test_a_revision_nobody_signed_yet_has_an_empty_line_of_approvals(body: bytes) -> None:
    filled = fill_word(PROCEDURE, body, replace(SHEET, approvals=()))
    (approvals,) = controls_in(_part(filled, "word/document.xml"), "docctl:approvals")
    assert ["".join(row.itertext()) for row in approvals.iter(w("tr"))][1:] == ["––––"]


def test_a_table_with_fewer_columns_loses_no_value(body: bytes) -> None:
    document = docx.Document(io.BytesIO(PROCEDURE))
    (control,) = controls_in(document.element, "docctl:approvals")
    for row in control.iter(w("tr")):
        row.remove(row.findall(w("tc"))[-1])
    filled = fill_word(_saved(document), body, SHEET)
    (approvals,) = controls_in(_part(filled, "word/document.xml"), "docctl:approvals")
    assert SHEET.approvals[1].signed_at in "".join(approvals.itertext())


@pytest.mark.parametrize(
    "title", ["A & B </w:t></w:r><x>", "{{ cycler.__init__ }}{% for i in x %}", '<!-- "quoted" -->']
)
def test_a_value_appears_exactly_as_it_was_typed(body: bytes, title: str) -> None:
    filled = fill_word(PROCEDURE, body, replace(SHEET, title=title))
    assert _said(_part(filled, "word/document.xml"), "docctl:title") == [title]
    assert docx.Document(io.BytesIO(filled)).core_properties.title == title


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ud800", "\uffff"])
def test_a_value_with_a_character_that_cannot_be_printed_is_refused(body: bytes, character: str) -> None:
    with pytest.raises(InvalidInputError, match=r"title .* U\+|title .*\(U\+"):
        fill_word(PROCEDURE, body, replace(SHEET, title=f"a{character}b"))
    with pytest.raises(InvalidInputError):
        fill_word(PROCEDURE, body, replace(SHEET, clauses=(ClauseLine("ISO", character, ""),)))


def test_a_control_bound_to_other_data_shows_the_value_and_no_longer_follows_that_data(body: bytes) -> None:
    bound = '<w:tag w:val="docctl:owner"/><w:dataBinding w:xpath="/x" w:storeItemID="{{0}}"/>'
    template = _with_document(PROCEDURE, lambda text: text.replace('<w:tag w:val="docctl:owner"/>', bound, 1))
    root = _part(fill_word(template, body, SHEET), "word/document.xml")
    assert _said(root, "docctl:owner") == ["Amelia Hart"]
    assert not list(root.iter(w("dataBinding")))


# The text


def test_the_issued_text_reads_as_it_was_approved(issued: bytes, body: bytes) -> None:
    read = word_to_markdown(template_outline(issued))
    assert _text(template_outline(issued)) == _text(body)
    assert 'alt="A flow"' in read.markdown
    assert list(read.assets.values()) == [PICTURE]
    assert "{{7\\*7}}" in read.markdown or "{{7*7}}" in read.markdown


def test_lists_footnotes_links_and_pictures_lead_where_they_should(issued: bytes) -> None:
    document = docx.Document(io.BytesIO(issued))
    numbers = {num.get(w("numId")) for num in document.part.numbering_part.element.findall(w("num"))}
    lists = [mark.get(w("val")) for mark in document.element.iter(w("numId"))]
    assert len(set(lists)) == 2
    assert set(lists) <= numbers
    notes = _part(issued, "word/footnotes.xml")
    (reference,) = document.element.iter(w("footnoteReference"))
    assert [note.get(w("id")) for note in notes if note.get(w("type")) is None] == [reference.get(w("id"))]
    outside = {rel.target_ref for rel in document.part.rels.values() if rel.is_external}
    assert "https://example.org/a?b=1&c=2" in outside
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == "A flow"


@pytest.mark.parametrize(
    ("part", "element", "attribute"),
    [
        ("word/document.xml", "bookmarkStart", "id"),
        ("word/numbering.xml", "num", "numId"),
        ("word/numbering.xml", "abstractNum", "abstractNumId"),
        ("word/footnotes.xml", "footnote", "id"),
        ("word/styles.xml", "style", "styleId"),
    ],
)
def test_no_number_is_used_twice(issued: bytes, part: str, element: str, attribute: str) -> None:
    found = [node.get(w(attribute)) for node in _part(issued, part).iter(w(element))]
    assert len(found) == len(set(found))


def test_a_text_goes_into_a_template_without_lists_and_footnotes(body: bytes) -> None:
    document = docx.Document(io.BytesIO(PROCEDURE))
    part = document.part
    for name in [key for key, rel in part.rels.items() if rel.reltype.endswith(("/numbering", "/footnotes"))]:
        part.rels.pop(name)
    assert _text(template_outline(fill_word(_saved(document), body, SHEET))) == _text(body)


def test_tables_of_the_text_repeat_their_header_row_and_keep_rows_whole(issued: bytes) -> None:
    (body_control,) = controls_in(_part(issued, "word/document.xml"), "docctl:body")
    (table,) = body_control.iter(w("tbl"))
    assert table.find(f"{w('tblPr')}/{w('tblStyle')}").get(w("val")) == "DocctlTable"
    assert [len(list(row.iter(w("tblHeader")))) for row in table.iter(w("tr"))] == [1, 0]
    assert [len(list(row.iter(w("cantSplit")))) for row in table.iter(w("tr"))] == [1, 1]


def test_headings_with_typed_numbers_do_not_show_a_second_number() -> None:
    typed = markdown_to_word("# 1 Purpose\n\ntext\n\n# 2 Scope\n\ntext\n", {}, PROCEDURE)
    plain = markdown_to_word("# Purpose\n\ntext\n\n# 2026 aims\n\ntext\n", {}, PROCEDURE)
    taken_off = 'w:numId w:val="0"'
    assert etree.tostring(_part(fill_word(PROCEDURE, typed, SHEET), "word/document.xml")).decode().count(taken_off) == 2
    assert taken_off not in etree.tostring(_part(fill_word(PROCEDURE, plain, SHEET), "word/document.xml")).decode()


def test_a_template_without_a_place_for_the_text_is_refused(body: bytes) -> None:
    template = _with_document(PROCEDURE, lambda text: text.replace("docctl:body", "docctl:boby"))
    with pytest.raises(TemplateError, match="docctl:body"):
        fill_word(template, body, SHEET)
    with pytest.raises(TemplateError, match="docctl:body"):
        template_outline(template)


# Marks, Word-written documents and editing


def _word_written() -> bytes:
    """A document its author made in Word: a logo line in the header, another first page, even pages, two sections."""
    document = docx.Document()
    document.add_heading("Purpose")
    document.sections[0].header.paragraphs[0].text = "Our own header"
    document.sections[0].different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    document.add_section(WD_SECTION.NEW_PAGE).header.is_linked_to_previous = False
    return _saved(document)


def _headers(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = sorted(name for name in package.namelist() if re.fullmatch(r"word/header\d+\.xml", name))
        return [package.read(name).decode() for name in names]


def test_a_superseded_document_says_so_on_every_page(body: bytes) -> None:
    for source, text in ((PROCEDURE, body), (_word_written(), None)):
        headers = _headers(fill_word(source, text, replace(SHEET, status="Superseded", mark="SUPERSEDED")))
        assert headers
        for header in headers:
            assert '<w:t xml:space="preserve">SUPERSEDED</w:t>' in header
            assert 'string="SUPERSEDED"' in header
            assert "Superseded" in header


def test_first_even_and_later_pages_of_a_word_written_document_all_state_the_revision() -> None:
    headers = _headers(fill_word(_word_written(), None, SHEET))
    assert len(headers) == 4
    assert all("SOP-02-01 · Revision 3 · In force" in header for header in headers)
    assert any("Our own header" in header for header in headers)


def _footers(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = sorted(name for name in package.namelist() if re.fullmatch(r"word/footer\d+\.xml", name))
        return [package.read(name).decode() for name in names]


def test_every_page_closes_with_the_link_that_tells_whether_the_copy_is_in_force(body: bytes) -> None:
    for source, text, kinds in ((PROCEDURE, body, 1), (_word_written(), None, 3)):
        footers = _footers(fill_word(source, text, LINKED))
        assert len(footers) == kinds
        for footer in footers:
            assert "Still in force? Scan, or open docs.example/c/KWXC1CCZ7B0B-3" in footer
            assert 'descr="QR code of https://docs.example/c/KWXC1CCZ7B0B-3"' in footer


def test_a_link_from_an_earlier_issue_goes_with_its_picture() -> None:
    linked = fill_word(_word_written(), None, LINKED)
    assert fill_word(linked, None, LINKED) == linked
    for again in (fill_word(linked, None, SHEET), prepare_for_editing(linked, LINKED)):
        assert all("Still in force" not in footer for footer in _footers(again))
        with zipfile.ZipFile(io.BytesIO(again)) as package:
            assert not [name for name in package.namelist() if name.startswith("word/media/")]


def test_a_mark_is_taken_off_when_it_no_longer_applies() -> None:
    marked = fill_word(_word_written(), None, replace(SHEET, mark="DRAFT"))
    again = _headers(fill_word(marked, None, SHEET))
    assert all("DRAFT" not in header for header in again)
    assert all(header.count("Revision 3") == 1 for header in again)


def test_a_word_written_document_without_controls_closes_with_its_approvals() -> None:
    root = _part(fill_word(_word_written(), None, SHEET), "word/document.xml")
    assert [tag_of(control) for control in controls_in(root)] == [
        "docctl:approvals",
        "docctl:revision_history",
        "docctl:clauses",
    ]
    assert "Priya Nair" in _said(root, "docctl:approvals")[0]
    assert root[0][-1].tag == w("sectPr")


_FLOATING = (
    '<w:p {names}><w:r><w:drawing><wp:anchor behindDoc="{behind}"><wp:{wrap}/></wp:anchor></w:drawing></w:r></w:p>'
)
_HIGH = (
    '<w:p {names}><w:r><w:drawing><wp:anchor behindDoc="0"><wp:positionV relativeFrom="{of}"><wp:posOffset>{down}0000'
    '</wp:posOffset></wp:positionV><wp:extent cy="{high}0000"/><wp:wrapNone/></wp:anchor></w:drawing></w:r></w:p>'
)
_BOX = (
    '<w:p {names}><w:r><w:drawing><wp:anchor behindDoc="0"><wp:wrapNone/><w:txbxContent>{text}</w:txbxContent>'
    "</wp:anchor></w:drawing></w:r></w:p>"
)
_PLACED = (
    '<w:p {names} xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:rect style="position:absolute;'
    'margin-left:9pt;z-index:{order}"/></w:pict></w:r></w:p>'
)
_ROUND = (
    '<w:p {names} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:w10="urn:schemas-microsoft-com:office:word"><w:r>'
    '<w:pict><v:rect style="position:absolute">{of}<w10:wrap type="square" side="{side}"/></v:rect></w:pict>'
    "</w:r></w:p>"
)
_DRAWN = (
    '<w:p {names} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><w:r><w:drawing>'
    '<wp:anchor behindDoc="0"><wp:wrapSquare wrapText="bothSides"/><a:graphic><a:graphicData '
    'uri="http://schemas.microsoft.com/office/word/2010/wordprocessing{kind}"/></a:graphic></wp:anchor></w:drawing>'
    "</w:r></w:p>"
)


@pytest.mark.parametrize(
    ("drawing", "behind", "begins_page"),
    [
        pytest.param(_FLOATING.format(names="{names}", behind=0, wrap="wrapNone"), "", True, id="in front"),
        pytest.param(_FLOATING.format(names="{names}", behind=1, wrap="wrapNone"), "", False, id="behind the text"),
        pytest.param(_FLOATING.format(names="{names}", behind=0, wrap="wrapSquare"), "", False, id="text goes round"),
        pytest.param(
            _FLOATING.format(names="{names}", behind=0, wrap='wrapTight wrapText="left"'), "", True, id="on one side"
        ),
        pytest.param(_PLACED.format(names="{names}", order=2), "", True, id="in front, of an old form"),
        pytest.param(_DRAWN.format(names="{names}", kind="Shape"), "", True, id="a shape that text goes round"),
        pytest.param(_ROUND.format(names="{names}", side="both", of="<v:imagedata/>"), "", False, id="an old picture"),
        pytest.param(_ROUND.format(names="{names}", side="both", of=""), "", True, id="a shape, of an old form"),
        pytest.param(_ROUND.format(names="{names}", side="right", of="<v:textbox/>"), "", True, id="an old box"),
        pytest.param(_HIGH.format(names="{names}", of="paragraph", down=0, high=30), "", False, id="with room for it"),
        pytest.param(
            _HIGH.format(names="{names}", of="paragraph", down=0, high=60), "", True, id="higher than its room"
        ),
        pytest.param(_HIGH.format(names="{names}", of="page", down=20, high=60), "", False, id="above the text"),
        pytest.param(_HIGH.format(names="{names}", of="page", down=90, high=60), "", True, id="further down the page"),
        pytest.param(_HIGH.format(names="{names}", of="margin", down=20, high=60), "", True, id="from the margin"),
        pytest.param(_BOX.format(names="{names}", text="<w:p/>" * 90), "", True, id="in front, with many lines in it"),
        pytest.param(_PLACED.format(names="{names}", order=-2), "", False, id="behind, of an old form"),
        pytest.param(_FLOATING.format(names="{names}", behind=0, wrap="wrapNone"), "page", False, id="a page before"),
        pytest.param(_FLOATING.format(names="{names}", behind=0, wrap="wrapNone"), "far", False, id="pages before"),
    ],
)
def test_the_record_begins_a_page_where_a_drawing_may_float_over_it(
    drawing: str, behind: str, begins_page: bool
) -> None:
    document = docx.Document()
    document.element.body.insert(0, parse_xml(drawing.format(names=nsdecls("w", "wp"))))
    if behind == "page":
        document.add_page_break()
    for _ in range(90 if behind == "far" else 2):
        document.add_paragraph("The porter keeps the gate.")
    root = _part(fill_word(_saved(document), None, SHEET), "word/document.xml")
    own_pages = [each.getparent().getparent() for each in root.iter(w("pageBreakBefore"))]
    assert [text_of(line) for line in own_pages] == ["Approvals"] * begins_page


def test_what_docctl_puts_in_has_no_number_where_the_file_numbers_every_line() -> None:
    document = docx.Document()
    number = document.styles["Normal"].element.get_or_add_pPr().get_or_add_numPr()
    number.get_or_add_numId().val = document.part.numbering_part.element.num_lst[0].numId
    document.add_paragraph("The porter keeps the gate.")
    filled = fill_word(_saved(document), None, SHEET)
    own = list(_part(filled, "word/document.xml").iter(w("p")))[1:]
    numbers = [line.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}") for line in own]
    assert len(own) > 10
    assert {each.get(w("val")) if each is not None else None for each in numbers} == {"0"}
    assert all('<w:numId w:val="0"/>' in header for header in _headers(filled))
    plain = _part(fill_word(_saved(docx.Document()), None, SHEET), "word/document.xml")
    assert next(plain.iter(w("numPr")), None) is None


def test_a_word_written_document_keeps_its_text_when_its_controls_are_filled(body: bytes) -> None:
    edited = prepare_for_editing(PROCEDURE, replace(SHEET, status="Draft"), body)
    filled = fill_word(edited, None, SHEET)
    assert _said(_part(filled, "word/document.xml"), "docctl:status") == ["In force"]
    assert _text(template_outline(filled)) == _text(body)


def test_in_word_the_text_may_be_edited_and_what_docctl_fills_in_may_not() -> None:
    root = _part(prepare_for_editing(PROCEDURE, SHEET), "word/document.xml")
    locks = {tag_of(control): control.find(f".//{w('lock')}").get(w("val")) for control in controls_in(root)}
    assert locks.pop("docctl:body") == "sdtLocked"
    assert set(locks.values()) == {"sdtContentLocked"}


# Properties, equal bytes, templates


def test_the_same_input_gives_the_same_bytes(body: bytes, issued: bytes) -> None:
    assert fill_word(PROCEDURE, body, SHEET) == issued
    with zipfile.ZipFile(io.BytesIO(issued)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[:2] == ["[Content_Types].xml", "_rels/.rels"]


def test_properties_and_language_are_those_of_the_sheet(body: bytes) -> None:
    document = docx.Document(io.BytesIO(fill_word(PROCEDURE, body, replace(SHEET, language="de"))))
    properties = document.core_properties
    assert (properties.title, properties.version, properties.language) == (SHEET.title, "3", "de")
    assert f"{properties.modified:%Y-%m-%d %H:%M:%S}" == "2026-11-22 13:05:09"
    assert document.styles.element.xpath("w:docDefaults//w:lang/@w:val") == ["de"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("docctl:body", "docctl:text", "docctl:body is missing"),
        ("docctl:title", "docctl:titel", "docctl:title is probably meant"),
        ("docctl:owner", "docctl:shoe_size", "docctl:shoe_size is not known"),
        ("docctl:clauses", "docctl:body", "docctl:body is there 2 times"),
    ],
)
def test_a_template_with_a_wrong_control_is_told_which(old: str, new: str, said: str) -> None:
    template = _with_document(PROCEDURE, lambda text: text.replace(f'"{old}"', f'"{new}"'))
    assert any(said in fault for fault in check_template(template))


def test_a_control_in_a_text_box_is_named() -> None:
    control = '<w:sdt><w:sdtPr><w:tag w:val="docctl:owner"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>'
    box = f"<w:p><w:r><w:pict><w:txbxContent>{control}</w:txbxContent></w:pict></w:r></w:p>"
    template = _with_document(PROCEDURE, lambda text: text.replace("<w:body>", f"<w:body>{box}", 1))
    assert check_template(template) == ["The control docctl:owner stands in a text box, where it cannot be filled."]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", PROCEDURE[:500]])
def test_what_is_no_word_file_is_no_template(data: bytes) -> None:
    with pytest.raises(TemplateError, match="not a Word document"):
        check_template(data)


def test_a_table_in_a_list_item_ends_where_the_line_ends() -> None:
    body = markdown_to_word("1.  Lift\n\n    | a | b |\n    |---|---|\n    | c | d |\n", {}, PROCEDURE)
    root = _part(prepare_for_editing(PROCEDURE, replace(SHEET, status="Draft"), body), "word/document.xml")
    tables = [table for table in root.iter(w("tbl")) if table.find(f"{w('tblPr')}/{w('tblInd')}") is not None]
    inside = [table for table in tables if "".join(table.itertext()).strip() == "abcd"]
    [width] = [table.find(f"{w('tblPr')}/{w('tblW')}") for table in inside]
    assert (width.get(w("type")), width.get(w("w"))) == ("pct", str(5000 * (9072 - 720) // 9072))
