"""What the styles of a template do to words of the Word file alone is found where files are read back."""

import pytest
from lxml import etree

from docctl.adapters.conversion import markdown_to_word, word_to_markdown
from docctl.adapters.reading_back import differences
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import fill_word
from docctl.adapters.word_document.xml import W, w
from docctl.domain.issued_files.read_back import Fault
from docctl.shipped import shipped
from docctl.word_format.markup import unzipped, zipped
from tests.adapters.test_pdf_writer import SHEET
from tests.factories.files.unfixed_word import unfixed_word
from tests.factories.files.word_parts import with_part

TEXT = """# Purpose

Keys stay here.

- never lent

> A quotation.

    code

| Key | Door |
|---|---|
| Red | North |
"""
GREY = '<w:shd w:val="clear" w:color="auto" w:fill="F1F4F5"/>'
DARK = '<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="12434F"/></w:tcPr>'
WHITE = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'


def _template(name: str, *inside: str) -> bytes:
    """The procedure that docctl comes with, with one of its styles changed."""
    parts = unzipped((shipped("templates") / "procedure.docx").read_bytes())
    styles = etree.fromstring(parts["word/styles.xml"])
    style = next(each for each in styles.iter(w("style")) if each.find(w("name")).get(w("val")) == name)
    for piece in inside:
        made = etree.fromstring(f'<x xmlns:w="{W}">{piece}</x>')[0]
        for old in style.findall(made.tag):
            style.remove(old)
        style.append(made)
    parts["word/styles.xml"] = etree.tostring(styles, xml_declaration=True, encoding="UTF-8")
    return zipped(parts)


def _first_row(*inside: str) -> str:
    return f'<w:tblStylePr w:type="firstRow">{"".join(inside)}</w:tblStylePr>'


def _found(template: bytes, text: str = TEXT) -> list[tuple[Fault, str]]:
    word = fill_word(template, markdown_to_word(text, {}, template), SHEET)
    return [(each.fault, each.shown) for each in differences(render(text).html, SHEET, word=word)]


@pytest.mark.parametrize(
    ("style", "inside", "found"),
    [
        ("Compact", "<w:rPr><w:strike/></w:rPr>", (Fault.STRUCK, "never lent")),
        ("Body Text", "<w:rPr><w:dstrike/></w:rPr>", (Fault.STRUCK, "Keys stay here.")),
        ("Compact", '<w:rPr><w:sz w:val="2"/></w:rPr>', (Fault.UNSEEN, "never lent")),
        ("Block Text", WHITE, (Fault.UNSEEN, "A quotation.")),
        (
            "Source Code",
            f'<w:pPr>{GREY}</w:pPr>|<w:rPr><w:color w:val="F2F4F4"/></w:rPr>',
            (Fault.UNSEEN, "code"),
        ),
        ("docctl table", _first_row(WHITE), (Fault.UNSEEN, "Key")),
        ("Block Text", '<w:rPr><w:color w:val="E0FFE0"/></w:rPr>', (Fault.UNSEEN, "A quotation.")),
    ],
)
def test_styles_that_leave_words_unread_in_the_word_file_alone_are_found(
    style: str, inside: str, found: tuple[Fault, str]
) -> None:
    template = _template(style, *inside.split("|"))
    assert found in _found(template)


@pytest.mark.parametrize(
    ("style", "inside"),
    [
        ("docctl table", _first_row(WHITE, DARK)),
        ("Body Text", '<w:rPr><w:strike w:val="0"/></w:rPr>'),
        ("Body Text", '<w:rPr><w:color w:val="00FF00"/></w:rPr>'),
        ("Block Text", '<w:rPr><w:sz w:val="14"/><w:color w:val="808080"/></w:rPr>'),
    ],
)
def test_styles_whose_words_are_read_are_not_found(style: str, inside: str) -> None:
    template = _template(style, inside)
    assert _found(template) == []


def test_words_that_the_style_of_an_authors_own_file_strikes_out_are_struck_on_the_page_too() -> None:
    style = '<w:style w:type="paragraph" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:strike/></w:rPr></w:style>'
    body = '<w:p><w:pPr><w:pStyle w:val="Gone"/></w:pPr><w:r><w:t>Keys are lent.</w:t></w:r></w:p>'
    styles = f'<w:styles xmlns:w="{W}">{style}</w:styles>'
    word = with_part(unfixed_word(body), "styles", styles)
    page = render(word_to_markdown(word).markdown).html
    assert "Keys are lent." in page
    assert not differences(page, SHEET, word=word)
    (found,) = differences("<p>Keys are lent.</p>", SHEET, word=word)
    assert str(found) == "The Word file strikes out “Keys are lent.”, the page does not."
