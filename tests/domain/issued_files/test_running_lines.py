"""What print has in headers and footers is what the Word file has there, and a changed word in them is found once."""

import pytest

from docctl.domain.issued_files.read_back import Fault, ReadFrom
from docctl.domain.issued_files.readings import LINES, Passage, Reading
from docctl.domain.issued_files.running_lines import running_differences

RUNNING = ("Riverton Council", "Care of the gate", "Internal", "Page", "of")


def word(*fields: str, text: str = "") -> Reading:
    """A Word file with headers and footers."""
    return Reading((Passage(text),), running=RUNNING, running_fields=frozenset(fields))


def pages(*said: str, inside: str = "") -> Reading:
    """A print that says something above or below the text of each page, and perhaps something in a drawing."""
    pieces = ([(piece, True) for piece in each.split("|")] for each in said)
    return Reading((), beside=tuple((*each, (inside, False)) for each in pieces))


def test_the_same_words_with_counted_pages_are_no_difference() -> None:
    printed = pages(*(f"Riverton Coun\ncil Care of the gate Internal Page {number} of 12" for number in range(1, 13)))
    assert running_differences(word("PAGE", "NUMPAGES"), printed) == []
    assert running_differences(word(), printed)


@pytest.mark.parametrize(
    ("said", "planted", "near"),
    [
        ("Internal", "Kept", ""),
        ("Care of", "Core of", "Care of the gate"),
        ("Council", "Councils", "Riverton Council"),
    ],
)
def test_a_changed_word_is_found_once_however_many_pages_have_it(said: str, planted: str, near: str) -> None:
    line = f"{'|'.join(RUNNING[:3])}|Page ".replace(said, planted)
    found = running_differences(word("PAGE"), pages(*(f"{line}{number}" for number in range(1, 9))))
    assert [(each.file, each.fault) for each in found] == [(ReadFrom.PDF, Fault.RUNNING)]
    assert planted in found[0].shown
    assert found[0].page == near
    assert planted in str(found[0])
    assert found[0].key == running_differences(word("PAGE"), pages(*(f"{line}{n}" for n in range(1, 5))))[0].key


def test_a_number_that_is_no_number_of_a_page_is_found() -> None:
    assert running_differences(word(), pages("Riverton Council 7"))
    assert running_differences(word(LINES), pages("Riverton Council 7")) == []
    assert running_differences(word("PAGE"), pages("Riverton Council Rev7"))


def test_what_a_field_quotes_from_the_text_is_no_difference() -> None:
    quoting = word("STYLEREF", text="Duties of the porter")
    assert running_differences(quoting, pages("Internal Duties of the porter")) == []
    assert running_differences(word(text="Duties of the porter"), pages("Internal Duties of the porter"))
    assert running_differences(quoting, pages("Internal Rights of the porter"))


def test_words_in_a_drawing_among_the_text_are_no_header() -> None:
    assert running_differences(word(), pages("Internal", inside="Not required")) == []
    assert running_differences(word(), pages("Internal Not required"))
