"""Passages of a page compared with those of a file as issued, word by word."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property, partial

from docctl.domain.issued_files.lines_from_right import is_seen_as, letters_seen, without_number
from docctl.domain.issued_files.read_back import Difference, Fault, ReadFrom
from docctl.domain.issued_files.reading_forms import (
    BULLET,
    UNKNOWN_SIGN,
    Word,
    begins_with_number,
    in_form,
    is_number,
    is_right_to_left,
    key_of,
    letters_in,
    mark_in_form,
    words_of,
)
from docctl.domain.issued_files.readings import LINE_END, Cell, Flaw, Kind, Passage, Reading
from docctl.domain.issued_files.spelling import is_same, with_gaps_of, without_what_is_left_out
from docctl.domain.issued_files.words_in_print import without_floats
from docctl.texts.alignment import Hunk, hunks

_BESIDE = (Kind.AROUND, Kind.NOTE)
_NOTHING = Reading(())
WORDS_AROUND = 3
WORDS_BETWEEN = 4
MOST_OF_A_ROW = 30
LONGEST_QUOTED = 60
_TURKISH = {ord("i"): "İ"}


def compared(
    page: Reading, shown: Reading, file: ReadFrom, word: Reading = _NOTHING
) -> list[Difference]:  # fmt: skip
    """Return where the words of a file are not those of the page: the text in its order, and the notes in theirs.

    Text boxes, and what floats beside the text, may stand elsewhere than on the page: a PDF does not tell which those
    were, the Word file does.
    """
    found: list[Difference] = []
    merged = page.merged | shown.merged
    boxes = {key_of(each) for each in word.passages if each.may_be_elsewhere}
    for is_note in (False, True):
        of_page = [each for each in page.passages if (each.kind == Kind.NOTE) is is_note]
        of_file = [each for each in shown.passages if (each.kind == Kind.NOTE) is is_note]
        if file == ReadFrom.PDF:
            of_file = with_gaps_of(of_page, _told_from_the_right(of_page, of_file, word))
        compare = partial(Comparison, file=file, merged=merged)
        found.extend(_differences(of_page, of_file, compare, boxes, word))
    places = _headings(shown.passages)
    found.extend(
        _difference_of(flaw, file, places[flaw.passage] if flaw.passage >= 0 else "", shown)
        for flaw in shown.flaws
        if flaw.fault != Fault.STRUCK or letters_in(flaw.shown) not in page.struck
    )
    return found


def _difference_of(flaw: Flaw, file: ReadFrom, place: str, reading: Reading) -> Difference:
    """Return a flaw as a difference; a sign that only its font names is known by the text at which it stands."""
    signs = in_form(flaw.shown)
    if flaw.fault != Fault.NO_SHAPE or flaw.passage < 0 or set(signs) - {UNKNOWN_SIGN, BULLET}:
        return Difference(file, flaw.fault, place, "", flaw.shown)
    at = " ".join(in_form(reading.passages[flaw.passage].text).replace(LINE_END, "").split())[:LONGEST_QUOTED]
    return Difference(file, flaw.fault, place, at, signs)


def _differences(
    page: Sequence[Passage],
    shown: Sequence[Passage],
    compare: Callable[..., "Comparison"],
    keys: Collection[str],
    word: Reading,
) -> list[Difference]:
    """Compare passages; where they differ, once more without those that say the same in another place and may."""

    def may_be_elsewhere(passage: Passage) -> bool:
        return passage.may_be_elsewhere or passage.kind == Kind.NOTE or (bool(keys) and key_of(passage) in keys)

    whole = compare(page, shown)
    found = whole.differences()
    if found and any(each.mark.endswith(".") for each in (*page, *shown)):
        bare = compare(*map(_with_bare_marks, (page, shown)))
        if len(bare.differences()) < len(found):
            whole, page, shown = bare, *map(_with_bare_marks, (page, shown))
            found = whole.differences()
    needed = _without(shown, {place for place, each in enumerate(shown) if each.is_optional})
    for rest in (without_what_is_left_out(page, shown), needed):
        if found and len(rest) < len(shown):
            again = compare(page, rest)
            if len(again.differences()) < len(found):
                whole, found, shown = again, again.differences(), rest
    if found and word.floats:
        rest, other, pairs = without_floats(page, shown, word, key_of)
        in_floats = [difference for pair in pairs for difference in compare(*pair).differences()]
        if pairs and not in_floats:
            whole, page, shown = compare(rest, other), rest, other
            found = whole.differences()
    if not found:
        return found
    for missing, extra in (whole.unmatched, (_by_key(page), _by_key(shown))):
        gone = [
            (place, other)
            for key, places in missing.items()
            for place, other in zip(places, extra.get(key, ()), strict=False)
            if found and (may_be_elsewhere(page[place]) or may_be_elsewhere(shown[other]))
        ]
        if gone:
            kept = _without(page, {place for place, _ in gone}), _without(shown, {other for _, other in gone})
            found = min(found, compare(*kept).differences(), key=len)
    return found


def _without(passages: Sequence[Passage], gone: Set[int]) -> list[Passage]:
    return [each for place, each in enumerate(passages) if place not in gone]


def _by_key(passages: Sequence[Passage]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, passage in enumerate(passages):
        found.setdefault(key_of(passage), []).append(place)
    return found


def without_around(reading: Reading) -> Reading:
    """Return a reading without what docctl fills in around the text."""
    kept = [place for place, each in enumerate(reading.passages) if each.kind != Kind.AROUND]
    now = {before: place for place, before in enumerate(kept)}
    flaws = tuple(replace(flaw, passage=now.get(flaw.passage, -1)) for flaw in reading.flaws)
    return replace(reading, passages=tuple(reading.passages[place] for place in kept), flaws=flaws)


def with_around(page: Reading, word: Reading) -> Reading:
    """Return the page with what a Word file has around the text, at the same places, as its printed pages have it."""
    passages: list[Passage] = []
    rest = deque((each, _length(each)) for each in page.passages)
    missing = 0
    last = max((place for place, each in enumerate(word.passages) if each.kind not in _BESIDE), default=-1)
    for place, passage in enumerate(word.passages):
        if passage.kind == Kind.AROUND:
            while rest and (missing > 0 or place > last):
                taken, length = rest.popleft()
                missing -= length
                passages.append(taken)
            passages.append(passage)
        elif passage.kind != Kind.NOTE:
            missing += _length(passage)
    return replace(page, passages=(*passages, *(each for each, _ in rest)))


def _told_from_the_right(page: Sequence[Passage], shown: Sequence[Passage], word: Reading) -> list[Passage]:
    """Let passages of a PDF that run from the right tell what the page says, where that is seen as they are."""
    waiting: dict[str, list[str]] = {}
    for each in page:
        if is_right_to_left(each.text):
            for text in dict.fromkeys((each.text.strip(), f"{mark_in_form(each.mark)} {each.text}".strip())):
                waiting.setdefault(letters_seen(text), []).append(text)
    with_tabs = {_in_a_line(each.text): each.text for each in word.passages if "\t" in each.text}
    return [_as_on_page(each, waiting, with_tabs) if each.seen else each for each in shown]


def _as_on_page(shown: Passage, waiting: Mapping[str, Sequence[str]], with_tabs: Mapping[str, str]) -> Passage:
    ways = [("", shown.seen)]
    if shown.kind == Kind.HEADING:
        ways.append(without_number(shown.seen))
    for number, seen in ways:
        for text in waiting.get(letters_seen(" ".join(seen)), ()):
            laid_out = dict.fromkeys((text, with_tabs.get(_in_a_line(text), text)))
            if any(is_seen_as(each, seen) for each in laid_out):
                return replace(shown, text=f"{number} {text}".strip())
    return shown


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


def _length(passage: Passage) -> int:
    return sum(map(len, passage.text.split()))


class Comparison:
    """The words of a page and of a file, side by side."""

    def __init__(self, page: Sequence[Passage], shown: Sequence[Passage], file: ReadFrom, merged: Set[int]) -> None:
        self._page, self._shown, self._file, self._merged = page, shown, file, merged
        in_order = file == ReadFrom.PDF and all(each.is_in_order for each in shown)
        self._first, self._second = words_of(page, in_order=in_order), words_of(shown, in_order=in_order)
        headings = [each for each in page if each.kind == Kind.HEADING]
        are_numbered = any(begins_with_number(each.mark or each.text) for each in headings)
        if file == ReadFrom.PDF:
            self._second = _joined_at_line_ends(self._second, {word.key for word in self._first})
        if not are_numbered:
            self._second = self._without_given_numbers(self._second)

    def differences(self) -> list[Difference]:
        """Return where they are not the same, those that stand close together as one."""
        places = _headings(self._page)
        in_words = [self._difference(hunk, places) for hunk in _together(sorted(self._real()))]
        in_cells = (self._in_other_cells(pair, places) for pair in self._other_cells())
        return [*in_words, *dict.fromkeys(in_cells)]

    @cached_property
    def _hunks(self) -> list[Hunk]:
        return hunks([word.key for word in self._first], [word.key for word in self._second])

    @property
    def unmatched(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """The passages of page and file that were not found in their place, by their words in one."""
        return (
            _unmatched(self._first, [(hunk[0], hunk[1]) for hunk in self._hunks]),
            _unmatched(self._second, [(hunk[2], hunk[3]) for hunk in self._hunks]),
        )

    def _real(self) -> Iterator[Hunk]:
        start = other_start = 0
        for hunk in self._hunks:
            yield from self._other_letters(start, other_start, hunk[0] - start)
            if not self._says_the_same(hunk):
                yield hunk
            start, other_start = hunk[1], hunk[3]
        yield from self._other_letters(start, other_start, len(self._first) - start)

    def _other_letters(self, start: int, other_start: int, length: int) -> Iterator[Hunk]:
        """Words that differ in capitals alone, where none of them is in capitals throughout, as a style may show it."""
        for step in range(length):
            page, shown = self._first[start + step].text, self._second[other_start + step].text
            is_alike = page == shown or page.casefold() != shown.casefold()
            if not is_alike and shown != shown.upper() and page != page.upper():
                yield start + step, start + step + 1, other_start + step, other_start + step + 1

    def _other_cells(self) -> Iterator[tuple[int, int]]:
        """The same words that stand in another cell: in another column, or with others in one cell and not in two."""
        before: tuple[Cell, Cell] | None = None
        for place, other in self._alike():
            page, shown = self._page[self._first[place].passage].cell, self._shown[self._second[other].passage].cell
            if page is None or shown is None or page.table in self._merged or shown.table in self._merged:
                before = None
            elif before is None or (page, shown) != before:
                is_parted = before is not None and (page == before[0]) != (shown == before[1])
                if is_parted or page.column != shown.column:
                    yield place, other
                before = page, shown

    def _alike(self) -> Iterator[tuple[int, int]]:
        start = other_start = 0
        for hunk in (*self._hunks, (len(self._first), 0, len(self._second), 0)):
            yield from zip(range(start, hunk[0]), range(other_start, hunk[2]), strict=True)
            start, other_start = hunk[1], hunk[3]

    def _in_other_cells(self, pair: tuple[int, int], places: Sequence[str]) -> Difference:
        page = _row_said(self._first, self._page, pair[0])
        shown = _row_said(self._second, self._shown, pair[1])
        return Difference(self._file, Fault.OTHER_WORDS, places[self._first[pair[0]].passage], page, shown)

    def _says_the_same(self, hunk: Hunk) -> bool:
        start, end, other_start, other_end = hunk
        of_page, of_file = self._first[start:end], self._second[other_start:other_end]
        text = [word for word in of_page if not self._is_silent(self._page[word.passage])]
        if not text and of_page:
            return True
        needed = [word for word in of_file if not self._shown[word.passage].is_optional]
        return is_same(of_page, of_file) or is_same(text, needed) or _are_drawn_in_capitals(text, needed)

    @staticmethod
    def _is_silent(passage: Passage) -> bool:
        return passage.kind == Kind.AROUND or passage.is_optional

    def _without_given_numbers(self, words: list[Word]) -> list[Word]:
        """Leave out the numbers that print gives to headings, before one is taken for the same number in a cell."""
        kept = []
        for place, word in enumerate(words):
            is_first = place == 0 or words[place - 1].passage != word.passage
            if not (is_first and is_number(word.text) and self._shown[word.passage].kind == Kind.HEADING):
                kept.append(word)
        return kept

    def _difference(self, hunk: Hunk, places: Sequence[str]) -> Difference:
        start, end, other_start, other_end = hunk
        at = self._first[min(start, len(self._first) - 1)].passage if self._first else -1
        page, shown = self._said_by_page(start, end), _said(self._second, other_start, other_end)
        return Difference(self._file, Fault.OTHER_WORDS, places[at] if at >= 0 else "", page, shown)

    def _said_by_page(self, start: int, end: int) -> str:
        """The words of a difference with a few around, without those that only a file has around the text."""
        own = [self._page[word.passage].kind != Kind.AROUND for word in self._first]
        words = [word for word, is_own in zip(self._first, own, strict=True) if is_own]
        return _said(words, sum(own[:start]), sum(own[:end]))


def _headings(page: Sequence[Passage]) -> list[str]:
    """For each passage of the page, the heading above it, or that it is."""
    titles, above = [], ""
    for each in page:
        above = " ".join(each.text.split()) if each.kind == Kind.HEADING else above
        titles.append(above)
    return titles


def _joined_at_line_ends(words: Sequence[Word], known: Set[str]) -> list[Word]:
    """Put words together that a line end has broken, where the page knows the whole and not the two with a hyphen.

    A page that has the first part with its hyphen as a word, as in “pre- and post-war”, may mean that.
    """
    joined: list[Word] = []
    for word in words:
        before = "".join(each.key for each in joined[-2:]) if joined and joined[-1].key == "-" else ""
        before = before or (joined[-1].key if joined else "")
        whole = before.removesuffix("-") + word.key
        if word.after_hyphen and whole in known and not {before, before + word.key} & known:
            if joined[-1].key == "-":
                joined.pop()
            joined[-1] = joined[-1]._replace(text=joined[-1].text.removesuffix("-") + word.text, key=whole)
        else:
            joined.append(word)
    return joined


def _with_bare_marks(passages: Iterable[Passage]) -> list[Passage]:
    """Take the dots from the numbers of lists: a page puts one behind each, Word may draw the number bare."""
    return [replace(each, mark=each.mark.strip().rstrip(".")) for each in passages]


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


def _unmatched(words: Sequence[Word], gaps: Sequence[tuple[int, int]]) -> dict[str, list[int]]:
    """Passages of which most words were not found in their place, by their words in one, as often as they come."""
    touched = {words[place].passage for start, end in gaps for place in range(start, end)}
    whole: dict[int, list[Word]] = {}
    for word in words:
        if word.passage in touched:
            whole.setdefault(word.passage, []).append(word)
    missing = Counter(words[place].passage for start, end in gaps for place in range(start, end))
    found: dict[str, list[int]] = {}
    for passage, said in whole.items():
        if missing[passage] * 2 >= len(said):
            has_mark = len(said) > 1 and said[0].key == BULLET
            found.setdefault("".join(word.key for word in said[has_mark:]), []).append(passage)
    return found


def _row_said(words: Sequence[Word], passages: Sequence[Passage], place: int) -> str:
    """The row of a table that a word stands in, with a line between its cells."""
    cell = passages[words[place].passage].cell
    cells: dict[int, list[str]] = {}
    for each in words[max(0, place - MOST_OF_A_ROW) : place + MOST_OF_A_ROW]:
        other = passages[each.passage].cell
        if cell is not None and other is not None and (other.table, other.row) == (cell.table, cell.row):
            cells.setdefault(other.column, []).append(each.text)
    return " | ".join(" ".join(cells.get(column, ())) for column in range(max(cells, default=-1) + 1))


def _are_drawn_in_capitals(page: Sequence[Word], shown: Sequence[Word]) -> bool:
    """Say whether words are shown in capitals throughout, as Turkish has them: i becomes İ there, and ı becomes I."""
    return len(page) == len(shown) and all(
        other.text == word.text or (other.text == other.text.upper() == word.text.translate(_TURKISH).upper())
        for word, other in zip(page, shown, strict=True)
    )
