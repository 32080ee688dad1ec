"""Lists numbered a), (iv) or 1): from Word and the editor to the page, to print, to Word and back."""

import io
from copy import deepcopy

import docx
import pytest

from docctl.adapters.conversion import (
    comparison_to_typst,
    html_to_markdown,
    markdown_to_html,
    markdown_to_typst,
    markdown_to_word,
    tidy_markdown,
    word_to_markdown,
)
from docctl.adapters.libreoffice import pages_of
from docctl.adapters.reading_back import differences, read_page
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import fill_word, fix_word
from docctl.domain.issued_files.issue_sheet import UNKNOWN_TIME
from docctl.domain.issued_files.read_back import Fault, ReadFrom
from tests.adapters.conversion.word.test_word_numbers import _form, _level, _list, _word
from tests.adapters.conversion.word.test_word_of_other_programs import TEMPLATE
from tests.adapters.reading_back.test_reading_back import SHEET, pdf_of
from tests.factories.files.libreoffice import needs_libreoffice

KINDS = [
    ("lowerLetter", "%1)", 'type="a" class="lower-alpha-paren"', "a)"),
    ("upperLetter", "(%1)", 'type="A" class="upper-alpha-parens"', "(A)"),
    ("lowerRoman", "%1.", 'type="i"', "i."),
    ("upperRoman", "%1)", 'type="I" class="upper-roman-paren"', "I)"),
    ("decimal", "%1)", 'class="decimal-paren"', "1)"),
    ("decimal", "(%1)", 'type="1" class="decimal-parens"', "(1)"),
]


@pytest.mark.parametrize(("kind", "shown", "on_the_page", "in_print"), KINDS)
def test_a_list_of_word_is_numbered_on_the_page_and_in_print_as_it_is_in_word(
    kind: str, shown: str, on_the_page: str, in_print: str
) -> None:
    lines = [("Normal", "0/3", text) for text in ("first", "second")]
    converted = word_to_markdown(_word(_form(7, _level(0, shown, kind)) + _list(3, 7), *lines))
    assert f"<ol {on_the_page}>" in render(converted.markdown).html
    assert f'numbering: "{in_print}"' in markdown_to_typst(converted.markdown, {})
    assert render(converted.markdown).text.split() == ["first", "second"]
    assert tidy_markdown(converted.markdown, "Title")[0] == converted.markdown


@pytest.mark.parametrize(("kind", "shown", "on_the_page", "in_print"), KINDS)
def test_a_list_keeps_its_numbers_through_the_editor_and_word(
    kind: str, shown: str, on_the_page: str, in_print: str
) -> None:
    lines = [("Normal", "0/3", "first"), ("Normal", "1/3", "inner"), ("Normal", "1/3", "more")]
    levels = _level(0, "%1.", "decimal") + _level(1, shown.replace("1", "2"), kind)
    text = word_to_markdown(_word(_form(7, levels) + _list(3, 7), *lines)).markdown
    assert f"<ol {on_the_page}>" in render(text).html
    assert html_to_markdown(markdown_to_html(text)) == text
    assert word_to_markdown(markdown_to_word(text, {}, TEMPLATE), is_text_only=True).markdown == text
    assert f'numbering: "{in_print}"' in comparison_to_typst(render(text).html)


def test_lists_that_start_later_still_do() -> None:
    html = '<ol start="4" type="lower-alpha-paren"><li><p>four</p></li></ol>'
    text = html_to_markdown(html)
    assert '<ol start="4" type="a" class="lower-alpha-paren">' in render(text).html
    assert 'start="4" type="lower-alpha-paren"' in markdown_to_html(text)


def test_an_ordinary_list_says_nothing_of_its_numbers() -> None:
    assert html_to_markdown("<ol><li>one</li><li>two</li></ol>") == "1.  one\n2.  two\n"


@pytest.mark.parametrize("comment", ["<!--b)-->", "<!-- a) -->", '<!--a) onclick="x"-->', "<!--1-->"])
def test_other_comments_change_no_list_and_are_not_shown(comment: str) -> None:
    assert render(f"1.  one{comment}\n2.  two\n").html == render("1.  one\n2.  two\n").html


def test_a_kind_written_as_text_is_text() -> None:
    assert "&lt;!--a)--&gt;" in render(html_to_markdown("<ol><li><p>one&lt;!--a)--&gt;</p></li></ol>")).html


def test_lists_in_tables_keep_the_signs_around_their_numbers() -> None:
    cell = '<ol type="a"><li>Shut<ol start="3" type="i"><li>lock</li></ol></li><li>Open</li></ol>'
    cell = cell.replace("Shut<", "Shut<!--a)--><").replace("lock<", "lock<!--(i)--><")
    text = (
        f'<table><tr><td>{cell}</td><td><ol start="2"><li>Two<!--1)--></li></ol><ol><li>One</li></ol></td></tr></table>'
    )
    told = "a) Shut (iii) lock b) Open 2) Two 1. One"
    word = markdown_to_word(text, {}, TEMPLATE)
    for each in (text, html_to_markdown(markdown_to_html(text)), word_to_markdown(word).markdown):
        page = read_page(render(each).html)
        assert " ".join(f"{passage.mark} {passage.text.strip()}" for passage in page.passages) == told
    pdf = pdf_of(text)
    assert differences(render(text).html, SHEET, word=word, pdf=pdf) == ()
    assert differences(render(text.replace("<!--a)-->", "")).html, SHEET, word=word, pdf=pdf)


def with_bullets(*bullets: str, font: str = "Wingdings") -> bytes:
    """A Word file with an item under each bullet, in a font for those of the private range."""
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr></w:lvl>'
    forms, lines = "", []
    for place, sign in enumerate(bullets, 1):
        level = _level(0, sign, "bullet")
        forms += _form(place, level.replace("</w:lvl>", fonts) if "\ue000" <= sign <= "\uf8ff" else level)
        lines += [("Normal", f"0/{place}", f"Item {place}"), ("Normal", "", "Between.")]
    return _word(forms + "".join(_list(place, place) for place in range(1, len(bullets) + 1)), *lines)


def page_and_print(word: bytes) -> tuple[str, bytes, bytes]:
    """The page of a Word file, the file as it is issued, and its pages by LibreOffice."""
    fixed = fix_word(word)
    page, issued = render(word_to_markdown(fixed).markdown).html, fill_word(fixed, None, SHEET)
    assert render(word_to_markdown(word).markdown).html == page
    return page, issued, bytes(pages_of(issued, UNKNOWN_TIME, ()))


@needs_libreoffice
def test_a_bullet_of_a_symbol_font_is_printed_as_its_sign_or_named_with_the_text_at_which_it_stands() -> None:
    page, word, pdf = page_and_print(with_bullets("\uf045", "\uf028", "\uf0a7", "\uf04d"))
    assert [each.text.strip() for each in read_page(page).passages[::2]] == [
        "☜ Item 1",
        "☎ Item 2",
        "Item 3",
        "💣 Item 4",
    ]
    (found,) = differences(page, SHEET, word=word, pdf=pdf)
    assert (found.file, found.fault, found.page) == (ReadFrom.PDF, Fault.NO_SHAPE, "Item 4")
    assert "prints a box for a sign at “Item 4”" in str(found)
    other = differences(page.replace("☎", "☜"), SHEET, word=word, pdf=pdf)
    assert {each.file for each in other if "☎" in each.shown} == {ReadFrom.WORD, ReadFrom.PDF}


@needs_libreoffice
def test_bullets_that_are_words_are_words_on_the_page_in_word_and_in_print() -> None:
    bullets = ("Note:", "NOT", "A", "->", "+", "o", "✔\ufe0f")
    page, word, pdf = page_and_print(with_bullets(*bullets))
    shown = [f"{each.mark} {each.text}".split() for each in read_page(page).passages[::2]]
    assert shown == [
        *(["Note:", "Item", "1"], ["NOT", "Item", "2"], ["A", "Item", "3"], ["->", "Item", "4"]),
        *(["•", "Item", "5"], ["•", "Item", "6"], ["•", "✔", "Item", "7"]),
    ]
    assert differences(page, SHEET, word=word, pdf=pdf) == ()
    found = differences(page.replace("NOT Item", "Item"), SHEET, word=word, pdf=pdf)
    assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}


@needs_libreoffice
def test_bullets_that_say_something_are_kept_and_those_that_decorate_are_one() -> None:
    signs = (("\uf0fc", "✔"), ("\uf0fb", "✗"), ("\uf071", "☐"), ("\uf0a7", ""), ("☞", "☞"), ("➢", ""))
    word = with_bullets(*(sign for sign, _ in signs))
    page = render(word_to_markdown(word).markdown).html
    shown = [f"{each.mark} {each.text}".split() for each in read_page(page).passages if "Item" in each.text]
    assert [next(piece for piece in each if piece != "•") for each in shown] == [
        said or "Item" for _, said in signs
    ]  # fmt: skip
    issued = fill_word(word, None, SHEET)
    pdf = pages_of(issued, UNKNOWN_TIME, ())
    assert differences(page, SHEET, word=issued, pdf=pdf) == ()
    for said, planted in (("✔ Item", "✗ Item"), ("✗ Item", "Item"), ("☞ Item", "☐ Item"), ("Item 4", "✔ Item 4")):
        assert said in page
        found = differences(page.replace(said, planted, 1), SHEET, word=issued, pdf=pdf)
        assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("List Number", "List Bullet", "List Bullet 2", "List Bullet 3", "List Bullet"),
            "1.  line 0\n\n- line 1\n  - line 2\n    - line 3\n- line 4\n",
        ),
        (("List Number", "List Bullet 2", "List Number"), "1.  line 0\n    - line 1\n2.  line 2\n"),
        (("List Bullet", "Normal", "List Bullet 2"), "- line 0\n\nline 1\n\n- line 2\n"),
    ],
)
def test_bullets_of_styles_of_their_own_stand_below_the_item_they_stand_further_in_than(
    lines: tuple[str, ...], expected: str
) -> None:
    document, written = docx.Document(), io.BytesIO()
    for number, style in enumerate(lines):
        document.add_paragraph(f"line {number}", style=style)
    document.save(written)
    assert word_to_markdown(written.getvalue()).markdown == expected


def test_a_bullet_below_a_numbered_heading_stands_below_no_item() -> None:
    document, written = docx.Document(), io.BytesIO()
    heading = document.add_heading("Duties", 1)
    numbered = document.styles["List Number"].element.pPr.numPr
    heading._p.get_or_add_pPr().append(deepcopy(numbered))
    document.add_paragraph("line", style="List Bullet 2")
    document.add_heading("Rights", 1)
    document.save(written)
    assert "\n- line\n" in word_to_markdown(written.getvalue()).markdown
