"""Word by word: how one text became another: blocks as they are read, words within blocks, tables by cell."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

SAME, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"
MOVED_AWAY, MOVED_HERE = "moved_away", "moved_here"
ROW = "row"

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]\s*|\w+(?:[.,'’]\w+)*\s*|[^\w\s]\s*|\s+")
_SMALL_ENOUGH = 250_000
_PAIRS_AT_MOST = 10_000
_ALIKE = 0.4
_WORDS_OF_A_MOVE = 4


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list item, row of a table, picture or the like; only a row has several cells."""

    kind: str
    cells: tuple[str, ...]
    level: int = 0
    section: str = ""
    anchor: str = ""
    table: int = 0

    @property
    def text(self) -> str:
        """The words of the block."""
        return " ".join(self.cells)

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two blocks the same: their kind and their words, whatever the space between these."""
        return (self.kind, *(" ".join(cell.split()) for cell in self.cells))


@dataclass(frozen=True)
class Run:
    """A stretch of words that stayed, was removed or was added."""

    change: str
    text: str


@dataclass(frozen=True)
class BlockChange:
    """What became of a block: both sides where it stayed or changed, otherwise one, and the runs of each cell."""

    change: str
    old: Block | None
    new: Block | None
    cells: tuple[tuple[Run, ...], ...]

    @property
    def block(self) -> Block:
        """The block as it is now, or as it was where it is gone."""
        block = self.new or self.old
        assert block is not None
        return block

    def words(self, change: str) -> int:
        """Count the words that were added or removed; signs alone, such as a tick or a minus, count as one."""
        runs = (run for runs in self.cells for run in runs if run.change == change)
        return sum(len(words(run.text)) or bool(run.text.strip()) for run in runs)


def tokens(text: str) -> list[str]:
    """Return a text in pieces that together are the text: words and marks, each with the space behind it."""
    return _TOKEN.findall(text)


def words(text: str) -> list[str]:
    """Return the words of a text, without punctuation; each character of Chinese and Japanese counts."""
    return [token for token in (found.strip() for found in _TOKEN.findall(text)) if token and token[0].isalnum()]


def differences(old: Sequence[Block], new: Sequence[Block]) -> tuple[BlockChange, ...]:
    """Return how one text became another, in reading order; what only changed its place is called moved."""
    return tuple(replace(change, cells=_cells_of(change)) for change in block_changes(old, new))


def block_changes(old: Sequence[Block], new: Sequence[Block]) -> tuple[BlockChange, ...]:
    """Return the differences block by block, without the words within them."""
    pairs = [*aligned([block.key for block in old], [block.key for block in new]), (len(old), len(new))]
    changes: list[BlockChange] = []
    at_old = at_new = 0
    for next_old, next_new in pairs:
        changes.extend(_gap(old[at_old:next_old], new[at_new:next_new]))
        if next_old < len(old):
            changes.append(BlockChange(SAME, old[next_old], new[next_new], ()))
        at_old, at_new = next_old + 1, next_new + 1
    return tuple(_with_moves(changes))


def compare_words(old: str, new: str) -> tuple[Run, ...]:
    """Return the runs of words by which one text became another."""
    old_tokens, new_tokens = tokens(old), tokens(new)
    pairs = aligned([token.strip() for token in old_tokens], [token.strip() for token in new_tokens])
    runs: list[Run] = []
    at_old = at_new = 0
    for next_old, next_new in [*pairs, (len(old_tokens), len(new_tokens))]:
        _append(runs, REMOVED, "".join(old_tokens[at_old:next_old]))
        _append(runs, ADDED, "".join(new_tokens[at_new:next_new]))
        if next_new < len(new_tokens):
            _append(runs, SAME, new_tokens[next_new])
        at_old, at_new = next_old + 1, next_new + 1
    return tuple(_readable(runs))


def _append(runs: list[Run], change: str, text: str) -> None:
    if not text:
        return
    if runs and runs[-1].change == change:
        runs[-1] = Run(change, runs[-1].text + text)
    else:
        runs.append(Run(change, text))


def _readable(runs: list[Run]) -> list[Run]:
    """Take lone punctuation between two changes into them, so that a rewritten phrase reads as one."""
    removed, added = "", ""
    readable: list[Run] = []
    for place, run in enumerate(runs):
        between = 0 < place < len(runs) - 1
        if run.change == SAME and not (between and not words(run.text) and (removed or added)):
            _append(readable, REMOVED, removed)
            _append(readable, ADDED, added)
            removed, added = "", ""
            _append(readable, SAME, run.text)
        else:
            removed += run.text if run.change in (SAME, REMOVED) else ""
            added += run.text if run.change in (SAME, ADDED) else ""
    _append(readable, REMOVED, removed)
    _append(readable, ADDED, added)
    return readable


def aligned(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the places that match, in order: common ends, then what occurs once on both sides, then the rest."""
    pairs: list[tuple[int, int]] = []
    stack = [(0, len(old), 0, len(new))]
    while stack:
        old_from, old_to, new_from, new_to = stack.pop()
        while old_from < old_to and new_from < new_to and old[old_from] == new[new_from]:
            pairs.append((old_from, new_from))
            old_from, new_from = old_from + 1, new_from + 1
        while old_from < old_to and new_from < new_to and old[old_to - 1] == new[new_to - 1]:
            old_to, new_to = old_to - 1, new_to - 1
            pairs.append((old_to, new_to))
        if old_from == old_to or new_from == new_to:
            continue
        anchors = _anchors(old, new, (old_from, old_to, new_from, new_to))
        if anchors:
            edges = [(old_from - 1, new_from - 1), *anchors, (old_to, new_to)]
            stack += [(a + 1, c, b + 1, d) for (a, b), (c, d) in pairwise(edges)]
            pairs.extend(anchors)
        elif (old_to - old_from) * (new_to - new_from) <= _SMALL_ENOUGH:
            matcher = SequenceMatcher(None, old[old_from:old_to], new[new_from:new_to], autojunk=False)
            for match in matcher.get_matching_blocks():
                pairs.extend((old_from + match.a + step, new_from + match.b + step) for step in range(match.size))
    return sorted(pairs)


def _anchors(
    old: Sequence[Hashable], new: Sequence[Hashable], window: tuple[int, int, int, int]
) -> list[tuple[int, int]]:  # fmt: skip
    """Return the longest chain of things that occur exactly once on both sides, in the order of both."""
    old_from, old_to, new_from, new_to = window
    old_counts, new_counts = Counter(old[old_from:old_to]), Counter(new[new_from:new_to])
    place_in_new = {new[place]: place for place in range(new_from, new_to) if new_counts[new[place]] == 1}
    once = [
        (place, place_in_new[old[place]])
        for place in range(old_from, old_to)
        if old_counts[old[place]] == 1 and old[place] in place_in_new
    ]
    return _longest_rising(once)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    piles: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        low, high = 0, len(piles)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if pairs[piles[middle]][1] < place else (low, middle)
        before.append(piles[low - 1] if low else -1)
        piles[low : low + 1] = [index]
    chain = []
    index = piles[-1] if piles else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _gap(old: Sequence[Block], new: Sequence[Block]) -> list[BlockChange]:
    """Return what became of blocks of which none stayed: those alike are one changed block each."""
    changes: list[BlockChange] = []
    at_old = at_new = 0
    for next_old, next_new in [*_alike_pairs(old, new), (len(old), len(new))]:
        changes += [BlockChange(REMOVED, block, None, ()) for block in old[at_old:next_old]]
        changes += [BlockChange(ADDED, None, block, ()) for block in new[at_new:next_new]]
        if next_old < len(old):
            changes.append(BlockChange(CHANGED, old[next_old], new[next_new], ()))
        at_old, at_new = next_old + 1, next_new + 1
    return changes


def _alike_pairs(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[int, int]]:
    """Pair blocks in order so that those paired are as alike as can be."""
    if not old or not new:
        return []
    old_words = [Counter(words(block.text)) for block in old]
    new_words = [Counter(words(block.text)) for block in new]
    if len(old) * len(new) > _PAIRS_AT_MOST:
        return [
            (place, place)
            for place in range(min(len(old), len(new)))
            if _likeness(old[place], new[place], old_words[place], new_words[place]) >= _ALIKE
        ]
    likeness = [[_likeness(a, b, old_words[i], new_words[j]) for j, b in enumerate(new)] for i, a in enumerate(old)]
    return _best_pairs(likeness)


def _best_pairs(likeness: list[list[float]]) -> list[tuple[int, int]]:
    height, width = len(likeness), len(likeness[0])
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    for i in range(height - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            paired = best[i + 1][j + 1] + likeness[i][j] if likeness[i][j] >= _ALIKE else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs, i, j = [], 0, 0
    while i < height and j < width:
        if likeness[i][j] >= _ALIKE and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness(old: Block, new: Block, old_words: Counter[str], new_words: Counter[str]) -> float:
    """Return how alike two blocks are, from 0 to 1; blocks of different kinds never are."""
    if old.kind != new.kind:
        return 0.0
    total = old_words.total() + new_words.total()
    if not total:
        return 0.5
    smaller, larger = sorted((old_words, new_words), key=len)
    return 2 * sum(min(count, larger[word]) for word, count in smaller.items()) / total


def _cells_of(change: BlockChange) -> tuple[tuple[Run, ...], ...]:
    """Return the runs of words in each cell of a block."""
    old, new = change.old, change.new
    if change.change != CHANGED or old is None or new is None:
        run = {MOVED_AWAY: REMOVED, MOVED_HERE: ADDED}.get(change.change, change.change)
        return tuple((Run(run, cell),) for cell in change.block.cells)
    if len(old.cells) == len(new.cells):
        return tuple(compare_words(before, after) for before, after in zip(old.cells, new.cells, strict=True))
    return tuple(_cells(old.cells, new.cells))


def _cells(old: tuple[str, ...], new: tuple[str, ...]) -> list[tuple[Run, ...]]:
    """Return a row's cells where a column was added or taken away."""
    cells: list[tuple[Run, ...]] = []
    at_old = at_new = 0
    for next_old, next_new in [*aligned(old, new), (len(old), len(new))]:
        cells += [(Run(REMOVED, cell),) for cell in old[at_old:next_old]]
        cells += [(Run(ADDED, cell),) for cell in new[at_new:next_new]]
        if next_old < len(old):
            cells.append((Run(SAME, new[next_new]),))
        at_old, at_new = next_old + 1, next_new + 1
    return cells


def _with_moves(changes: list[BlockChange]) -> list[BlockChange]:
    """Call moved what was removed in one place and added unchanged in another."""
    gone: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, change in enumerate(changes):
        if change.change == REMOVED and len(words(change.block.text)) >= _WORDS_OF_A_MOVE:
            gone[change.block.key].append(place)
    moved = list(changes)
    for place, change in enumerate(changes):
        if change.change == ADDED and gone.get(change.block.key):
            origin = gone[change.block.key].pop(0)
            moved[origin] = replace(changes[origin], change=MOVED_AWAY)
            moved[place] = replace(change, change=MOVED_HERE)
    return moved
