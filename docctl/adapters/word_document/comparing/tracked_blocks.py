"""What became of the blocks of a Word text, and where one that moved must be told as removed and added."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby

from lxml import etree

from docctl.adapters.word_document.xml import w
from docctl.texts.differences import ADDED, CHANGED, MOVED_AWAY, MOVED_HERE, REMOVED, SAME, BlockChange


@dataclass
class Tracked:
    """What became of one block: as it was, as it is, and the name of its move where it moved."""

    kind: str
    before: etree._Element | None
    after: etree._Element | None
    move: str = ""

    @property
    def block(self) -> etree._Element:
        """The block as it is now, or as it was where it is gone."""
        return self.before if self.after is None else self.after

    @property
    def is_paragraph(self) -> bool:
        """Whether the block is a paragraph."""
        return bool(self.block.tag == w("p"))


def tracked_blocks(
    changes: Iterable[BlockChange], old: Sequence[etree._Element], new: Sequence[etree._Element], names: "count[int]"
) -> list[Tracked]:  # fmt: skip
    """Return what became of each block, in reading order; only a paragraph that others follow is told as moved."""
    blocks = []
    waiting: dict[tuple[str, tuple[str, ...]], list[Tracked]] = defaultdict(list)
    for change in changes:
        before = old[int(change.old.anchor)] if change.old else None
        after = new[int(change.new.anchor)] if change.new else None
        one = Tracked(SAME if change.change == CHANGED else change.change, before, after)
        blocks.append(one)
        if one.kind in (MOVED_AWAY, MOVED_HERE):
            other = waiting[MOVED_HERE if one.kind == MOVED_AWAY else MOVED_AWAY, change.block.key]
            if other:
                one.move = other.pop(0).move
            else:
                one.move = f"move{next(names)}"
                waiting[one.kind, change.block.key].append(one)
    _settle_moves(blocks)
    return blocks


def _settle_moves(blocks: list[Tracked]) -> None:
    """Tell as removed and added what cannot be told as moved: tables, and what stands last before a table or an end."""
    settled = {each.move for each in blocks if not each.is_paragraph}
    for are_paragraphs, stretch in stretches(blocks):
        if are_paragraphs:
            settled |= {each.move for each in stretch[last_kept(stretch) + 1 :]}
    for each in blocks:
        if each.move in settled:
            each.kind = {MOVED_AWAY: REMOVED, MOVED_HERE: ADDED}.get(each.kind, each.kind)


def stretches(blocks: Iterable[Tracked]) -> Iterator[tuple[bool, list[Tracked]]]:
    """Return the stretches of paragraphs, and of tables, between which no text can flow."""
    for are_paragraphs, stretch in groupby(blocks, key=lambda each: each.is_paragraph):
        yield are_paragraphs, list(stretch)


def last_kept(stretch: Sequence[Tracked]) -> int:
    """Return the place of the last paragraph that stands in both texts, -1 where there is none."""
    return max((place for place, each in enumerate(stretch) if each.kind == SAME), default=-1)


def tail_of(stretch: list[Tracked]) -> tuple[list[Tracked], list[Tracked]]:
    """Return what stands before the last kept paragraph, and from there on what came and went at the end.

    Where nothing was kept, what went first and what came first are told as one paragraph that changed.
    """
    place = last_kept(stretch)
    if place >= 0:
        return stretch[:place], stretch[place:]
    gone = next((each for each in stretch if each.kind == REMOVED), None)
    came = next((each for each in stretch if each.kind == ADDED), None)
    if gone is None or came is None:
        return [], stretch
    rest = [each for each in stretch if each not in (gone, came)]
    return [], [Tracked(SAME, gone.before, came.after), *rest]
