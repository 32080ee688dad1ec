"""Registers as organisations keep them: any heading, several rows for a document, cells of any kind."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.domain.errors import InvalidInputError
from docctl.domain.intake.claimed_past import faults_of
from docctl.domain.intake.past_register import documents_in

cells = st.none() | st.text(max_size=12) | st.integers() | st.floats() | st.dates() | st.datetimes() | st.booleans()


@pytest.mark.parametrize(
    "heading",
    [
        ("Number", "Title", "Revision", "Effective date", "Approved by", "File"),
        ("Document No.", "Document Title", "Rev.", "Effective", "Approver", "File name"),
        ("Dok.-Nr.", "Bezeichnung", "Version", "Gültig ab", "Freigegeben von", "Datei"),
        ("ID", "Name", "Issue", "Date of issue", "Authorised by", "Path"),
    ],
)
def test_columns_are_known_by_many_names(heading: tuple[str, ...]) -> None:
    rows = [["Register of documents"], [], list(heading), ["POL-1", "Aims", "A", date(2020, 1, 2), "Chief", "a.docx"]]
    (document,) = documents_in(rows)
    (revision,) = document.revisions
    assert (document.number, revision.title, revision.label, revision.approved_by) == ("POL-1", "Aims", "A", "Chief")
    assert (revision.effective, revision.file, revision.place) == (date(2020, 1, 2), "a.docx", "row 4")


def test_rows_of_one_number_are_its_revisions_with_cells_as_people_read_them() -> None:
    rows = [
        ["number", "rev", "date", "author", "file", "withdrawn"],
        ["pol-1", 2.0, datetime(2021, 1, 2), "Bob and Dora", "b\\two.docx", None],
        [],
        ["POL-1", "Rev. 1", "2020-01-02", "Zoë; Bob", "a.docx", "2022-01-01"],
        [7, 1.1, None, "", "c.docx", None],
    ]
    first, second = documents_in(rows)
    assert [(r.label, r.place, r.file) for r in first.revisions] == [
        ("1", "row 4", "a.docx"),
        ("2", "row 2", "b/two.docx"),
    ]
    assert [author.name for author in first.revisions[0].written_by] == ["Zoë", "Bob"]
    assert first.withdrawn == date(2022, 1, 1)
    assert (second.number, second.revisions[0].label) == ("7", "1.1")


def test_what_a_spreadsheet_made_of_a_label_or_left_out_is_said() -> None:
    rows = [["number", "rev", "date", "file"], ["POL-1", date(2026, 2, 1), "soon", ""]]
    faults = faults_of(documents_in(rows)[0], date(2026, 3, 2))
    assert len(faults) == 3
    assert any("made a date of its label" in fault for fault in faults)


@pytest.mark.parametrize("rows", [[], [[]], [["a", "b"], [1, 2]], [["title", "file"], ["x", "y"]]])
def test_a_table_without_the_needed_columns_is_refused(rows: list[list[object]]) -> None:
    with pytest.raises(InvalidInputError, match="no column headed"):
        documents_in(rows)


@given(st.lists(st.lists(cells, min_size=1, max_size=7), max_size=8))
def test_any_cells_give_documents_that_can_be_judged(rows: list[list[object]]) -> None:
    heading = ["number", "rev", "date", "author", "file", "withdrawn", "title"]
    for document in documents_in([heading, *rows]):
        assert document.revisions
        assert all(fault.endswith(".") for fault in faults_of(document, date(2026, 3, 2)))
