"""A long list is shown in part, and what is left out is never a single thing."""

import pytest

from docctl.texts.short_list import shown_of, told_of


@pytest.mark.parametrize(("there_are", "shown"), [(0, 0), (19, 19), (20, 20), (21, 21), (22, 20), (500, 20)])
def test_what_is_left_out_is_never_one(there_are: int, shown: int) -> None:
    things = tuple(range(there_are))
    assert shown_of(things, 20) == things[:shown]
    assert there_are - shown != 1


@pytest.mark.parametrize(
    ("things", "told"), [([], ""), (["a"], "a"), (["a", "b", "c"], "a; b; c"), ([1, 2, 3, 4], "1; 2; and 2 more")]
)
def test_what_is_told_in_a_line_says_how_many_more_there_are(things: list[object], told: str) -> None:
    assert told_of(things, 2) == told
