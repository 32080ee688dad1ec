"""What real Word files and other programs do: fields, list paragraphs without marks, dropped controls."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from docctl.adapters import word_document, word_package
from docctl.adapters.conversion import markdown_to_typst, markdown_to_word, recall, tidy_markdown, word_to_markdown
from docctl.adapters.word_document.column_widths import DENSE_STYLE
from docctl.domain.errors import TemplateError
from docctl.domain.issued_files.issue_sheet import IssueSheet

TEMPLATE = (Path(__file__).parents[4] / "templates" / "procedure.docx").read_bytes()
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _sheet() -> IssueSheet:
    return IssueSheet(
        "Example", "SOP-001", "A title", "procedure", "1", "Draft", "1 May 2026", "Owner", "Quality", "internal", "en"
    )


def _word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{paragraph}</w:p>"))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _changed(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
    return written.getvalue()


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _there_and_back(markdown: str) -> tuple[str, str]:
    text = tidy_markdown(markdown, "Another title")[0]
    word = word_document.prepare_for_editing(TEMPLATE, _sheet(), markdown_to_word(text, {}, TEMPLATE))
    return text, word_to_markdown(word_document.template_outline(word), is_text_only=True).markdown


def test_number_of_a_caption_arrives_whichever_form_the_field_has() -> None:
    simple = f'{_run("Table ")}<w:fldSimple w:instr=" SEQ Table ">{_run("7")}</w:fldSimple>{_run(": Grades")}'
    split = (
        f"{_run('Figure ')}{_mark('begin')}<w:r><w:instrText> SEQ Figure </w:instrText></w:r>{_mark('separate')}"
        f"{_run('8')}{_mark('end')}{_run(': Plan')}"
    )
    text = word_to_markdown(_word(simple, split)).markdown
    assert "Table 7: Grades" in text
    assert "Figure 8: Plan" in text


def test_text_inside_an_instruction_is_not_shown_and_the_result_is() -> None:
    inner = f"{_mark('begin')}<w:r><w:instrText> MERGEFIELD A </w:instrText></w:r>{_mark('separate')}{_run('secret')}"
    field = (
        f"{_run('See ')}{_mark('begin')}<w:r><w:instrText> IF </w:instrText></w:r>{inner}{_mark('end')}"
        f"{_mark('separate')}{_run('shown')}{_mark('end')}{_run(' here')}"
    )
    text = word_to_markdown(_word(field)).markdown
    assert "See shown here" in text
    assert "secret" not in text


def test_choice_of_an_old_form_field_is_written_out() -> None:
    choice = '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="No"/><w:listEntry w:val="Yes"/></w:ddList>'
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{choice}</w:ffData></w:fldChar></w:r>'
    field = f"{_run('Agreed: ')}{begin}<w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r>{_mark('end')}"
    assert "Agreed: Yes" in word_to_markdown(_word(field)).markdown


def test_field_that_is_never_closed_loses_no_text() -> None:
    field = (
        f"{_run('One ')}{_mark('begin')}<w:r><w:instrText> DATE </w:instrText></w:r>{_mark('separate')}{_run('two')}"
    )
    assert "One two" in word_to_markdown(_word(field, _run("three"))).markdown
    assert "three" in word_to_markdown(_word(field, _run("three"))).markdown


def test_words_split_by_formatting_count_as_arrived() -> None:
    split = f"{_run('un')}<w:r><w:rPr><w:b/></w:rPr><w:t>break</w:t></w:r>{_run('able')}"
    raised = f'{_run("m")}<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>'
    word = _word(split, raised)
    assert recall(word, word_to_markdown(word).markdown) == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "1.  first\n\n    goes on\n\n2.  second\n\n    1.  inner\n\n        goes on too\n\n3.  third\n",
        "- one\n\n  goes on\n\n- two\n",
        "Above\n\n------------------------------------------------------------------------\n\nBelow\n",
        "# The only heading\n\nText\n",
    ],
)
def test_text_comes_back_from_word_as_it_was(text: str) -> None:
    before, after = _there_and_back(text)
    assert after.split() == before.split()


def test_table_with_a_row_that_merged_cells_take_up_can_be_printed() -> None:
    table = '<table><tbody><tr><td colspan="2" rowspan="2">all</td></tr><tr></tr></tbody></table>'
    assert "rowspan: 2" not in markdown_to_typst(table, {})


def test_no_column_of_an_issued_table_is_narrower_than_its_longest_word() -> None:
    rows = (
        "| Status | Meaning | Who |\n|--|--|--|\n| Superseded | " + "many words " * 30 + "| " + "others " * 20 + "|\n"
    )
    word = word_document.fill_word(TEMPLATE, markdown_to_word(rows, {}, TEMPLATE), _sheet())
    table = next(t for t in docx.Document(io.BytesIO(word)).element.body.iter(f"{W}tbl") if "Superseded" in _text(t))
    widths = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]
    assert widths[0] > len("Superseded") * 110
    assert widths[1] > widths[2] > widths[0]


def test_table_of_many_columns_has_smaller_letters() -> None:
    names = [f"Responsible{place}" for place in range(8)]
    table = f"| {' | '.join(names)} |\n|{'--|' * 8}\n| {' | '.join(['several words of text'] * 8)} |\n"
    word = word_document.fill_word(TEMPLATE, markdown_to_word(table, {}, TEMPLATE), _sheet())
    used = [style.get(f"{W}val") for style in docx.Document(io.BytesIO(word)).element.body.iter(f"{W}pStyle")]
    assert used.count(DENSE_STYLE) == 16


def test_text_is_found_by_its_bookmarks_where_a_program_dropped_the_controls() -> None:
    body = markdown_to_word("# Aim\n\nKeep *this*.\n\n# End\n\nLast words.\n", {}, TEMPLATE)
    edited = _changed(word_document.prepare_for_editing(TEMPLATE, _sheet(), body), _without_block_controls)
    with pytest.raises(TemplateError):
        word_document.template_outline(edited)
    text = word_to_markdown(word_document.bookmarked_text(edited), is_text_only=True).markdown
    assert text == "# Aim\n\nKeep *this*.\n\n# End\n\nLast words.\n"


def test_file_that_has_neither_control_nor_bookmark_is_refused() -> None:
    with pytest.raises(TemplateError):
        word_document.bookmarked_text(_word(_run("text")))


def test_missing_picture_is_named_and_the_file_can_still_be_issued() -> None:
    link = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
        b' Target="media/gone.png"/></Relationships>'
    )

    def change(name: str, content: bytes) -> bytes:
        return content.replace(b"</Relationships>", link) if name == "word/_rels/document.xml.rels" else content

    cleaned, losses = word_package.without_outside_references(_changed(_word(_run("Text")), change))
    assert any("gone.png" in loss for loss in losses)
    assert word_document.fill_word(cleaned, None, _sheet())


def test_bold_of_column_headings_and_left_alignment_are_not_text() -> None:
    heading = "<w:pPr><w:jc w:val='left'/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>Role</w:t></w:r>"
    cell = f"<w:tc><w:tcPr/><w:p>{heading}</w:p></w:tc>"
    head = f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{cell}</w:tr>"
    rows = f"{head}<w:tr><w:tc><w:tcPr/><w:p>{_run('Owner')}</w:p></w:tc></w:tr>"
    grid = '<w:tblPr><w:tblLook w:firstRow="1" w:val="0020"/></w:tblPr><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid>'
    document = docx.Document()
    document.element.body.insert(0, parse_xml(f"<w:tbl {nsdecls('w')}>{grid}{rows}</w:tbl>"))
    written = io.BytesIO()
    document.save(written)
    text = word_to_markdown(written.getvalue()).markdown
    assert "| Role" in text
    assert ":-" not in text


def _text(element: object) -> str:
    return "".join(piece.text or "" for piece in element.iter(f"{W}t"))  # type: ignore[attr-defined]


def _without_block_controls(name: str, content: bytes) -> bytes:
    if name != "word/document.xml":
        return content
    document = parse_xml(content)
    for control in list(document[0].iterchildren(f"{W}sdt")):
        inside = control.find(f"{W}sdtContent")
        for child in reversed(list(inside)):
            control.addnext(child)
        document[0].remove(control)
    return bytes(docx.oxml.xmlchemy.serialize_for_reading(document).encode())
