"""Two texts that began as one are put together where they changed different places, and never lose a word unseen."""

from hypothesis import given
from hypothesis import strategies as st

from docctl.texts.merged_text import merged_text, where_both_changed

BASE = "# One\n\nFirst.\n\nSecond.\n\nThird.\n"
BLOCKS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), max_size=6)


def test_changes_of_different_places_are_put_together() -> None:
    mine, theirs = BASE.replace("First", "Primary"), BASE.replace("Third.", "Third.\n\nFourth.")
    assert merged_text(BASE, mine, theirs) == "# One\n\nPrimary.\n\nSecond.\n\nThird.\n\nFourth.\n"


def test_changes_of_one_place_or_of_neighbours_are_not_guessed_at() -> None:
    assert merged_text(BASE, BASE.replace("Second", "A"), BASE.replace("Second", "B")) is None
    assert merged_text(BASE, BASE.replace("First", "A"), BASE.replace("Second", "B")) is None


def test_the_place_where_both_changed_is_told() -> None:
    both = BASE.replace("Second", "A"), BASE.replace("Second", "B")
    assert where_both_changed(BASE, *both) == "Second."
    assert where_both_changed(BASE, BASE + "\nmine\n", BASE + "\nyours\n") == "Third."
    assert where_both_changed("", "mine", "yours") == ""
    assert where_both_changed(BASE, BASE.replace("First", "A"), BASE.replace("Third", "B")) == ""


def test_the_same_change_made_twice_is_made_once() -> None:
    same = BASE.replace("Second", "Next")
    assert merged_text(BASE, same, same) == same


@given(BLOCKS, BLOCKS)
def test_what_one_alone_changed_is_what_comes_of_it(base: list[str], changed: list[str]) -> None:
    before, after = "\n\n".join(base) + "\n", "\n\n".join(changed) + "\n"
    assert merged_text(before, after, before) == (after if changed else "\n")
    assert merged_text(before, before, after) == (after if changed else "\n")


@given(BLOCKS, BLOCKS, BLOCKS)
def test_a_merge_is_the_same_whoever_came_first(base: list[str], one: list[str], other: list[str]) -> None:
    texts = ["\n\n".join(blocks) + "\n" for blocks in (base, one, other)]
    assert merged_text(*texts) == merged_text(texts[0], texts[2], texts[1])
