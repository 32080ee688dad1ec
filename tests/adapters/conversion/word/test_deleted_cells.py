"""Cells that tracked changes took out of tables, put in or joined, as they stand once the changes are accepted."""

import io

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.reading_view import render
from tests.adapters.conversion.word.test_word_of_other_programs import _run

BY = 'w:id="7" w:author="A. Person" w:date="2026-01-01T10:00:00Z"'
GONE = f"<w:cellDel {BY}/>"


def _cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{_run(text)}</w:p></w:tc>"


def _gone(text: str, properties: str = "") -> str:
    deleted = f"<w:del {BY}><w:r><w:delText>{text}</w:delText></w:r></w:del>"
    return f"<w:tc><w:tcPr>{properties}{GONE}</w:tcPr><w:p>{deleted}</w:p></w:tc>"


def _table(*rows: tuple[str, ...], columns: int = 3) -> bytes:
    grid = '<w:gridCol w:w="2000"/>' * columns
    body = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    document = docx.Document()
    document.element.body.insert(0, parse_xml(f"<w:tbl {nsdecls('w')}><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _rows(word: bytes) -> list[list[str]]:
    lines = render(word_to_markdown(word).markdown).text.splitlines()
    return [line.split("\t") for line in lines]


def test_a_deleted_column_is_gone_and_the_table_is_square() -> None:
    word = _table((_cell("Role"), _gone("Old"), _cell("Task")), (_cell("Clerk"), _gone("gone"), _cell("Counts")))
    converted = word_to_markdown(word)
    assert _rows(word) == [["Role", "Task"], ["Clerk", "Counts"]]
    assert converted.markdown.count("<col ") in (0, 2)
    assert converted.recall == 1


def test_words_in_a_deleted_cell_that_are_not_marked_themselves_go_too() -> None:
    word = _table(
        (_cell("Role"), _cell("Old", GONE), _cell("Task")), (_cell("Clerk"), _cell("x", GONE), _cell("Counts"))
    )
    assert _rows(word) == [["Role", "Task"], ["Clerk", "Counts"]]
    assert word_to_markdown(word).recall == 1


def test_a_joined_cell_over_a_deleted_column_takes_one_column_less() -> None:
    wide = _cell("Roles and tasks", '<w:gridSpan w:val="3"/>')
    word = _table((wide,), (_cell("Clerk"), _gone("gone"), _cell("Counts")))
    assert 'colspan="2"' in word_to_markdown(word).markdown
    assert _rows(word) == [["Roles and tasks"], ["Clerk", "Counts"]]


def test_one_deleted_cell_leaves_the_others_of_its_column() -> None:
    word = _table((_cell("Role"), _cell("Old"), _cell("Task")), (_cell("Clerk"), _gone("gone"), _cell("Counts")))
    assert [[cell for cell in row if cell] for row in _rows(word)] == [["Role", "Old", "Task"], ["Clerk", "Counts"]]


def test_a_table_of_which_all_cells_are_deleted_is_gone() -> None:
    word = _table((_gone("Old"), _gone("gone")), columns=2)
    assert word_to_markdown(word).markdown.strip() == ""


def test_a_cell_put_in_stays_and_cells_joined_downwards_are_one() -> None:
    inserted = _cell("New", f"<w:cellIns {BY}/>")
    first, second = (f'<w:cellMerge {BY} w:vMerge="{state}"/>' for state in ("rest", "cont"))
    word = _table((_cell("Role", first), inserted), (_cell("", second), _cell("Old")), columns=2)
    assert 'rowspan="2"' in word_to_markdown(word).markdown
    assert "New" in word_to_markdown(word).markdown


def _left_out(text: str) -> str:
    return f"Text in a cell that Word hides under the cell above was left out, but stays in the Word file: “{text}”."


def test_words_in_cells_that_word_hides_under_the_cell_above_are_named() -> None:
    start, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    word = _table((_cell("North", start), _cell("8 m")), (_cell("South  pier", more), _cell("9 m")), columns=2)
    assert list(word_to_markdown(word).losses) == [_left_out("South pier")]
    nothing_hidden = _table((_cell("North", more), _cell("8 m")), (_cell("", more), _cell("9 m")), columns=2)
    assert list(word_to_markdown(nothing_hidden).losses) == []


def test_words_in_cells_that_a_tracked_change_joins_to_the_cell_above_are_named() -> None:
    first, second = (f'<w:cellMerge {BY} w:vMerge="{state}"/>' for state in ("rest", "cont"))
    word = _table((_cell("North", first), _cell("8 m")), (_cell("South", second), _cell("9 m")), columns=2)
    assert _left_out("South") in word_to_markdown(word).losses
    assert word_to_markdown(word).recall == 1
    parted = _table((_cell("North", first), _cell("8 m")), (_cell("South", first), _cell("9 m")), columns=2)
    assert list(word_to_markdown(parted).losses) == []
