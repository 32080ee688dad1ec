"""British and American spellings find each other."""

import pytest

from docctl.domain.search.spelling import one_spelling


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("organisation", "organization"),
        ("organising", "organizing"),
        ("analyse", "analyze"),
        ("behavioural", "behavioral"),
        ("vapour", "vapor"),
        ("centre", "center"),
        ("centred", "centered"),
        ("kilometres", "kilometers"),
        ("fibre", "fiber"),
        ("programme", "program"),
        ("catalogue", "catalog"),
        ("aluminium", "aluminum"),
        ("licence", "license"),
        ("judgement", "judgment"),
        ("manoeuvre", "maneuver"),
    ],
)
def test_both_spellings_of_a_word_are_one(british: str, american: str) -> None:
    assert one_spelling(british) == one_spelling(american)


@pytest.mark.parametrize("word", ["size", "hour", "four", "basis", "axis", "precise", "were", "fire", "science"])
def test_words_that_only_look_so_stay_as_they_are(word: str) -> None:
    assert one_spelling(word) == word


def test_different_words_stay_different() -> None:
    assert one_spelling("basis") != one_spelling("bases")
    assert one_spelling("tour") != one_spelling("tor")
