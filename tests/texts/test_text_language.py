"""How the language of a text is settled between its words, the claims of its file, and what is usual here."""

import pytest

from docctl.texts.text_language import direction_of, main_of, sections_of, settled_language, words_to_judge


@pytest.mark.parametrize(
    ("ranking", "words", "claims", "language"),
    [
        ([("de", 0.9), ("nl", 0.1)], "Das Ventil bleibt zu", ["en-US"], "de"),
        ([("nl", 0.602), ("en", 0.323)], "The fee is euros", ["en-GB"], "en"),
        ([("nl", 0.7), ("en", 0.01)], "De prijs is euro", ["en-GB"], "nl"),
        ([("nl", 0.602), ("en", 0.323)], "x" * 100, ["en-GB"], "nl"),
        ([("da", 0.55), ("no", 0.45)], "Ventilen skal holdes lukket", ["", "nb-NO", "en"], "no"),
        ([("de", 0.2), ("pl", 0.1)], "Zweck", ["", "de", "en-US"], "de"),
        ([("de", 0.2), ("pl", 0.01)], "Zweck", ["en-US"], "en"),
        ([("ru", 0.5), ("bg", 0.4)], "Положение", ["en-US"], "ru"),
        ([("fr", 0.3), ("it", 0.2)], "x" * 100, ["en"], "fr"),
        ([("nl", 0.61), ("en", 0.32)], "Parking fee euros", ["en-GB"], "en"),
        ([("nl", 0.61), ("en", 0.32)], "x" * 100, ["en-GB"], "nl"),
        ([], "", ["zz", "he-IL"], "he"),
        ([], "", [], "en"),
    ],
)
def test_words_that_are_sure_settle_it_and_claims_settle_the_rest(ranking, words, claims, language) -> None:
    assert settled_language(ranking, words, claims) == language


def test_figures_signs_and_numbers_say_nothing_about_a_language() -> None:
    assert words_to_judge("POL-007: 12 kg, “valve” | می‌شوند") == "POL- kg valve می‌شوند"


def test_a_short_section_is_judged_with_the_one_before() -> None:
    long = "word " * 30
    assert sections_of(f"# One\n\n{long}\n\n## Short\n\nYes.\n\n# Two\n\n{long}") == [
        f"# One\n\n{long}\n\n## Short\n\nYes.\n\n",
        f"# Two\n\n{long}",
    ]


def test_the_language_of_most_letters_is_that_of_the_text() -> None:
    assert main_of([("en", 100), ("de", 80), ("de", 60)]) == "de"
    assert main_of([]) == ""


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("fa-IR", "rtl"), ("he_IL", "rtl"), ("iw", "rtl"), ("en", "ltr"), ("", "ltr")],
)
def test_the_direction_is_that_of_the_language(language: str, direction: str) -> None:
    assert direction_of(language) == direction
