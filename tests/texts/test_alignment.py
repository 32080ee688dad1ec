"""Two sequences of words aligned, and how long that takes."""

import time

from hypothesis import given
from hypothesis import strategies as st

from docctl.texts.alignment import hunks

WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=30)


@given(WORDS, WORDS)
def test_what_lies_between_the_differences_is_the_same(first: list[str], second: list[str]) -> None:
    start = other_start = 0
    for low, high, other_low, other_high in [*hunks(first, second), (len(first), 0, len(second), 0)]:
        assert first[start:low] == second[other_start:other_low]
        start, other_start = high, other_high


@given(WORDS)
def test_the_same_words_have_no_differences(words: list[str]) -> None:
    assert hunks(words, words) == []


def test_a_hundred_pages_that_repeat_themselves_are_aligned_in_two_seconds() -> None:
    first = [f"word{place % 977}" for place in range(50_000)]
    second = [word for place, word in enumerate(first) if place % 400]
    began = time.process_time()
    assert 125 <= len(hunks(first, second)) <= 250
    assert time.process_time() - began < 2
