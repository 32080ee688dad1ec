"""Which of the places where a file says its title is believed."""

import pytest

from docctl.domain.intake.recognition import TitleEvidence, recognised


def title(**found) -> str:
    return recognised(TitleEvidence(**found))[0]


def test_what_the_properties_say_is_believed_where_the_file_shows_it() -> None:
    shown = {"opening_lines": ("Valve rules of the water works",), "title_lines": ("Water works",)}
    assert title(properties=("Valve rules",), **shown) == "Valve rules"
    assert title(properties=("Model of 2009",), **shown) == "Water works"


@pytest.mark.parametrize(
    "left_over", ["Word Document", "Dokument1", "Vorlage Richtlinie", "untitled", "sans titre", "12"]
)
def test_a_title_that_every_file_of_a_program_has_is_nobodys(left_over: str) -> None:
    assert title(properties=(left_over,), opening_lines=(left_over,)) == ""


def test_a_large_line_is_the_title_before_a_section_and_before_properties_that_nothing_confirms() -> None:
    found = {"large_lines": ("Keys of the", "gate house"), "headings": ((1, "Keeping"), (1, "Lending"))}
    assert title(properties=("Model of 2009",), **found) == "Keys of the gate house"
    assert title(title_lines=("Keys",), **found) == "Keys"


def test_a_first_heading_above_all_others_is_the_title_before_a_large_line() -> None:
    found = {"headings": ((1, "Visitors"), (2, "Gate"), (2, "Yard")), "starts_with_heading": True}
    assert title(large_lines=("Since 1901",), **found) == "Visitors"


def test_soft_hyphens_are_no_part_of_a_title_and_its_number_is_read_with_any_hyphen() -> None:
    found = recognised(TitleEvidence(title_lines=("SOP\u201136 \u2013 Doku\u00admenten\u00adlenkung 2",)))
    assert found == ("Dokumentenlenkung 2", "SOP-36")
