"""Two texts as one Word file with tracked changes: accepting all gives the newer text, rejecting all the older."""

import hashlib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, groupby, zip_longest

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from docctl.adapters.word_document.apart import fill_word
from docctl.adapters.word_document.comparing.merging import Merge
from docctl.adapters.word_document.comparing.tracked_blocks import Tracked, stretches, tail_of, tracked_blocks
from docctl.adapters.word_document.comparing.tracked_formulas import write_formulas_beside
from docctl.adapters.word_document.comparing.tracked_lists import join_lists
from docctl.adapters.word_document.comparing.tracked_properties import (
    are_alike,
    mark_properties,
    own_properties,
    properties_of,
)
from docctl.adapters.word_document.comparing.tracked_runs import Atom, atoms_of, compared_atoms, joined, note_key
from docctl.adapters.word_document.controls import content_of, controls_in
from docctl.adapters.word_document.package import open_word, write_word
from docctl.adapters.word_document.xml import element, text_of, w
from docctl.domain.documents.word_controls import BODY_CONTROL
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.texts.differences import ADDED, MOVED_AWAY, MOVED_HERE, REMOVED, SAME, Block, block_changes

_WRAPPERS = {ADDED: "ins", REMOVED: "del", MOVED_AWAY: "moveFrom", MOVED_HERE: "moveTo"}
_CHANGED = tuple(map(w, _WRAPPERS.values()))
_BLOCKS = (w("p"), w("tbl"))


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
    join_lists(holder, body, merge.numbering())
    _keep_places_of_links(body)
    referred = {note_key(note): text_of(note) for note in merge.footnotes()} | _pictures(document)
    new_blocks = [each for each in body if each.tag in _BLOCKS]
    changed = Tracking(changed_by, referred).blocks(list(holder), new_blocks)
    for child in new_blocks:
        body.remove(child)
    for place, block in enumerate(changed):
        body.insert(place, block)
    merge.drop_unused_footnotes()
    return write_word(document)


def comparison_in_template(template: bytes, tracked: bytes, sheet: IssueSheet) -> bytes:
    """Return a text with tracked changes in its template, free of the control that holds it in an issued file.

    LibreOffice cannot take out what came first in a control, and with a picture at the end of a text also the mark
    behind it, so that a line without words has to follow such a picture.
    """
    document = open_word(fill_word(template, tracked, sheet))
    for control in controls_in(document.element, BODY_CONTROL):
        content = content_of(control)
        if len(content) and any(
            next(mark.iter(w("drawing")), None) is not None for mark in content[-1].iter(*_CHANGED)
        ):
            content.append(element("p"))
        for child in list(content):
            control.addprevious(child)
        control.getparent().remove(control)
    write_formulas_beside(document.element.body)
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


class Tracking:
    """Marks changes with running numbers, an author and a time."""

    def __init__(self, changed_by: ChangedBy, referred: Mapping[str, str]) -> None:
        self._by = changed_by
        self._referred = referred
        self._numbers = count(90_001)
        self._move_names = count(1)

    def mark(self, name: str, *children: etree._Element) -> etree._Element:
        """Return an element that says what was done, by whom and when."""
        return element(name, *children, id=str(next(self._numbers)), author=self._by.author, date=self._by.at)

    def blocks(self, old: Sequence[etree._Element], new: Sequence[etree._Element]) -> list[etree._Element]:
        """Return blocks that read as the new ones once all changes are accepted, and as the old ones once rejected."""
        changes = block_changes(_described(old, self._referred), _described(new, self._referred))
        made: list[etree._Element] = []
        for are_paragraphs, stretch in stretches(tracked_blocks(changes, old, new, self._move_names)):
            if are_paragraphs:
                made += self._paragraphs(stretch)
                continue
            for table in stretch:
                if made and made[-1].tag == w("tbl"):
                    made.append(element("p"))
                made.append(self._table(table.before, table.after) if table.kind == SAME else self._whole_table(table))
        return made

    def _paragraphs(self, stretch: list[Tracked]) -> list[etree._Element]:
        """Return paragraphs up to a table or an end; the mark of the last one stays, whatever becomes of its text."""
        before, tail = tail_of(stretch)
        made: list[etree._Element] = []
        for each in before:
            made += [self._paragraph(each.before, each.after)] if each.kind == SAME else self._whole(each)
        return made + self._tail(tail)

    def _tail(self, tail: list[Tracked]) -> list[etree._Element]:
        """Let what came or went bring or take the mark before it, because the last mark has nothing to flow into.

        A mark carries the properties of the text before it; of two paragraphs that become one, Word keeps those of the
        second and LibreOffice those of the first, so each says what it is and what it was.
        """
        made: list[etree._Element] = []
        newer: etree._Element | None = None
        older: etree._Element | None = None
        for this, following in zip_longest(tail, tail[1:]):
            newer = newer if this.after is None else this.after.find(w("pPr"))
            older = older if this.before is None else this.before.find(w("pPr"))
            paragraph = element("p")
            self._refill(paragraph, self._atoms(this))
            if newer is not None:
                paragraph.insert(0, deepcopy(newer))
            if following is not None:
                mark_properties(paragraph).insert(0, self.mark(_WRAPPERS[following.kind]))
            if not are_alike(newer, older):
                self._note_former_properties(paragraph, older)
            made.append(paragraph)
        return made

    def _atoms(self, paragraph: Tracked) -> list[tuple[str, Atom]]:
        if paragraph.kind != SAME:
            return [(paragraph.kind, atom) for atom in atoms_of(paragraph.block, self._referred)]
        return compared_atoms(*(atoms_of(each, self._referred) for each in (paragraph.before, paragraph.after)))

    def _whole_table(self, table: Tracked) -> etree._Element:
        made = deepcopy(table.block)
        for row in made.findall(w("tr")):
            self._row(row, table.kind)
        return made

    def _whole(self, paragraph: Tracked) -> list[etree._Element]:
        """Mark a whole paragraph as added, removed or moved."""
        made = deepcopy(paragraph.block)
        self._mark_paragraph(made, paragraph.kind)
        if not paragraph.kind.startswith("moved"):
            return [made]
        start = self.mark(f"{_WRAPPERS[paragraph.kind]}RangeStart")
        start.set(w("name"), paragraph.move)
        return [start, made, element(f"{_WRAPPERS[paragraph.kind]}RangeEnd", id=start.get(w("id")))]

    def _mark_paragraph(self, paragraph: etree._Element, kind: str) -> None:
        atoms = [(kind, atom) for atom in atoms_of(paragraph, self._referred)]
        self._refill(paragraph, atoms)
        mark_properties(paragraph).insert(0, self.mark(_WRAPPERS[kind]))

    def _paragraph(self, before: etree._Element, after: etree._Element) -> etree._Element:
        """Return a paragraph in which only the words that changed are marked."""
        made = deepcopy(after)
        self._refill(made, self._atoms(Tracked(SAME, before, after)))
        if not are_alike(before.find(w("pPr")), after.find(w("pPr"))):
            self._note_former_properties(made, before.find(w("pPr")))
        return made

    def _note_former_properties(self, paragraph: etree._Element, former: etree._Element | None) -> None:
        properties_of(paragraph).append(self.mark("pPrChange", element("pPr", *own_properties(former))))

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
        for change in block_changes(_rows(old_rows), _rows(new_rows)):
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
    return "paragraph"


def _columns(table: etree._Element) -> int:
    return len(table.findall(f"{w('tblGrid')}/{w('gridCol')}"))


def _shown(block: etree._Element, referred: Mapping[str, str]) -> str:
    """The text of a block with that of its footnotes, so that a changed footnote shows."""
    notes = (referred.get(note_key(mark), "") for mark in block.iter(w("footnoteReference")))
    return " ".join((text_of(block), *notes)).strip()
