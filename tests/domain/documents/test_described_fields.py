"""The table of what a document says about itself: what each line of it needs elsewhere, so that none is forgotten."""

import json
import re

import pytest

from docctl.adapters.pdf_writer import LAYOUT
from docctl.domain.documents import described_fields
from docctl.domain.documents.described_fields import FIELDS, Field, Place, fields_at, further_lines
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.word_controls import optional_controls, value_controls
from docctl.domain.errors import InvalidInputError
from docctl.domain.intake.front_matter import NUMBER_ENTRIES, with_usual_names
from docctl.domain.search.facts import facets
from docctl.domain.search.query import filter_names
from tests.factories.library import HOME

TEXTS = HOME / "docctl" / "web" / "translations" / "messages.pot"
MADE_UP = Field("weight_class", "Weight class")
# What the form of a draft, the address of a list or of a search, and the sheet of a file call something else.
TAKEN = {
    "clause", "clauses", "due", "external", "hold", "id", "key", "number", "page", "q", "reason", "request_id",
    "revision", "revisions", "sort", "standard", "state", "status", "summary", "template", "text", "type",
}  # fmt: skip


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> tuple[Field, ...]:
    """The table with one field more."""
    fields = (*FIELDS, MADE_UP)
    monkeypatch.setattr(described_fields, "FIELDS", fields)
    return fields


def test_every_field_has_a_name_of_its_own_wherever_names_meet() -> None:
    names = [field.name for field in FIELDS]
    assert len(set(names)) == len(names)
    assert not {field.name for field in FIELDS} & TAKEN
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    typed = [field.in_search_box for field in fields_at(Place.TYPED_FILTER)]
    assert len(set(typed) - TAKEN) == len(typed)
    said = [name for field in fields_at(Place.FRONT_MATTER) for name in (field.name, *field.also_called)]
    assert len(set(said) - {*NUMBER_ENTRIES}) == len(said)
    row = DocumentMetadata(title="").as_row().keys() | {"number", "type", *DocumentMetadata.__dataclass_fields__}
    assert not {field.name for field in FIELDS if field.is_plain} & row


def test_every_label_and_hint_is_among_the_texts_for_translators() -> None:
    collected = TEXTS.read_text()
    texts = [text for field in FIELDS for text in (field.label, field.hint) if text]
    assert not [text for text in texts if f'msgid "{text}"' not in collected], "run make texts"


def test_every_printed_field_has_its_label_in_every_language_of_the_layout() -> None:
    words = json.loads((LAYOUT / "words.json").read_text())
    names = [field.name for field in fields_at(Place.PRINT)]
    assert not [(language, name) for language, known in words.items() for name in names if name not in known]


def test_a_new_field_is_one_line_and_said_everywhere_but_where_external_documents_come_from(
    table: tuple[Field, ...],
) -> None:
    assert all(MADE_UP in fields_at(place) for place in Place if place != Place.SOURCE)
    assert "docctl:weight_class" in value_controls()
    assert "docctl:weight_class" in optional_controls()
    assert "weight_class" in facets()
    assert filter_names()["weightclass"] == "weight_class"
    assert with_usual_names({"Weight Class": "4711"}) == {"weight_class": "4711"}


def test_named_fields_come_first_and_last_and_all_others_in_the_order_of_the_table(table: tuple[Field, ...]) -> None:
    names = [field.name for field in fields_at(Place.PAGE, first=("department", "owner"), last=("language",))]
    assert names[:4] == ["department", "owner", "classification", "keywords"]
    assert names[-2:] == ["weight_class", "language"]


def test_a_plain_field_is_kept_while_it_says_something(table: tuple[Field, ...]) -> None:
    said = DocumentMetadata(title="x").saying({"weight_class": " 4711 "}).checked()
    assert said.as_row()["weight_class"] == "4711"
    assert DocumentMetadata.from_row(said.as_row()) == said
    assert further_lines(said, Place.WORDS) == (("weight_class", "4711"),)
    assert said.saying({"weight_class": " "}) == DocumentMetadata(title="x")


@pytest.mark.parametrize("wrong", ["a\nb", "a\x00", "x" * 201])
def test_a_line_that_cannot_be_kept_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidInputError):
        DocumentMetadata(title="x").saying({"weight_class": wrong}).checked()
