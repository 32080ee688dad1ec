"""File names as people give them: number, title, label, date, and which of them are one document."""

from datetime import date

import pytest

from docctl.domain.intake.past_file_name import documents_of, taken_apart


@pytest.mark.parametrize(
    ("path", "number", "title", "label", "day"),
    [
        ("SOP-02-01 Document Control v3.docx", "SOP-02-01", "Document Control", "3", ""),
        ("SOP-02-01 Document Control_rev2_2021-05-03.docx", "SOP-02-01", "Document Control", "2", "2021-05-03"),
        ("Old/POL-001 Quality policy Rev. A (signed).docx", "POL-001", "Quality policy", "A", ""),
        ("POL-001_Quality_policy_V1.2.docx", "POL-001", "Quality policy", "1.2", ""),
        ("Visitors 20210503 final.md", "", "Visitors", "", "2021-05-03"),
        ("Besucher 03.05.2021 Ausgabe 4.md", "", "Besucher", "4", "2021-05-03"),
        ("Checklist (Version 2).md", "", "Checklist", "2", ""),
        ("Engine v8 care.md", "", "Engine v8 care", "", ""),
        ("Room 20219999.md", "", "Room 20219999", "", ""),
        ("Plan B.md", "", "Plan B", "", ""),
        ("visitors-and-gates.md", "", "", "", ""),
        ("SOP-1 Gates_rev2.md", "SOP-1", "Gates", "2", ""),
    ],
)
def test_a_name_is_taken_apart(path: str, number: str, title: str, label: str, day: str) -> None:
    found = taken_apart(path)
    assert (found.number, found.title, found.label) == (number, title, label)
    assert found.day == (date.fromisoformat(day) if day else None)


def test_files_of_one_number_or_of_one_title_in_one_place_are_one_document() -> None:
    numbered, forms, gates = documents_of(
        [
            "SOP-1 Gates.docx",
            "archive/2019/sop-1 Gates v1.docx",
            "HR/Forms v2.docx",
            "HR/old/Forms v1.docx",
            "IT/Forms v10.docx",
        ]
    )[::-1]
    assert [revision.label for revision in numbered.revisions] == ["1", ""]
    assert [revision.file for revision in gates.revisions] == ["HR/old/Forms v1.docx", "HR/Forms v2.docx"]
    assert [revision.file for revision in forms.revisions] == ["IT/Forms v10.docx"]


def test_files_without_labels_follow_their_days() -> None:
    (document,) = documents_of(["Aims 2021-01-01.md", "Aims 2019-01-01.md"])
    assert [revision.label for revision in document.revisions] == ["2019-01-01", "2021-01-01"]
