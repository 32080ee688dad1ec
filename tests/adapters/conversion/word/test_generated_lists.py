"""Lists that Word generates go from a text together with the headings over them."""

from dataclasses import replace

import pytest

from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.reading_back import differences
from docctl.adapters.reading_view import render
from tests.adapters.conversion.word.test_word_numbers import _form, _level, _lines, _list, _word
from tests.adapters.conversion.word.test_word_of_other_programs import _mark, _run
from tests.adapters.reading_back.test_reading_back import SHEET

TITLE, HEAD = ("Title", "", "House rules"), ("Heading1", "", "Keys")


def _generated(told: str, *entries: str) -> list[tuple[str, str, str]]:
    """The paragraphs of a generated list."""
    begin = f'{_mark("begin")}<w:r><w:instrText xml:space="preserve"> {told} </w:instrText></w:r>{_mark("separate")}'
    lines = [_run(entry) for entry in entries]
    lines[0], lines[-1] = begin + lines[0], lines[-1] + _mark("end")
    return [("Normal", "", line) for line in lines]


TABLES = _generated('TOC \\h \\z \\c "Table"', "Table 1 Keys 3", "Table 2 Doors 4")
FIGURES = _generated("TOC \\a Figure", "Plan of the house 2", "Plan of the yard 3")


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        pytest.param([("Heading1", "", "List of tables"), *TABLES, HEAD], ["# Keys", "End."], id="named"),
        pytest.param([("Heading1", "", "Taulukkoluettelo"), *TABLES, HEAD], ["# Keys", "End."], id="any language"),
        pytest.param(
            [("Heading1", "", "Lists"), ("Heading2", "", "Tables"), *TABLES, ("Heading2", "", "Plans"), *FIGURES, HEAD],
            ["# Keys", "End."],
            id="two lists under one heading",
        ),
        pytest.param([("Normal", "", "List of tables:"), *TABLES, HEAD], ["# Keys", "End."], id="a line for a heading"),
        pytest.param(
            [("Heading1", "", "Tables"), ("Normal", "", ""), *TABLES, ("Normal", "", ""), HEAD],
            ["# Keys", "End."],
            id="gaps around",
        ),
        pytest.param(
            [("Heading1", "", "Tables"), *TABLES, ("Normal", "", "All are kept."), HEAD],
            ["# Tables", "All are kept.", "# Keys", "End."],
            id="text behind the list",
        ),
        pytest.param(
            [("Heading1", "", "About"), ("Normal", "", "Read this."), *TABLES, HEAD],
            ["# About", "Read this.", "# Keys", "End."],
            id="text before the list",
        ),
        pytest.param(
            [*TABLES, HEAD, ("Heading1", "", "Tables")], ["# Keys", "# Tables", "End."], id="a heading elsewhere"
        ),
        pytest.param(
            [*TABLES, ("Heading1", "", "Index"), *_generated("INDEX \\c 2", "keys, 3", "locks, 4"), HEAD],
            ["# Index", "keys, 3", "locks, 4", "# Keys", "End."],
            id="an index stays with its heading",
        ),
    ],
)
def test_a_generated_list_goes_with_what_only_announces_it(lines: list[tuple[str, str, str]], left: list[str]) -> None:
    word = _word(_form(7, _level(0, "%1.")) + _list(3, 7), TITLE, *lines, ("Normal", "", "End."))
    assert _lines(word) == left
    assert word_to_markdown(word).recall == 1


@pytest.mark.parametrize("behind", [[("Heading1", "", "List of tables"), *TABLES, HEAD], [*TABLES, HEAD]])
def test_the_title_of_a_file_about_tables_is_no_line_over_a_list_of_them(behind: list[tuple[str, str, str]]) -> None:
    word = _word("", ("Title", "", "Tables"), *behind, ("Normal", "", "End."))
    converted = word_to_markdown(word)
    assert (converted.title, _lines(word)) == ("Tables", ["# Keys", "End."])
    page, sheet = render(converted.markdown).html, replace(SHEET, title="Tables")
    assert differences(page, sheet, word=word) == ()
    assert [each.page for each in differences(page.replace("End.", "Begin."), sheet, word=word)] == ["Keys Begin."]


def test_a_list_that_begins_and_ends_in_one_line_goes_with_what_names_it_in_page_and_file() -> None:
    one = "".join(text for _, _, text in _generated('TOC \\c "Tabelle"', "Tabelle 1 Tore ", "2"))
    line = ("Normal", "", "Verzeichnis der Tabellen")
    word = _word("", TITLE, line, ("Normal", "", one), HEAD, ("Normal", "", "End."))
    page = render(word_to_markdown(word).markdown).html
    assert _lines(word) == ["# Keys", "End."]
    assert differences(page, replace(SHEET, title="House rules"), word=word) == ()
    assert differences(page.replace("End.", "Tore"), replace(SHEET, title="House rules"), word=word)


def test_a_line_like_that_of_a_list_that_stands_over_a_heading_stays() -> None:
    lines = [TITLE, ("Normal", "", "Figures"), ("Heading1", "", "List of tables"), *TABLES, HEAD]
    assert _lines(_word("", *lines, ("Normal", "", "End."))) == ["Figures", "# Keys", "End."]


def test_headings_keep_their_numbers_when_a_numbered_one_goes_with_its_list() -> None:
    lines = [TITLE, ("Heading1", "0/3", "List of tables"), *TABLES, ("Heading1", "0/3", "Keys"), ("Normal", "", "End.")]
    word = _word(_form(7, _level(0, "%1.")) + _list(3, 7), *lines)
    assert _lines(word) == ["# 2. Keys", "End."]
