"""Which content controls a Word template must have, and what is wrong with one that has others."""

import pytest

from docctl.domain.documents.word_controls import (
    BODY_CONTROL,
    MAXIMUM_CONTROLS,
    RECORD_CONTROLS,
    PlacedControl,
    optional_controls,
    template_faults,
    value_controls,
)

WHOLE = [PlacedControl(tag) for tag in (*value_controls(), *RECORD_CONTROLS, BODY_CONTROL)]


def test_a_template_with_every_control_has_no_fault() -> None:
    assert template_faults(WHOLE) == []


def test_a_value_may_be_repeated_in_header_and_footer() -> None:
    assert template_faults([*WHOLE, PlacedControl("docctl:number", in_text=False)]) == []


@pytest.mark.parametrize("tag", optional_controls())
def test_a_template_may_do_without_what_is_optional(tag: str) -> None:
    assert template_faults([control for control in WHOLE if control.tag != tag]) == []


@pytest.mark.parametrize(
    "tag", [tag for tag in (*value_controls(), *RECORD_CONTROLS) if tag not in optional_controls()]
)
def test_a_missing_control_is_named(tag: str) -> None:
    assert template_faults([control for control in WHOLE if control.tag != tag]) == [f"The control {tag} is missing."]


@pytest.mark.parametrize(
    ("control", "said"),
    [
        (PlacedControl("docctl:approvals", in_text=False), "header or footer"),
        (PlacedControl("docctl:body", in_line=True), "within a line"),
        (PlacedControl("docctl:title", in_text_box=True), "text box"),
        (PlacedControl("Docctl:Number"), "docctl:number is probably meant"),
    ],
)
def test_a_control_in_the_wrong_place_is_named(control: PlacedControl, said: str) -> None:
    assert any(said in fault for fault in template_faults([*WHOLE, control]))


def test_controls_of_other_programs_are_left_alone() -> None:
    assert template_faults([*WHOLE, PlacedControl("company-logo")]) == []


def test_a_template_with_thousands_of_controls_is_refused() -> None:
    assert any("are allowed" in fault for fault in template_faults(WHOLE * MAXIMUM_CONTROLS))
