"""Two sequences of words aligned in time that grows with their length, and the places where they differ."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

SHINGLE = 3
WINDOW = 300
"""How many words are compared one by one where no word in between stands only once."""
Hunk = tuple[int, int, int, int]


def hunks(first: Sequence[str], second: Sequence[str]) -> list[Hunk]:
    """Return where two sequences differ: from and to in the first, from and to in the second."""
    found: list[Hunk] = []
    for hunk in _hunks(first, second, 0, len(first), 0, len(second)):
        if found and found[-1][1] == hunk[0] and found[-1][3] == hunk[2]:
            found[-1] = (found[-1][0], hunk[1], found[-1][2], hunk[3])
        else:
            found.append(hunk)
    return found


def _hunks(
    first: Sequence[str], second: Sequence[str], low: int, high: int, other_low: int, other_high: int
) -> Iterator[Hunk]:
    pending = [(low, high, other_low, other_high)]
    while pending:
        low, high, other_low, other_high = pending.pop()
        while low < high and other_low < other_high and first[low] == second[other_low]:
            low, other_low = low + 1, other_low + 1
        while low < high and other_low < other_high and first[high - 1] == second[other_high - 1]:
            high, other_high = high - 1, other_high - 1
        if low == high and other_low == other_high:
            continue
        if low == high or other_low == other_high:
            yield low, high, other_low, other_high
            continue
        anchors = _anchors(first, second, low, high, other_low, other_high)
        if not anchors:
            yield from _compared(first, second, low, high, other_low, other_high)
            continue
        gaps = []
        for place, other, length in anchors:
            gaps.append((low, place, other_low, other))
            low, other_low = place + length, other + length
        gaps.append((low, high, other_low, other_high))
        pending.extend(reversed(gaps))


def _anchors(
    first: Sequence[str], second: Sequence[str], low: int, high: int, other_low: int, other_high: int
) -> list[tuple[int, int, int]]:
    """Return what stands once in each: three words, or else one, in the order that keeps the most of them."""
    for length in (SHINGLE, 1):
        places = _once(first, low, high, length)
        others = _once(second, other_low, other_high, length)
        pairs = [(place, others[words]) for words, place in places.items() if words in others]
        kept = _longest_rising(pairs)
        if kept:
            return [(place, other, length) for place, other in _apart(kept, length)]
    return []


def _once(words: Sequence[str], low: int, high: int, length: int) -> dict[tuple[str, ...], int]:
    counted = Counter(tuple(words[place : place + length]) for place in range(low, high - length + 1))
    return {
        found: place
        for place in range(low, high - length + 1)
        if counted[found := tuple(words[place : place + length])] == 1
    }


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part in which both places rise; the first ones rise already."""
    tops: list[int] = []
    ends: list[int] = []
    before = [-1] * len(pairs)
    for place, (_, other) in enumerate(pairs):
        at = bisect_left(tops, other)
        before[place] = ends[at - 1] if at else -1
        if at == len(tops):
            tops.append(other)
            ends.append(place)
        else:
            tops[at], ends[at] = other, place
    kept = []
    at = ends[-1] if ends else -1
    while at >= 0:
        kept.append(pairs[at])
        at = before[at]
    return kept[::-1]


def _apart(pairs: list[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """Leave out an anchor that overlaps with the one before."""
    free, other_free = 0, 0
    for place, other in pairs:
        if place >= free and other >= other_free:
            yield place, other
            free, other_free = place + length, other + length


def _compared(
    first: Sequence[str], second: Sequence[str], low: int, high: int, other_low: int, other_high: int
) -> Iterator[Hunk]:
    """Compare what has no anchors, window by window, each from the end of what was the same in the one before."""
    while low < high and other_low < other_high:
        end, other_end = min(high, low + WINDOW), min(other_high, other_low + WINDOW)
        matcher = SequenceMatcher(None, first[low:end], second[other_low:other_end], autojunk=False)
        same = matcher.get_matching_blocks()[:-1]
        is_last = (end, other_end) == (high, other_high)
        if same and not is_last:
            end, other_end = low + same[-1].a + same[-1].size, other_low + same[-1].b + same[-1].size
        for tag, start, stop, other_start, other_stop in matcher.get_opcodes():
            if tag != "equal" and (is_last or not same or start < end - low):
                yield low + start, low + stop, other_low + other_start, other_low + other_stop
        low, other_low = end, other_end
    if low < high or other_low < other_high:
        yield low, high, other_low, other_high
