"""Two texts as one Word file with tracked changes: accepting all gives the newer text, rejecting all the older."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, groupby

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from docctl.adapters.word_document.merging import Merge
from docctl.adapters.word_document.package import open_word, write_word
from docctl.adapters.word_document.tracked_runs import Atom, atoms_of, compared_atoms, joined, note_key
from docctl.adapters.word_document.xml import element, style_of, text_of, w
from docctl.domain.word_difference import (
    ADDED,
    MOVED_AWAY,
    MOVED_HERE,
    REMOVED,
    SAME,
    Block,
    BlockChange,
    differences,
)

_WRAPPERS = {ADDED: "ins", REMOVED: "del", MOVED_AWAY: "moveFrom", MOVED_HERE: "moveTo"}
_BLOCKS = (w("p"), w("tbl"))
_OF_THE_MARK = (w("rPr"), w("sectPr"), w("pPrChange"))


@dataclass(frozen=True)
class ChangedBy:
    """Who made the changes, and when, as Word shows it at each of them."""

    author: str
    at: str


def with_tracked_changes(older: bytes, newer: bytes, changed_by: ChangedBy) -> bytes:
    """Return the newer of two Word files made from one template, with what changed since the older one tracked."""
    document, before = open_word(newer), open_word(older)
    body = document.element.body
    old_blocks = [deepcopy(block) for block in before.element.body if block.tag in _BLOCKS]
    holder = element("body", *old_blocks)
    merge = Merge(document, before)
    merge.take_footnotes(holder)
    merge.take_relationships(holder, before.part, document.part)
    merge.take_lists(holder)
    merge.take_styles(holder)
    _keep_places_of_links(body)
    referred = {note_key(note): text_of(note) for note in merge.footnotes()} | _pictures(document)
    new_blocks = [each for each in body if each.tag in _BLOCKS]
    changed = _Tracking(changed_by, referred).blocks(list(holder), new_blocks)
    for child in new_blocks:
        body.remove(child)
    for place, block in enumerate(changed):
        body.insert(place, block)
    merge.drop_unused_footnotes()
    return write_word(document)


def _keep_places_of_links(body: etree._Element) -> None:
    """Put the marks that links lead to into the paragraphs that follow them, so that they move with these."""
    for start in body.findall(w("bookmarkStart")):
        following = next(start.itersiblings(w("p")), None)
        end = next((each for each in body.findall(w("bookmarkEnd")) if each.get(w("id")) == start.get(w("id"))), None)
        for mark in (start, end):
            if mark is not None:
                body.remove(mark)
        if following is not None and end is not None:
            place = 1 if following.find(w("pPr")) is not None else 0
            following.insert(place, start)
            following.insert(place + 1, end)


def _pictures(document: Document) -> dict[str, str]:
    """Return what each relationship of a document shows, so that one picture is known in both texts."""
    parts = {name: each for name, each in document.part.rels.items() if not each.is_external}
    return {
        name: hashlib.sha256(each.target_part.blob).hexdigest()
        for name, each in parts.items()
        if each.reltype == RT.IMAGE
    }


@dataclass
class _Marked:
    """What became of a block: the block it came from, and the marked blocks that tell it."""

    kind: str
    source: etree._Element
    nodes: list[etree._Element]

    @property
    def is_paragraph(self) -> bool:
        """Whether the block is a paragraph."""
        return self.source.tag == w("p")


class _Tracking:
    """Marks changes with running numbers, an author and a time."""

    def __init__(self, changed_by: ChangedBy, referred: Mapping[str, str]) -> None:
        self._by = changed_by
        self._referred = referred
        self._numbers = count(90_001)
        self._moves: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._move_names = count(1)

    def mark(self, name: str, *children: etree._Element) -> etree._Element:
        """Return an element that says what was done, by whom and when."""
        return element(name, *children, id=str(next(self._numbers)), author=self._by.author, date=self._by.at)

    def blocks(self, old: Sequence[etree._Element], new: Sequence[etree._Element]) -> list[etree._Element]:
        """Return blocks that read as the new ones once all changes are accepted, and as the old ones once rejected."""
        marked: list[_Marked] = []
        for change in differences(_described(old, self._referred), _described(new, self._referred)):
            before = old[int(change.old.anchor)] if change.old else None
            after = new[int(change.new.anchor)] if change.new else None
            if before is not None and after is not None:
                one = self._paragraph(before, after) if after.tag == w("p") else self._table(before, after)
                marked.append(_Marked(SAME, after, [one]))
            else:
                source = after if before is None else before
                marked.append(_Marked(self._kind(change), source, self._whole(source, self._kind(change))))
        self._settle_last_paragraphs(marked)
        made: list[etree._Element] = []
        for each in marked:
            if made and made[-1].tag == w("tbl") == each.nodes[0].tag:
                made.append(element("p"))
            made += each.nodes
        return made

    def _settle_last_paragraphs(self, marked: list[_Marked]) -> None:
        """Before a table or an end a paragraph has nothing to flow into once its mark goes, so another's mark goes."""
        for place in range(len(marked) - 1, 0, -1):
            this = marked[place]
            is_last = place == len(marked) - 1 or not marked[place + 1].is_paragraph
            if not is_last or not this.is_paragraph or this.kind == SAME:
                continue
            self._tell_as_removed_and_added(marked, this)
            first = place
            while first > 0 and marked[first - 1].kind == this.kind and marked[first - 1].is_paragraph:
                first -= 1
            before = marked[first - 1] if first > 0 else None
            if before is None or not before.is_paragraph:
                continue
            self._tell_as_removed_and_added(marked, before)
            if before.kind != SAME:
                pair = (before, marked[first]) if before.kind == REMOVED else (marked[first], before)
                joined = self._paragraph(pair[0].source, pair[1].source)
                marked[first - 1] = before = _Marked(SAME, pair[1].source, [joined])
                marked[first].nodes = []
            if place > first or marked[first].nodes:
                self._hand_over_mark(before.nodes[0], this)
        marked[:] = [each for each in marked if each.nodes]

    def _tell_as_removed_and_added(self, marked: list[_Marked], moved: _Marked) -> None:
        """Tell a move as removed and added, because the mark of a moved paragraph cannot be handed over."""
        if moved.kind not in (MOVED_AWAY, MOVED_HERE):
            return
        text = text_of(moved.source)
        for each in marked:
            if each.kind in (MOVED_AWAY, MOVED_HERE) and text_of(each.source) == text:
                each.kind = REMOVED if each.kind == MOVED_AWAY else ADDED
                each.nodes = self._whole(each.source, each.kind)

    def _hand_over_mark(self, kept: etree._Element, last: _Marked) -> None:
        """Let the mark of the paragraph that stays come or go instead of the mark of the last one behind it."""
        ours = _mark_properties(last.nodes[0])
        ours.remove(ours[0])
        _mark_properties(kept).insert(0, self.mark(_WRAPPERS[last.kind]))
        stays, goes = kept.find(w("pPr")), last.source.find(w("pPr"))
        if last.kind == ADDED:
            self._note_former_properties(last.nodes[0], stays)
            return
        properties = last.nodes[0].find(w("pPr"))
        for child in list(properties):
            if child.tag not in (w("rPr"), w("sectPr")):
                properties.remove(child)
        for place, child in enumerate(each for each in stays if each.tag not in _OF_THE_MARK):
            properties.insert(place, deepcopy(child))
        self._note_former_properties(last.nodes[0], goes)

    def _kind(self, change: BlockChange) -> str:
        """A table that moved is told as removed and added, because Word has no moved rows."""
        if change.change in (MOVED_AWAY, MOVED_HERE) and not change.block.kind.startswith("paragraph"):
            return REMOVED if change.change == MOVED_AWAY else ADDED
        return change.change

    def _whole(self, block: etree._Element, kind: str) -> list[etree._Element]:
        """Mark a whole block as added, removed or moved."""
        block = deepcopy(block)
        if block.tag == w("tbl"):
            for row in block.findall(w("tr")):
                self._row(row, kind)
            return [block]
        text = text_of(block)
        self._mark_paragraph(block, kind)
        if kind in (MOVED_AWAY, MOVED_HERE):
            return self._between_move_marks(block, text, kind)
        return [block]

    def _between_move_marks(self, block: etree._Element, text: str, kind: str) -> list[etree._Element]:
        other = MOVED_HERE if kind == MOVED_AWAY else MOVED_AWAY
        if self._moves[text, other]:
            name = self._moves[text, other].pop(0)
        else:
            name = f"move{next(self._move_names)}"
            self._moves[text, kind].append(name)
        start = self.mark(f"{_WRAPPERS[kind]}RangeStart")
        start.set(w("name"), name)
        end = element(f"{_WRAPPERS[kind]}RangeEnd", id=start.get(w("id")))
        return [start, block, end]

    def _mark_paragraph(self, paragraph: etree._Element, kind: str) -> None:
        atoms = [(kind, atom) for atom in atoms_of(paragraph, self._referred)]
        self._refill(paragraph, atoms)
        _mark_properties(paragraph).insert(0, self.mark(_WRAPPERS[kind]))

    def _paragraph(self, before: etree._Element, after: etree._Element) -> etree._Element:
        """Return a paragraph in which only the words that changed are marked."""
        made = deepcopy(after)
        atoms = compared_atoms(atoms_of(before, self._referred), atoms_of(after, self._referred))
        self._refill(made, atoms)
        if style_of(before) != style_of(after):
            self._note_former_properties(made, before.find(w("pPr")))
        return made

    def _note_former_properties(self, paragraph: etree._Element, former: etree._Element | None) -> None:
        properties = _properties(paragraph)
        kept = element("pPr")
        for child in former if former is not None else ():
            if child.tag not in _OF_THE_MARK:
                kept.append(deepcopy(child))
        properties.append(self.mark("pPrChange", kept))

    def _refill(self, paragraph: etree._Element, atoms: Sequence[tuple[str, Atom]]) -> None:
        """Fill a paragraph with runs, those that changed wrapped in their marks, those of a link within it."""
        for child in list(paragraph):
            if child.tag != w("pPr"):
                paragraph.remove(child)
        for wrapper, linked in groupby(atoms, key=lambda pair: pair[1].link):
            target = paragraph
            if wrapper is not None:
                target = etree.SubElement(paragraph, wrapper.tag, wrapper.attrib, nsmap=wrapper.nsmap)
            shown = [(kind if atom.key else SAME, node) for kind, atom in linked for node in _shown_nodes(kind, atom)]
            for kind, same_kind in groupby(shown, key=lambda pair: pair[0]):
                nodes = joined([node for _, node in same_kind])
                if kind == SAME:
                    target.extend(nodes)
                else:
                    target.append(self.mark(_WRAPPERS[kind], *nodes))

    def _table(self, before: etree._Element, after: etree._Element) -> etree._Element:
        """Return a table with changed cells marked word by word, and rows that came or went marked whole."""
        made = deepcopy(after)
        old_rows, new_rows = before.findall(w("tr")), made.findall(w("tr"))
        rows: list[etree._Element] = []
        for change in differences(_rows(old_rows), _rows(new_rows)):
            old = old_rows[int(change.old.anchor)] if change.old else None
            new = new_rows[int(change.new.anchor)] if change.new else None
            if old is not None and new is not None and len(old.findall(w("tc"))) == len(new.findall(w("tc"))):
                self._cells(old, new)
                rows.append(new)
                continue
            rows += [self._row(deepcopy(old), REMOVED)] if old is not None else []
            rows += [self._row(new, ADDED)] if new is not None else []
        for row in new_rows:
            made.remove(row)
        made.extend(rows)
        return made

    def _cells(self, old: etree._Element, new: etree._Element) -> None:
        for before, after in zip(old.findall(w("tc")), new.findall(w("tc")), strict=True):
            blocks = [each for each in after if each.tag in _BLOCKS]
            changed = self.blocks([each for each in before if each.tag in _BLOCKS], blocks)
            for block in blocks:
                after.remove(block)
            after.extend(changed)
            if after[-1].tag != w("p"):
                after.append(element("p"))

    def _row(self, row: etree._Element, kind: str) -> etree._Element:
        mark = ADDED if kind in (ADDED, MOVED_HERE) else REMOVED
        properties = row.find(w("trPr"))
        if properties is None:
            properties = element("trPr")
            row.insert(0 if row.find(w("tblPrEx")) is None else 1, properties)
        properties.append(self.mark(_WRAPPERS[mark]))
        for paragraph in row.iter(w("p")):
            self._mark_paragraph(paragraph, mark)
        return row


def _shown_nodes(kind: str, atom: Atom) -> list[etree._Element]:
    """What stands for a piece; marks that show nothing go with what was removed."""
    if kind in (REMOVED, MOVED_AWAY):
        return [atom.as_removed()] if atom.key else []
    return [atom.node]


def _described(blocks: Sequence[etree._Element], referred: Mapping[str, str]) -> list[Block]:
    return [Block(_kind_of(block), (_shown(block, referred),), anchor=str(at)) for at, block in enumerate(blocks)]


def _rows(rows: Sequence[etree._Element]) -> list[Block]:
    return [
        Block("row", tuple(text_of(cell) for cell in row.findall(w("tc"))), anchor=str(at))
        for at, row in enumerate(rows)
    ]


def _kind_of(block: etree._Element) -> str:
    if block.tag == w("tbl"):
        return f"table of {_columns(block)}"
    return "paragraph heading" if style_of(block).startswith("Heading") else "paragraph"


def _columns(table: etree._Element) -> int:
    return len(table.findall(f"{w('tblGrid')}/{w('gridCol')}"))


def _shown(block: etree._Element, referred: Mapping[str, str]) -> str:
    """The text of a block with that of its footnotes, so that a changed footnote shows."""
    notes = (referred.get(note_key(mark), "") for mark in block.iter(w("footnoteReference")))
    return " ".join((text_of(block), *notes)).strip()


def _properties(paragraph: etree._Element) -> etree._Element:
    properties = paragraph.find(w("pPr"))
    if properties is None:
        properties = element("pPr")
        paragraph.insert(0, properties)
    return properties


def _mark_properties(paragraph: etree._Element) -> etree._Element:
    """The properties of the mark that ends a paragraph; they come before the section's and the change's."""
    properties = _properties(paragraph)
    found = properties.find(w("rPr"))
    if found is None:
        found = element("rPr")
        later = next(_later(properties), None)
        properties.append(found) if later is None else later.addprevious(found)
    return found


def _later(properties: etree._Element) -> Iterator[etree._Element]:
    return (child for child in properties if child.tag in (w("sectPr"), w("pPrChange")))
