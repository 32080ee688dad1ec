"""Where the words of a text came from: which texts of a series brought each paragraph, and which changed it since."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from docctl.texts.differences import MOVED_AWAY, MOVED_HERE, REMOVED, SAME, Block, BlockChange, block_changes
from docctl.texts.text_blocks import HEADING

Place = tuple[str, str]


@dataclass(frozen=True)
class Touch:
    """A text of the series that brought or changed a block, and where the block stood in that text."""

    text: int
    place: int
    anchor: str


@dataclass(frozen=True)
class Origin:
    """A block of the newest text with what touched it, oldest first; a block that only moved keeps its origin."""

    block: Block
    touches: tuple[Touch, ...]

    @property
    def first(self) -> Touch:
        """What first brought the block."""
        return self.touches[0]

    @property
    def last(self) -> Touch:
        """What brought the block as it stands."""
        return self.touches[-1]


@dataclass(frozen=True)
class SectionOrigin:
    """A section of the newest text: its blocks, the texts that touched it, and those that took something out of it."""

    title: str
    anchor: str
    blocks: tuple[Origin, ...]
    touched: tuple[int, ...]
    taken_out: tuple[int, ...]


def origins_of(texts: Sequence[Sequence[Block]]) -> tuple[SectionOrigin, ...]:
    """Return the sections of the last text, and for each block the texts, counted from 0, that brought and changed it.

    What each text did to the one before it is told by the same alignment as the comparison of the two.
    """
    traced = _Traced()
    for text in texts:
        traced.follow(text)
    return traced.sections()


class _Traced:
    """A text of the series with the origins of its blocks, and what was done to its sections."""

    def __init__(self) -> None:
        self._text = -1
        self._origins: list[Origin] = []
        self._touched: dict[Place, set[int]] = {}
        self._taken_out: dict[Place, set[int]] = {}

    def follow(self, blocks: Sequence[Block]) -> None:
        """Take the next text of the series."""
        self._text += 1
        changes = block_changes([origin.block for origin in self._origins], blocks)
        self._follow_sections(changes, blocks)
        self._origins = self._followed(changes)

    def sections(self) -> tuple[SectionOrigin, ...]:
        """Return the sections in reading order."""
        blocks: dict[Place, list[Origin]] = {}
        for origin in self._origins:
            blocks.setdefault(_place(origin.block), []).append(origin)
        return tuple(
            SectionOrigin(
                *place,
                blocks=tuple(origins),
                touched=tuple(sorted(self._touched[place] | {each.text for one in origins for each in one.touches})),
                taken_out=tuple(sorted(self._taken_out[place])),
            )
            for place, origins in blocks.items()
        )

    def _followed(self, changes: Iterable[BlockChange]) -> list[Origin]:
        before = iter(self._origins)
        earlier = [next(before).touches if change.old is not None else () for change in changes]
        moved: dict[tuple[str, ...], deque[tuple[Touch, ...]]] = defaultdict(deque)
        for change, touches in zip(changes, earlier, strict=True):
            if change.change == MOVED_AWAY:
                moved[change.block.key].append(touches)
        followed: list[Origin] = []
        for change, touches in zip(changes, earlier, strict=True):
            if change.new is None:
                continue
            if change.change == MOVED_HERE:
                touches = moved[change.block.key].popleft()
            elif change.change != SAME:
                touches = (*touches, Touch(self._text, len(followed), change.new.anchor))
            followed.append(Origin(change.new, touches))
        return followed

    def _follow_sections(self, changes: Sequence[BlockChange], blocks: Sequence[Block]) -> None:
        places = dict.fromkeys(map(_place, blocks))
        became = _sections_kept(changes, places)
        touched: dict[Place, set[int]] = {place: set() for place in places}
        taken_out: dict[Place, set[int]] = {place: set() for place in places}
        for old, place in became.items():
            touched[place] |= self._touched.get(old, set())
            taken_out[place] |= self._taken_out.get(old, set())
        here = next(iter(places), ("", ""))
        for change in changes:
            here = _place(change.new) if change.new is not None else here
            place = here if change.new is not None else became.get(_place(change.block), here)
            if change.change != SAME and place in touched:
                touched[place].add(self._text)
                is_heading_kept = change.block.kind == HEADING and _place(change.block) in became
                if change.change == REMOVED and not is_heading_kept:
                    taken_out[place].add(self._text)
        self._touched, self._taken_out = touched, taken_out


def _sections_kept(changes: Iterable[BlockChange], places: Collection[Place]) -> dict[Place, Place]:
    """Return which section of the new text each section of the old one became: as its heading did, else by its name.

    A section that went altogether became none; what it lost is counted to the section above it.
    """
    became: dict[Place, Place] = {}
    gone: dict[tuple[str, ...], deque[Place]] = defaultdict(deque)
    came: dict[tuple[str, ...], deque[Place]] = defaultdict(deque)
    for change in changes:
        if change.block.kind != HEADING:
            continue
        if change.old is not None and change.new is not None:
            became[_place(change.old)] = _place(change.new)
        elif change.old is not None:
            gone[change.old.key].append(_place(change.old))
        elif change.new is not None:
            came[change.new.key].append(_place(change.new))
    for key, olds in gone.items():
        became.update(zip(olds, came[key], strict=False))
    for place in ("", ""), ("", "footnotes"):
        if place in places:
            became.setdefault(place, place)
    return became


def _place(block: Block) -> Place:
    return block.section, block.anchor
