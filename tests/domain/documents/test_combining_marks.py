"""How many marks one letter may carry."""

import pytest

from docctl.domain.documents.combining_marks import MOST_ON_ONE_LETTER, refuse_heaped_marks
from docctl.domain.errors import ConversionError


@pytest.mark.parametrize("mark", ["\u0301", "\ufe0f", "\u094d", "\u20dd", "\U0001d165", "\U000e0100"])
def test_a_letter_carries_so_many_marks_and_no_more(mark: str) -> None:
    refuse_heaped_marks(f"e{mark * MOST_ON_ONE_LETTER}e{mark * MOST_ON_ONE_LETTER}")
    with pytest.raises(ConversionError, match="at “A cafe”, carries more than 64 accents"):
        refuse_heaped_marks(f"A cafe{mark * (MOST_ON_ONE_LETTER + 1)}")
