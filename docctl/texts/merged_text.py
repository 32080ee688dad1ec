"""Two texts that began as one, put together where they changed different places."""

from difflib import SequenceMatcher
from itertools import pairwise

Change = tuple[int, int, list[str]]


def merged_text(base: str, one: str, other: str) -> str | None:
    """Return the base with the changes of both; nothing where both changed the same block, or blocks that touch."""
    blocks = _blocks(base)
    changes = _changes_of_both(blocks, one, other)
    if _meeting(changes) is not None:
        return None
    for start, end, new in reversed(changes):
        blocks[start:end] = new
    return "\n\n".join(blocks).rstrip("\n") + "\n"


def where_both_changed(base: str, one: str, other: str) -> str:
    """Return the first block of the base that both changed, or beside which they did; nothing where none is."""
    blocks = _blocks(base)
    meeting = _meeting(_changes_of_both(blocks, one, other))
    return "" if meeting is None else next(iter(blocks[meeting[0] :]), "") or next(reversed(blocks), "")


def _changes_of_both(blocks: list[str], one: str, other: str) -> list[Change]:
    """Return what was changed, in the order of the text; what both changed alike is changed once."""
    ours, theirs = _changes(blocks, _blocks(one)), _changes(blocks, _blocks(other))
    alone = [change for change in theirs if change not in ours]
    return sorted([*ours, *alone], key=lambda change: (change[0], change[1]))


def _meeting(changes: list[Change]) -> Change | None:
    """Return the first change that the one before it reaches."""
    return next((second for first, second in pairwise(changes) if first[1] >= second[0]), None)


def _blocks(text: str) -> list[str]:
    return [block for block in text.strip("\n").split("\n\n") if block.strip()]


def _changes(before: list[str], after: list[str]) -> list[Change]:
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(start, end, after[first:last]) for kind, start, end, first, last in found if kind != "equal"]
