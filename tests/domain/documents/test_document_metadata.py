"""Metadata of a document: what is accepted, who its readers are, and the file it is kept in."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from docctl.domain.documents.document_metadata import (
    CitedClause,
    DocumentMetadata,
    ExternalSource,
    checked_date,
    checked_reason,
)
from docctl.domain.errors import InvalidInputError

FULL = DocumentMetadata(
    title="Backup: “how” & why",
    owner="Head of IT",
    department="IT",
    classification="restricted",
    departments=("IT", "HR"),
    people=(7,),
    keywords=("backup", "restore"),
    clauses=(CitedClause("iso-27001-2022", "A.8.13", "Backups"), CitedClause("iso-9001-2015", "7.5.3")),
    external=ExternalSource(issuer="State", checked_on="2026-01-31"),
)


def test_the_file_is_yaml_that_says_what_was_entered_and_never_a_state() -> None:
    written = yaml.safe_load(FULL.as_file("POL-001", "policy"))
    assert written["number"] == "POL-001"
    assert written["title"] == FULL.title
    assert written["clauses"][0] == {"standard": "iso-27001-2022", "clause": "A.8.13", "section": "Backups"}
    assert "state" not in written


def test_metadata_survives_its_table_row() -> None:
    assert DocumentMetadata.from_row(FULL.as_row()) == FULL


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=80))
def test_any_printable_title_is_kept_exactly_in_yaml(title: str) -> None:
    written = DocumentMetadata(title=title).as_file("POL-1", "policy")
    assert yaml.safe_load(written)["title"] == title


def test_a_restricted_document_is_for_its_departments_and_people_only() -> None:
    assert FULL.audience == ("department:IT", "department:HR", "person:7")
    assert DocumentMetadata(title="x").audience == ("internal",)


@pytest.mark.parametrize(
    "wrong",
    [
        DocumentMetadata(title="  "),
        DocumentMetadata(title="a\x00b"),
        DocumentMetadata(title="a\ud800"),
        DocumentMetadata(title="x" * 201),
        DocumentMetadata(title="x", owner="a\nb"),
        DocumentMetadata(title="x", classification="secret"),
        DocumentMetadata(title="x", classification="restricted"),
        DocumentMetadata(title="x", external=ExternalSource(checked_on="yesterday")),
    ],
)
def test_what_cannot_be_kept_is_refused(wrong: DocumentMetadata) -> None:
    with pytest.raises(InvalidInputError):
        wrong.checked()


def test_a_reason_is_one_line_and_never_empty() -> None:
    assert checked_reason("  a\n b ", "why") == "a b"
    with pytest.raises(InvalidInputError, match="Say in one line why"):
        checked_reason(" \n ", "why")


@pytest.mark.parametrize(
    ("text", "said"), [("9999-12-31", "too far off"), ("1799-12-31", "too far off"), ("2026-02-30", "not a date")]
)
def test_a_day_out_of_reach_is_told_from_what_is_no_day(text: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=f"The effective date is {said}"):
        checked_date(text, "The effective date")
