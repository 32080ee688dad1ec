"""The rules for a past: order, labels, dates and revision numbers, whatever a source tells."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.domain.intake.claimed_past import (
    ClaimedAuthor,
    ClaimedDocument,
    ClaimedRevision,
    ended_on,
    faults_of,
    in_order,
    label_key,
    numbered_twice,
    revision_numbers,
)

TODAY = date(2026, 3, 2)
days = st.dates(date(1970, 1, 1), TODAY)
labels = st.text("ABCv0123456789.", max_size=6)


def _past(*told: tuple[str, str]) -> tuple[ClaimedRevision, ...]:
    return tuple(
        ClaimedRevision(f"{label}.docx", label, f"row {place}", effective=date.fromisoformat(day) if day else None)
        for place, (label, day) in enumerate(told, start=2)
    )


@given(st.lists(labels, max_size=12), st.integers(0, 500))
def test_revision_numbers_rise_from_where_the_document_stands(given_labels: list[str], after: int) -> None:
    numbers = revision_numbers(given_labels, after)
    assert len(numbers) == len(given_labels)
    assert all(earlier < later for earlier, later in pairwise([after, *numbers]))


@given(st.lists(st.integers(1, 9999), min_size=1, max_size=12, unique=True).map(sorted))
def test_labels_that_are_rising_whole_numbers_are_the_revision_numbers(numbers: list[int]) -> None:
    assert revision_numbers([str(number) for number in numbers]) == numbers
    assert revision_numbers([f"0{number}" for number in numbers]) == numbers


@given(st.lists(days, min_size=1, max_size=8, unique=True))
def test_revisions_with_dates_are_adopted_in_the_order_of_their_dates_from_either_end(found: list[date]) -> None:
    rising = [ClaimedRevision(f"{day}.md", str(day), effective=day) for day in sorted(found)]
    assert in_order(rising) == in_order(rising[::-1]) == tuple(rising)
    assert faults_of(ClaimedDocument("POL-1", in_order(rising[::-1])), TODAY) == []


@given(st.permutations(["1", "2", "10", "A", "B", "AA", "1.2", "1.10", ""]))
def test_labels_have_one_order_however_they_come(found: list[str]) -> None:
    assert sorted(found, key=label_key) == ["1", "1.2", "1.10", "2", "10", "A", "B", "AA", ""]


@given(st.lists(st.tuples(labels, st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))), min_size=1, max_size=6))
def test_a_past_without_faults_has_distinct_labels_and_rising_days_none_ahead(
    told: list[tuple[str, date | None]],
) -> None:
    revisions = in_order([ClaimedRevision("x.md", label, effective=day) for label, day in told])
    faults = faults_of(ClaimedDocument("POL-1", revisions), TODAY)
    assert all(fault.endswith(".") for fault in faults)
    known = [each.effective for each in revisions if each.effective]
    if not faults:
        assert known == sorted(known)
        assert all(day <= TODAY for day in known)
        assert len({each.label.casefold() for each in revisions}) == len(revisions)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([("A", "2020-01-01"), ("B", "2019-01-01"), ("C", "2021-01-01")], "before revision A"),
        ([("A", "2020-01-01"), ("a", "2021-01-01")], "same label"),
        ([("", ""), ("", "")], "neither label nor date"),
        ([("2", "2020-01-01"), ("1", "2021-01-01")], "correct the dates or the labels"),
        ([("1", "2026-03-03")], "lies ahead"),
        ([("x" * 61, "2020-01-01")], "longer than 60"),
    ],
)
def test_what_cannot_be_so_is_said_in_a_sentence(told: list[tuple[str, str]], words: str) -> None:
    (fault,) = faults_of(ClaimedDocument("POL-1", _past(*told)), TODAY)
    assert words in fault
    assert fault.endswith(".")


def test_a_withdrawal_follows_the_last_revision_and_lies_not_ahead() -> None:
    past = _past(("A", "2020-01-01"))
    assert faults_of(ClaimedDocument("POL-1", past, withdrawn=date(2021, 1, 1)), TODAY) == []
    assert len(faults_of(ClaimedDocument("POL-1", past, withdrawn=date(2019, 1, 1)), TODAY)) == 1
    assert len(faults_of(ClaimedDocument("POL-1", past, withdrawn=date(2027, 1, 1)), TODAY)) == 1


def test_the_order_of_a_repository_is_not_read_from_its_dates() -> None:
    past = _past(("a1", "2020-01-01"), ("b2", "2019-01-01"))
    assert faults_of(ClaimedDocument("", past, is_in_order=True), TODAY) == []


def test_a_revision_ended_when_the_next_one_came_or_the_document_went() -> None:
    document = ClaimedDocument("POL-1", _past(("A", "2019-01-01"), ("B", ""), ("C", "2020-01-01")))
    assert [ended_on(document, place) for place in range(3)] == [date(2020, 1, 1), date(2020, 1, 1), None]


def test_numbers_are_claimed_once_whatever_their_case() -> None:
    claimed = [ClaimedDocument(number, ()) for number in ("POL-1", "pol-1", "POL-2", "", "")]
    assert numbered_twice(claimed) == {"POL-1"}


def test_a_commit_says_the_author_and_day_that_are_claimed_and_nothing_that_is_not() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert ClaimedRevision("a.md").authorship(now) is None
    dated = ClaimedRevision("a.md", effective=date(2019, 1, 1)).authorship(now)
    assert dated is not None
    assert (dated.name, f"{dated.at:%F}") == ("Unknown author", "2019-01-01")
    written = now - timedelta(days=9)
    signed = ClaimedRevision("a.md", written_at=written, written_by=(ClaimedAuthor("Zoë", "z@x"),)).authorship(now)
    assert signed is not None
    assert (signed.name, signed.email, signed.at) == ("Zoë", "z@x", written)
