"""The note of the last round, and how long a library rests until the next."""

import pytest

from docctl.domain.operations.round_note import RoundNote, rest_after


def test_a_note_comes_back_as_it_was_written() -> None:
    note = RoundNote("2026-12-01T10:00:00+00:00", "It is “sound”.", "2026-12-01T09:45:00+00:00", 3)
    assert RoundNote.from_text(note.as_text()) == note


@pytest.mark.parametrize("text", ["", "[]", "{", '{"other": 1}', '{"checked_at": "yesterday"}', '{"turn": 8}', "null"])
def test_a_note_that_cannot_be_read_says_nothing(text: str) -> None:
    assert RoundNote.from_text(text) == RoundNote()


@pytest.mark.parametrize(("took", "cpu", "rest"), [(20.0, 15.0, 880.0), (300.0, 200.0, 1700.0), (1000.0, 3.0, -100.0)])
def test_rounds_take_a_tenth_of_a_core_at_most(took: float, cpu: float, rest: float) -> None:
    assert rest_after(took, cpu) == rest
