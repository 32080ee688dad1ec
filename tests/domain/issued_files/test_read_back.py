"""Differences between page and issued files: told in a sentence, kept as a row, known again."""

from docctl.domain.issued_files.read_back import Difference, Fault, ReadFrom

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


def test_letters_without_a_font_are_told_with_their_script_and_what_to_do() -> None:
    shown = "reads ⟨U+09AC⟩⟨U+09BE⟩ and ⟨U+0BA4⟩⟨U+F1234⟩"
    told = str(Difference(ReadFrom.PDF, Fault.OTHER_WORDS, "Scope", "reads বা and த\U000f1234", shown))
    assert told == (
        f"The page says “reads বা and த\U000f1234”, the PDF “{shown}” under “Scope”, because no font here has "
        "letters of Bengali and Tamil and the signs U+F1234; install a font on the server that has them."
    )
    sign = Difference(ReadFrom.PDF, Fault.OTHER_WORDS, "", "push 🗙", "push ⟨U+1F5D9⟩")
    assert "no font here has the signs 🗙 (U+1F5D9); install" in str(sign)
    typed = Difference(ReadFrom.PDF, Fault.OTHER_WORDS, "", "code ⟨U+09AC⟩ one", "code ⟨U+09AC⟩ two")
    assert str(typed) == "The page says “code ⟨U+09AC⟩ one”, the PDF “code ⟨U+09AC⟩ two”."
