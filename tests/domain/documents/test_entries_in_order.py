"""What is typed into one line: nothing in it turns its order or hides, and nothing of it is cut off unseen."""

import pytest

from docctl.domain.documents.document_metadata import (
    LONGEST_REASON,
    DocumentMetadata,
    checked_line,
    checked_reason,
)
from docctl.domain.documents.document_number import checked_number
from docctl.domain.errors import InvalidInputError, InvalidNumberError

JOINED = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad"])
def test_signs_that_turn_or_break_a_line_are_left_out(sign: str) -> None:
    assert checked_line(f"Safe{sign}gnp.exe") == "Safegnp.exe"
    made = DocumentMetadata(f"Ga{sign}tes", owner=f"An{sign}n", keywords=(sign, f"ke{sign}y")).checked()
    assert (made.title, made.owner, made.keywords) == ("Gates", "Ann", ("key",))
    assert checked_reason(f" New{sign} \n keys ", "why") == "New keys"


def test_joiners_stay_because_words_are_written_with_them() -> None:
    assert checked_line(JOINED) == JOINED
    assert DocumentMetadata(JOINED).checked().title == JOINED


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u200d\u200d", "\u00a0\u3000", "\u202e\u2066"])
def test_what_nobody_sees_is_no_title_and_no_reason(text: str) -> None:
    with pytest.raises(InvalidInputError, match="needs a title"):
        DocumentMetadata(text).checked()
    with pytest.raises(InvalidInputError, match="Say in one line why it ends"):
        checked_reason(text, "why it ends")


def test_a_reason_that_is_too_long_is_refused_whole() -> None:
    assert len(checked_reason("x" * LONGEST_REASON, "why")) == LONGEST_REASON
    with pytest.raises(InvalidInputError, match="at most 1,000 characters why it ends"):
        checked_reason("x" * (LONGEST_REASON + 1), "why it ends")


@pytest.mark.parametrize(
    ("number", "sign"), [("SO\u200bP-91", "ZERO WIDTH SPACE"), ("S\u041eP-92", "CYRILLIC CAPITAL LETTER O")]
)
def test_a_sign_that_looks_like_another_in_a_number_is_named(number: str, sign: str) -> None:
    with pytest.raises(InvalidNumberError, match=f"because it holds {sign}: use letters A to Z"):
        checked_number(number)
    with pytest.raises(InvalidNumberError, match="cannot be a document number: use"):
        checked_number("../x")
