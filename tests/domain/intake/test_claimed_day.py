"""Days as registers write them: read where they can be one day alone, else refused."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.domain.errors import InvalidInputError
from docctl.domain.intake.claimed_day import DAY_FIRST, MONTH_FIRST, claimed_day

APRIL = date(2024, 4, 3)


@pytest.mark.parametrize(
    "written",
    [
        "2024-04-03",
        "2024/4/3",
        "2024-04-03T00:00:00",
        "03.04.2024",
        "3. 4. 2024",
        "3 April 2024",
        "Apr 3, 2024",
        "3-Apr-2024",
        datetime(2024, 4, 3, 12),
        APRIL,
    ],
)
def test_a_day_is_read_in_the_spellings_of_the_field(written: object) -> None:
    assert claimed_day(written) == APRIL


@pytest.mark.parametrize("written", ["31.02.2024", "45385", "soon", "2024", "3 Foo 2024", "99/99/2024", "0000-01-01"])
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(InvalidInputError, match="is no date"):
        claimed_day(written)


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)))
def test_day_and_month_are_told_apart_or_asked_for(day: date) -> None:
    assert claimed_day(f"{day:%d/%m/%Y}", DAY_FIRST) == claimed_day(f"{day:%m/%d/%Y}", MONTH_FIRST) == day
    if day.day > 12 or day.day == day.month:
        assert claimed_day(f"{day:%d/%m/%Y}") == claimed_day(f"{day:%m/%d/%Y}") == day
    else:
        with pytest.raises(InvalidInputError, match="say which comes first"):
            claimed_day(f"{day:%d/%m/%Y}")


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_refused_in_a_sentence(text: str) -> None:
    refused = None
    try:
        found = claimed_day(text)
    except InvalidInputError as refusal:
        refused = str(refusal)
    assert refused.endswith(".") if refused is not None else (found is None) == (not text)
