"""Titles that carry their number in words or Roman numerals."""

import pytest

from docctl.texts.section_number import are_numbered_in_words


@pytest.mark.parametrize(
    "title", ["I Purpose", "IX.A. Purpose", "IV) Purpose", "Article 3: Purpose", "§ 4a Purpose", "Teil II Zweck"]
)
def test_a_number_in_words_is_one(title: str) -> None:
    assert are_numbered_in_words([title])


@pytest.mark.parametrize(
    "title",
    ["Purpose", "Civil duties", "Mixed waste", "Article on travel", "Annex 1 Forms", "Participants", "4 Purpose"],
)
def test_ordinary_titles_are_not_numbered_in_words(title: str) -> None:
    assert not are_numbered_in_words([title])


def test_most_titles_decide() -> None:
    assert not are_numbered_in_words([])
    assert not are_numbered_in_words(["I travel", "Costs"])
    assert are_numbered_in_words(["I Purpose", "II Scope", "Annex"])
