"""What two Word files show differently, beside what a comparison of the pages shows."""

from docctl.word_format.look import SHOWN_AT_MOST, WORDS, LookChange, beside_the_page

PAID = LookChange("text", WORDS, "It costs 500 euros.", "It costs 50000 euros.")


def test_words_that_the_pages_show_as_changed_are_not_told_twice() -> None:
    assert beside_the_page([PAID], ["It costs  500 euros.", "It costs 50000 euros."]) == ()
    assert beside_the_page([PAID], ["It costs 500 euros."]) == (PAID,)
    assert beside_the_page([PAID], []) == (PAID,)


def test_a_colour_is_told_whatever_the_pages_show_and_so_many_things_are_cut_off() -> None:
    colour = LookChange("“It costs”", "colour", "FF0000", "00FF00")
    assert beside_the_page([colour, colour], ["It costs"]) == (colour,)
    many = [LookChange(str(number), "colour", "", "FF0000") for number in range(SHOWN_AT_MOST + 5)]
    assert len(beside_the_page(many, [])) == SHOWN_AT_MOST


def test_a_change_is_said_in_a_line() -> None:
    assert str(LookChange("header", "words", "", "Draft")) == "words, header: – → Draft"
