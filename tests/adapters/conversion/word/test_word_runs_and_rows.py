"""How other programs write runs and rows: pictures and words in one run, rows that begin later, results of forms."""

import io

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from docctl.adapters.conversion import html_to_markdown, markdown_to_typst, recall, word_to_markdown
from docctl.adapters.word_document import fill_word
from docctl.adapters.word_package import check_word_package
from tests.adapters.conversion.word.test_word_of_other_programs import _changed, _mark, _run, _sheet, _word
from tests.factories.files.hostile_word import png


def _saved(document: Document) -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _rows(*rows: str) -> bytes:
    document = docx.Document()
    grid = "<w:tblPr/><w:tblGrid>" + '<w:gridCol w:w="900"/>' * 3 + "</w:tblGrid>"
    document.element.body.insert(0, parse_xml(f"<w:tbl {nsdecls('w')}>{grid}{''.join(rows)}</w:tbl>"))
    return _saved(document)


def _cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{_run(text)}</w:p></w:tc>"


def _gap(kind: str, columns: int) -> str:
    return f'<w:trPr><w:{kind} w:val="{columns}"/></w:trPr>'


def test_words_and_pictures_in_one_run_all_arrive() -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run("before")
    run.bold = True
    run.add_picture(io.BytesIO(png()))
    run.add_picture(io.BytesIO(png()))
    run.add_text("after")
    word = _saved(document)
    converted = word_to_markdown(word)
    assert converted.markdown.count("<img") == 2
    assert converted.markdown.index("before") < converted.markdown.index("<img") < converted.markdown.index("after")
    assert "**before**" in converted.markdown
    assert recall(word, converted.markdown) == 1.0
    assert not converted.losses


def test_a_picture_in_the_middle_of_a_word_does_not_count_as_a_loss() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("member")
    paragraph.add_run().add_picture(io.BytesIO(png()))
    paragraph.add_run("ship")
    assert word_to_markdown(_saved(document)).recall == 1.0


@pytest.mark.parametrize("gap", ["<w:br/>", "<w:cr/>", "<w:tab/>", "<w:ptab/>"])
def test_no_kind_of_gap_lets_two_words_run_together(gap: str) -> None:
    converted = word_to_markdown(_word(f"<w:r><w:t>one</w:t>{gap}<w:t>two</w:t></w:r>"))
    assert "onetwo" not in converted.markdown
    assert converted.recall == 1.0


def test_rows_that_begin_later_or_end_earlier_keep_their_cells_in_their_columns() -> None:
    word = _rows(
        f"<w:tr>{_gap('gridBefore', 2)}{_cell('third')}</w:tr>",
        f"<w:tr>{_gap('gridAfter', 1)}{_cell('first')}{_cell('second')}</w:tr>",
        f"<w:tr>{_cell('a')}{_cell('b')}{_cell('c')}</w:tr>",
    )
    text = "".join(line.strip() for line in word_to_markdown(word).markdown.splitlines())
    assert '<td colspan="2"></td><td>third</td>' in text
    assert "<td>first</td><td>second</td><td></td>" in text


def test_text_under_a_merged_cell_that_word_hides_is_not_missed() -> None:
    restart = '<w:vMerge w:val="restart"/>'
    upper = f"<w:tr>{_cell('shown', restart)}{_cell('x')}</w:tr>"
    lower = f"<w:tr>{_cell('covered', '<w:vMerge/>')}{_cell('y')}</w:tr>"
    converted = word_to_markdown(_rows(upper, lower))
    assert "shown" in converted.markdown
    assert converted.recall == 1.0


def test_a_chosen_entry_is_written_once_where_the_file_also_holds_it_as_text() -> None:
    entries = '<w:ffData><w:ddList><w:listEntry w:val="married"/><w:listEntry w:val="single"/></w:ddList></w:ffData>'
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{entries}</w:fldChar></w:r>'
    field = f"{begin}<w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r>{_mark('separate')}{_run('single')}"
    assert word_to_markdown(_word(field + _mark("end"))).markdown.strip() == "single"


def test_a_reading_over_east_asian_text_counts_as_arrived() -> None:
    ruby = f"<w:ruby><w:rt>{_run('とうきょう')}</w:rt><w:rubyBase>{_run('東京')}</w:rubyBase></w:ruby>"
    assert word_to_markdown(_word(f"<w:r>{ruby}</w:r>")).recall == 1.0


def test_a_heading_that_is_only_a_picture_is_a_png() -> None:
    document = docx.Document()
    document.add_heading(level=1).add_run().add_picture(io.BytesIO(png()))
    document.add_heading("Scope", level=1)
    text = word_to_markdown(_saved(document)).markdown
    assert text.startswith("<img")
    assert text.strip().endswith("# Scope")
    assert html_to_markdown('<h1><img src="assets/a.png" alt="Logo"></h1><h2></h2>') == "![Logo](assets/a.png)\n"


@pytest.mark.parametrize("text", ["# ![Logo](assets/a.png)\n\nText\n", "#\n\nText\n", "## [^1]\n\n[^1]: A note.\n"])
def test_a_heading_without_words_is_printed_as_what_is_in_it(text: str) -> None:
    assert "=" not in markdown_to_typst(text, {})


def test_a_picture_in_the_line_of_the_title_stays_when_the_title_is_taken_out() -> None:
    document = docx.Document()
    title = document.add_paragraph(style="Title")
    title.add_run().add_picture(io.BytesIO(png()))
    title.add_run("Launch of products")
    document.add_paragraph("Text of the procedure.")
    converted = word_to_markdown(_saved(document))
    assert converted.title == "Launch of products"
    assert "Launch" not in converted.markdown
    assert "<img" in converted.markdown


def test_file_whose_properties_go_by_the_name_of_older_programs_is_issued_with_one_set_of_them() -> None:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(
            b"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
            b"http://schemas.openxmlformats.org/officedocument/2006/relationships/metadata/core-properties",
        )

    issued = fill_word(_changed(_word(_run("Text")), change), None, _sheet())
    check_word_package(issued)
    assert docx.Document(io.BytesIO(issued)).core_properties.title == "A title"


def test_a_link_inside_a_link_is_one_link() -> None:
    heading = f'<w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:bookmarkStart w:id="1" w:name="here"/>{_run("Scope")}'
    inside = f'<w:hyperlink w:anchor="here">{_run("4")}</w:hyperlink>'
    line = f'<w:hyperlink w:anchor="here">{_run("See scope ")}{inside}</w:hyperlink>'
    found = word_to_markdown(_word(_run("Words"), line, f'{heading}<w:bookmarkEnd w:id="1"/>')).markdown
    assert "[See scope 4](#scope)" in found


def test_what_a_table_is_described_as_is_shown_to_nobody_and_not_on_the_page() -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=1)
    table.cell(0, 0).text = "Fee"
    for name in ("tblCaption", "tblDescription"):
        table._tbl.tblPr.append(parse_xml(f'<w:{name} {nsdecls("w")} w:val="described"/>'))
    assert "described" not in word_to_markdown(_saved(document)).markdown
