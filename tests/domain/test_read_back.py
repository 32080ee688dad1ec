"""Differences between page and issued files: told in a sentence, kept as a row, known again."""

from docctl.domain.read_back import Difference, Fault, ReadFrom

AMOUNT = Difference(ReadFrom.PDF, Fault.OTHER_WORDS, "3 Amounts", "500 euros", "50000 euros")


def test_a_difference_says_what_page_and_file_say_and_where() -> None:
    assert str(AMOUNT) == "The page says “500 euros”, the PDF “50000 euros” under “3 Amounts”."
    missing = Difference(ReadFrom.WORD, Fault.OTHER_WORDS, "", "never", "")
    assert str(missing) == "The page says “never”, the Word file nothing."


def test_a_difference_is_the_same_after_it_was_kept() -> None:
    again = Difference.from_row(AMOUNT.as_row())
    assert again == AMOUNT
    assert again.key == AMOUNT.key


def test_differences_at_two_places_have_two_keys() -> None:
    elsewhere = Difference(ReadFrom.PDF, Fault.OTHER_WORDS, "4 Limits", "500 euros", "50000 euros")
    assert elsewhere.key != AMOUNT.key
