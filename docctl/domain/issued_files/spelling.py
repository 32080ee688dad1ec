"""Stretches of words that are spelt alike, although they part at other places: where a line ends, or a sign hangs."""

from collections.abc import Sequence
from dataclasses import replace

from docctl.domain.issued_files.reading_forms import (
    Word,
    has_turned_letters,
    in_form,
    key_of,
    marks_apart,
    words_of,
)
from docctl.domain.issued_files.readings import SIGN, Passage
from docctl.texts.alignment import hunks


def is_same(page: Sequence[Word], shown: Sequence[Word]) -> bool:
    """Say whether two stretches differ only in where a line ends, or where a sign hangs on a word.

    Print may end a piece within a word of India: then its letters, in their order, are those of the page's word.
    """
    if are_spelt_alike(page, shown):
        return True
    as_told = [[word._replace(key=word.text.casefold()) for word in words] for words in (page, shown)]
    return any(has_turned_letters(word.text) for word in page) and are_spelt_alike(*as_told)


def are_spelt_alike(page: Sequence[Word], shown: Sequence[Word]) -> bool:
    """Say whether two stretches have the same letters and part nowhere else than where it may not be seen."""
    (bases, marks), (other_bases, other_marks) = _bases_and_marks(page), _bases_and_marks(shown)
    if sorted(marks) != sorted(other_marks):
        return False
    whole, own = "", dict[int, bool]()
    for word, base in zip(page, bases, strict=True):
        own[len(whole)] = word.is_loose
        whole += base
    spelt, starts = "", dict[int, bool]()
    for word, base in zip(shown, other_bases, strict=True):
        if word.after_hyphen and spelt.endswith("-") and not whole.startswith(spelt):
            spelt = spelt[:-1]
        starts[len(spelt)] = word.is_loose
        spelt += base
    are_loose = all(own.get(place, True) and starts.get(place, True) for place in own.keys() ^ starts.keys())
    return spelt == whole and are_loose


def _bases_and_marks(words: Sequence[Word]) -> tuple[list[str], str]:
    """The letters of each word without their marks, and all marks: print may end a piece between the two."""
    apart = [(word.key, "") if word.is_in_order else marks_apart(word.key) for word in words]
    return [base for base, _ in apart], "".join(marks for _, marks in apart)


def with_gaps_of(page: Sequence[Passage], shown: Sequence[Passage]) -> list[Passage]:
    """Let passages of a PDF that say the same as the page's in their place have its gaps, where a line ends or not.

    Pieces of a word are then no words of their own, although the page may have such words elsewhere.
    """
    told, start, other_start = list(shown), 0, 0
    changes = hunks(list(map(key_of, page)), list(map(key_of, shown)))
    for begin, end, other_begin, other_end in (*changes, (len(page), 0, len(shown), 0)):
        for of_page, place in zip(page[start:begin], range(other_start, other_begin), strict=True):
            is_same = _letters_and_signs(of_page.text) == _letters_and_signs(told[place].text)
            if is_same and are_spelt_alike(
                words_of([replace(of_page, mark="")]), words_of([replace(told[place], mark="")])
            ):
                told[place] = replace(told[place], text=of_page.text)
        start, other_start = end, other_end
    return told


def _letters_and_signs(text: str) -> str:
    return "".join(in_form(text).replace("-", "").replace(SIGN, "").split())


def without_what_is_left_out(page: Sequence[Passage], shown: Sequence[Passage]) -> list[Passage]:
    """Return the passages of a file without those that the page may leave out and does, each by its place."""
    kept, start = set[int](), 0
    changes = hunks(*([_letters_and_signs(f"{each.mark}{each.text}") for each in side] for side in (page, shown)))
    for _, _, begin, end in (*changes, (0, 0, len(shown), 0)):
        kept.update(range(start, begin))
        start = end
    return [each for place, each in enumerate(shown) if place in kept or not each.is_optional]
