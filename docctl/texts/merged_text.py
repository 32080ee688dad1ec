"""Two texts that began as one, put together where they changed different places."""

from difflib import SequenceMatcher
from itertools import pairwise

Change = tuple[int, int, list[str]]


def merged_text(base: str, one: str, other: str) -> str | None:
    """Return the base with the changes of both; nothing where both changed the same block, or blocks that touch."""
    blocks = _blocks(base)
    ours, theirs = _changes(blocks, _blocks(one)), _changes(blocks, _blocks(other))
    both = [change for change in theirs if change in ours]
    theirs = [change for change in theirs if change not in both]
    changes = sorted([*ours, *theirs], key=lambda change: (change[0], change[1]))
    if any(first[1] >= second[0] for first, second in pairwise(changes)):
        return None
    for start, end, new in reversed(changes):
        blocks[start:end] = new
    return "\n\n".join(blocks).rstrip("\n") + "\n"


def _blocks(text: str) -> list[str]:
    return [block for block in text.strip("\n").split("\n\n") if block.strip()]


def _changes(before: list[str], after: list[str]) -> list[Change]:
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(start, end, after[first:last]) for kind, start, end, first, last in found if kind != "equal"]
