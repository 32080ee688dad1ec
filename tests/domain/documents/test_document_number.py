"""Document numbers: real schemes pass, everything that could be a path, a flag or a look-alike is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.domain.documents.document_number import (
    NumberScheme,
    canonical_number,
    checked_number,
    mentioned_numbers,
    number_at_start,
    number_meant,
    without_number,
)
from docctl.domain.errors import InvalidNumberError


@pytest.mark.parametrize("number", ["POL-007", "SOP-02-01", "ISMS-02-10", "PRO.IT.012", "CRAN-0001", "QM1", "a-1"])
def test_real_schemes_pass(number: str) -> None:
    assert checked_number(number) == number


@pytest.mark.parametrize(
    "number",
    [
        *(
            "",
            "../../etc/x1",
            "POL-1\n",
            "\nPOL-1",
            "POL-٠٠١",
            "POL-１",
            "РOL-1",
            "POL-1.",
            ".POL-1",
            "POL 1",
            "POL-1\0",
        ),
        *("CON", "COM1", "LPT9.x", ".git", "x1.git", "x1.lock", "X1.LOCK", "-h1", "--output=x1", "POL-1/2", "POL..1"),
        *("POL-1~", "@{-1}", "a1:b", "POL", "P" * 39 + "-1", "POL-1^", "refs/heads/x1", "é-1", "POL-1?", "POL-1*"),
        *("POL-1[", "POL-1\\", "\u202ePOL-1"),
    ],
)
def test_what_could_be_a_path_a_flag_or_a_look_alike_is_refused(number: str) -> None:
    with pytest.raises(InvalidNumberError, match="cannot be a document number"):
        checked_number(number)


@given(st.text(max_size=60))
def test_an_accepted_number_is_plain_ascii_and_safe_as_a_name(number: str) -> None:
    try:
        checked_number(number)
    except InvalidNumberError:
        return
    assert number.isascii()
    assert set(number.lower()) <= set("abcdefghijklmnopqrstuvwxyz0123456789-._")
    assert ".." not in number
    assert not number.startswith(("-", "."))
    assert not number.lower().endswith((".lock", "."))


def test_case_makes_no_difference_to_identity() -> None:
    assert canonical_number("pol-007") == canonical_number("POL-007")


@pytest.mark.parametrize(
    ("pattern", "taken", "proposed"),
    [
        ("POL-###", [], "POL-001"),
        ("POL-###", ["POL-001", "POL-009"], "POL-010"),
        ("POL-###", ["pol-003", "SOP-77", "POL-1000"], "POL-1001"),
        ("SOP-##-##", [], "SOP-01-01"),
        ("SOP-##-##", ["SOP-01-01", "SOP-02-07"], "SOP-02-08"),
        ("PRO.IT.###", ["PRO.IT.011"], "PRO.IT.012"),
    ],
)
def test_the_next_number_follows_the_highest(pattern: str, taken: list[str], proposed: str) -> None:
    assert NumberScheme(pattern).next_number(taken) == proposed


def test_a_series_is_counted_by_itself() -> None:
    scheme = NumberScheme("SOP-##-##")
    assert scheme.next_number(["SOP-01-04", "SOP-02-09"], series="SOP-01") == "SOP-01-05"


def test_a_scheme_claims_its_prefix_only() -> None:
    scheme = NumberScheme("POL-###")
    assert scheme.claims("pol-7")
    assert scheme.claims("POL007")
    assert not scheme.claims("POLICY-7")
    assert not scheme.claims("SPOL-7")


def test_a_scheme_without_digits_is_refused() -> None:
    with pytest.raises(InvalidNumberError, match="no place for digits"):
        NumberScheme("POL")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SOP-02-01 Document Control", "SOP-02-01"),
        ("FORM-004 New Starter", "FORM-004"),
        ("PRO.IT.012 Backup", "PRO.IT.012"),
        ("CRAN-0001", "CRAN-0001"),
        ("appraisal", ""),
        ("2024 report", ""),
        ("COVID-19ish", ""),
    ],
)
def test_a_number_is_recognised_at_the_start_of_a_name(text: str, number: str) -> None:
    assert number_at_start(text) == number


def test_numbers_mentioned_in_a_text_are_found_once_each() -> None:
    text = "See SOP-02-01 and POL-007; again SOP-02-01. Not x-SOP-1, not a/POL-1, not UTF, and PRO.IT.012."
    assert mentioned_numbers(text) == ["SOP-02-01", "POL-007", "PRO.IT.012"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("See SOP\u201136, SOP\u201002\u201001 and SOP\u221237.", ["SOP-36", "SOP-02-01", "SOP-37"]),
        ("SOP\u201336 and SOP\u201302\u201301", ["SOP-36", "SOP-02-01"]),
        ("from POL-001\u2013POL-005 on", ["POL-001", "POL-005"]),
        ("SOP\u00a036 or SOP\u202f37", ["SOP-36", "SOP-37"]),
        ("SOP 36, x-SOP\u201136, SOP\u201136\u2011b", []),
        ("A\u20131 and pages 3\u20137", []),
    ],
)
def test_a_number_is_the_same_whatever_hyphen_a_text_writes(text: str, numbers: list[str]) -> None:
    assert mentioned_numbers(text) == numbers


def test_a_number_with_other_hyphens_is_recognised_at_the_start_and_taken_off_a_title() -> None:
    title = "SOP\u201136 \u2013 Valve rules"
    assert number_at_start(title) == "SOP-36"
    assert without_number(title, "SOP-36") == "Valve rules"
    assert without_number("Valve rules (SOP\u201136)", "SOP-36") == "Valve rules"
    assert without_number("SOP-360 Valve rules", "SOP-36") == "SOP-360 Valve rules"
    assert without_number("SOP-36", "SOP-36") == "SOP-36"


def test_looking_for_numbers_takes_time_in_proportion_to_the_text() -> None:
    for piece in ("A", "A\u00ad", "A-", "AB\u00a0", "A1-", "A" + "\u00ad" * 50):
        assert mentioned_numbers(piece * 20_000) == []


def test_the_number_meant_is_that_of_the_document() -> None:
    assert {number_meant(f"SOP{hyphen}36") for hyphen in "-\u2010\u2011\u2013\u2212\u00a0"} == {"SOP-36"}
