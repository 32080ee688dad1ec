"""The short link of a copy: what it says of the fingerprint, and how it is read as people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from docctl.domain.issued_files.copy_link import code_of, copy_link, read_code

FINGERPRINT = "9f3ac0b1" * 8


@given(some.text("0123456789abcdef", min_size=64, max_size=64), some.integers(1, 999_999))
def test_a_code_is_read_back_as_the_beginning_of_the_fingerprint(fingerprint: str, revision: int) -> None:
    code = read_code(code_of(fingerprint, revision))
    assert code is not None
    assert code.revision == revision
    assert code.fingerprint_start == fingerprint[:15]
    assert code.fingerprint_start <= fingerprint < code.after


@pytest.mark.parametrize("typed", ["kwxc1ccz7b0b-3", " KWXC1CCZ7B0B-3 ", "KWXCICCZ7BOB-3", "kwxclccz7bob-3"])
def test_small_letters_and_mistaken_ones_are_understood(typed: str) -> None:
    assert read_code(typed) == read_code(code_of(FINGERPRINT, 3))


@pytest.mark.parametrize(
    "typed", ["", "KWXC1CCZ7B0B", "KWXC1CCZ7B0B-0", "KWXC1CCZ7B0-3", "KWXC1CCZ7BUB-3", "%-3", "٣" * 12]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_a_library_without_an_address_has_no_links() -> None:
    assert copy_link("https://docs.example/", FINGERPRINT, 3) == "https://docs.example/c/KWXC1CCZ7B0B-3"
    assert copy_link("", FINGERPRINT, 3) == ""
