"""Passages of a page compared with those of a file as issued, word by word."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from docctl.domain.read_back import Difference, Fault, ReadFrom
from docctl.domain.reading_forms import Kind, Passage, Reading, Word, is_number, words_of
from docctl.domain.word_alignment import Hunk, hunks

WORDS_AROUND = 3
WORDS_BETWEEN = 4


def compared(page: Reading, shown: Reading, file: ReadFrom) -> list[Difference]:
    """Return where the words of a file are not those of the page: the text in its order, and the notes in theirs."""
    found: list[Difference] = []
    for is_note in (False, True):
        of_page = [each for each in page.passages if (each.kind == Kind.NOTE) is is_note]
        of_file = [each for each in shown.passages if (each.kind == Kind.NOTE) is is_note]
        found.extend(_Comparison(of_page, of_file, file).differences())
    places = _headings(shown.passages)
    found.extend(
        Difference(file, flaw.fault, places[flaw.passage] if flaw.passage >= 0 else "", "", flaw.shown)
        for flaw in shown.flaws
    )
    return found


def without_around(reading: Reading) -> Reading:
    """Return a reading without what docctl fills in around the text."""
    return replace(reading, passages=tuple(each for each in reading.passages if each.kind != Kind.AROUND))


def with_around(page: Reading, word: Reading) -> Reading:
    """Return the page with what a Word file has around the text, at the same places, as its printed pages have it."""
    passages: list[Passage] = []
    rest = deque((each, len(words_of([each]))) for each in page.passages)
    missing = 0
    for passage in word.passages:
        if passage.kind == Kind.AROUND:
            while missing > 0 and rest:
                taken, words = rest.popleft()
                missing -= words
                passages.append(taken)
            passages.append(passage)
        elif passage.kind != Kind.NOTE:
            missing += len(words_of([passage]))
    return replace(page, passages=(*passages, *(each for each, _ in rest)))


class _Comparison:
    """The words of a page and of a file, side by side."""

    def __init__(self, page: Sequence[Passage], shown: Sequence[Passage], file: ReadFrom) -> None:
        self._page, self._shown, self._file = page, shown, file
        self._first, self._second = words_of(page), words_of(shown)
        headings = [each for each in page if each.kind == Kind.HEADING]
        self._are_numbered = any(is_number((each.mark or each.text).split()[0]) for each in headings)

    def differences(self) -> list[Difference]:
        """Return where they are not the same, those that stand close together as one."""
        places = _headings(self._page)
        return [self._difference(hunk, places) for hunk in _together(sorted(self._real()))]

    def _real(self) -> Iterator[Hunk]:
        start = other_start = 0
        for hunk in hunks([word.key for word in self._first], [word.key for word in self._second]):
            yield from self._other_letters(start, other_start, hunk[0] - start)
            if not self._says_the_same(hunk):
                yield hunk
            start, other_start = hunk[1], hunk[3]
        yield from self._other_letters(start, other_start, len(self._first) - start)

    def _other_letters(self, start: int, other_start: int, length: int) -> Iterator[Hunk]:
        """Words that differ in capitals alone, where none of them is in capitals throughout, as a style may show it."""
        for step in range(length):
            page, shown = self._first[start + step].text, self._second[other_start + step].text
            if page != shown and shown != page.upper() and page != shown.upper():
                yield start + step, start + step + 1, other_start + step, other_start + step + 1

    def _says_the_same(self, hunk: Hunk) -> bool:
        start, end, other_start, other_end = hunk
        of_page, of_file = self._first[start:end], self._second[other_start:other_end]
        text = [word for word in of_page if self._page[word.passage].kind != Kind.AROUND]
        if not text and of_page:
            return True
        needed = [self._second[place] for place in range(other_start, other_end) if not self._may_be_left_out(place)]
        return _is_same(of_page, of_file) or _is_same(text, needed)

    def _may_be_left_out(self, place: int) -> bool:
        """Say whether the page may be silent of a word: the line above the contents, the number a heading gets."""
        word = self._second[place]
        passage = self._shown[word.passage]
        is_first = place == 0 or self._second[place - 1].passage != word.passage
        is_given = passage.kind == Kind.HEADING and not self._are_numbered and is_first and is_number(word.text)
        return passage.is_optional or is_given

    def _difference(self, hunk: Hunk, places: Sequence[str]) -> Difference:
        start, end, other_start, other_end = hunk
        at = self._first[min(start, len(self._first) - 1)].passage if self._first else -1
        page, shown = _said(self._first, start, end), _said(self._second, other_start, other_end)
        return Difference(self._file, Fault.OTHER_WORDS, places[at] if at >= 0 else "", page, shown)


def _headings(page: Sequence[Passage]) -> list[str]:
    """For each passage of the page, the heading above it, or that it is."""
    titles, above = [], ""
    for each in page:
        above = " ".join(each.text.split()) if each.kind == Kind.HEADING else above
        titles.append(above)
    return titles


def _is_same(page: Sequence[Word], shown: Sequence[Word]) -> bool:
    """Say whether two stretches differ only in where a line ends, or where a sign hangs on a word."""
    whole, own = "", dict[int, bool]()
    for word in page:
        own[len(whole)] = word.is_loose
        whole += word.key
    spelt, starts = "", dict[int, bool]()
    for word in shown:
        if word.after_hyphen and spelt.endswith("-") and not whole.startswith(spelt):
            spelt = spelt[:-1]
        starts[len(spelt)] = word.is_loose
        spelt += word.key
    are_loose = all(own.get(place, True) and starts.get(place, True) for place in own.keys() ^ starts.keys())
    return spelt == whole and are_loose


def _together(found: list[Hunk]) -> list[Hunk]:
    """Put differences together that have few words between them."""
    joined: list[Hunk] = []
    for hunk in found:
        if joined and hunk[0] - joined[-1][1] < WORDS_BETWEEN and hunk[2] - joined[-1][3] < WORDS_BETWEEN:
            joined[-1] = (joined[-1][0], hunk[1], joined[-1][2], hunk[3])
        else:
            joined.append(hunk)
    return joined


def _said(words: Sequence[Word], start: int, end: int) -> str:
    """The words of a difference with a few around."""
    return " ".join(word.text for word in words[max(0, start - WORDS_AROUND) : end + WORDS_AROUND])
