"""The reader of the PDF: the passages that its tags tell of, in logical order, read from the bytes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from docctl.adapters.reading_back.pdf_lines import Drawn, said_with_gaps, seen_lines
from docctl.adapters.reading_back.pdf_pages import Leaf, pages_of
from docctl.domain.documents.described_fields import printed_rows
from docctl.domain.issued_files.formula_forms import formula_in_form
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.domain.issued_files.lines_from_right import told_by
from docctl.domain.issued_files.read_back import Fault
from docctl.domain.issued_files.reading_forms import (
    BULLET,
    BULLETS,
    is_empty_note,
    is_right_to_left,
    mark_in_form,
    tell_title,
    titles_in_letters,
)
from docctl.domain.issued_files.readings import DRAWN, LINE_END, SIGN, Cell, Flaw, Kind, Passage, Reading

_HEADINGS = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6", "Title"})
_PARAGRAPHS = _HEADINGS | frozenset({"P", "LBody", "LI", "TD", "TH", "Caption", "Note", "FENote", "BlockQuote"})
_NOT_READ = "¿"
"""LibreOffice draws it in a formula in place of what it could not read."""
_NOTES = frozenset({"Note", "FENote"})
_CONTENTS = frozenset({"TOC", "TOCI"})
_GROUPS = frozenset(
    (
        *("Document", "DocumentFragment", "Part", "Sect", "Div", "Art", "Aside", "NonStruct", "L", "Index"),
        *("Table", "THead", "TBody", "TFoot", "TR"),
    )
)


def read_pdf(data: bytes, sheet: IssueSheet) -> Reading:
    """Return what a PDF says of the text, passage by passage, without what docctl prints around it."""
    pages = pages_of(data)
    is_by_typst = pages.writer.startswith("Typst")
    passages = _passages(pages.leaves, in_order=is_by_typst)
    beside = tuple(pages.beside)
    if is_by_typst:  # then also the headers and footers are docctl's own
        passages, beside = _between_cover_and_record(passages, sheet), ()
    titles = titles_in_letters(sheet.title, sheet.number)
    passages += [_Tagged(text) for text in pages.untagged]
    flaws = [Flaw(fault, shown, place) for place, each in enumerate(passages) for fault, shown in each.flaws]
    return Reading(tell_title(passages, titles), tuple(flaws), beside=beside)


@dataclass
class _Building:
    """A passage that is put together from its pieces."""

    kind: Kind
    tag: str
    table: tuple[int, ...] = ()
    cell: Cell | None = None
    said: list[Drawn] = field(default_factory=list)
    mark: list[str] = field(default_factory=list)
    flaws: list[tuple[Fault, str]] = field(default_factory=list)
    is_item: bool = False
    is_optional: bool = False

    def passage(self, mark: str, *, in_order: bool) -> "_Tagged":
        """Return the passage, once it is whole; its signs tell more where all of it is known by them."""
        text = "".join(each.text for each in self.said).replace(DRAWN * 2, "")
        is_empty = self.kind == Kind.NOTE and is_empty_note(text)
        seen: tuple[str, ...] = ()
        if all(each.signs is not None for each in self.said):
            seen = seen_lines(self.said) if is_right_to_left(text) else ()
            text = told_by(seen) if seen else said_with_gaps(self.said) if in_order else text
        is_loose = self.is_item and bool(self.table)
        return _Tagged(
            text=text,
            kind=self.kind,
            mark=mark,
            cell=None if is_loose else self.cell,
            is_optional=self.is_optional or is_empty,
            may_be_elsewhere=is_loose,
            seen=seen,
            is_in_order=in_order,
            tag=self.tag,
            table=self.table,
            flaws=tuple(self.flaws),
        )


@dataclass(frozen=True)
class _Tagged(Passage):
    """A passage with the tag it stands under, and the place of its table among the tags."""

    tag: str = ""
    table: tuple[int, ...] = ()
    flaws: tuple[tuple[Fault, str], ...] = ()


def _passages(leaves: Iterable[Leaf], *, in_order: bool) -> list[_Tagged]:
    built: dict[tuple[int, ...], _Building] = {}
    last = None
    for leaf in leaves:
        if _CONTENTS & set(leaf.tags):
            if last is not None:
                last.is_optional = True
            continue
        at = _depth_of_passage(leaf)
        if leaf.path[:at] not in built:
            built[leaf.path[:at]] = _begun(leaf, at)
        last = built[leaf.path[:at]]
        _add(leaf, last, is_by_typst=in_order)
    found: list[_Tagged] = []
    mark, flaws = "", list[tuple[Fault, str]]()
    for each in built.values():
        has_bullet = each.is_item and not (mark or each.mark) and bool(each.said) and _is_bullet(each.said[0].text)
        own = each.said.pop(0).text if has_bullet else "".join(each.mark)
        has_text = any(drawn.text.strip() for drawn in each.said)
        mark = f"{mark} {own}".strip() if has_text or not has_bullet else ""
        flaws += each.flaws
        if has_text:
            each.flaws, flaws = flaws, []
            found.append(each.passage(mark, in_order=in_order))
            mark = ""
    return found


def _is_bullet(said: str) -> bool:
    return said.strip() in BULLETS or mark_in_form(said) == BULLET


def _begun(leaf: Leaf, at: int) -> _Building:
    tags = leaf.tags[:at]
    kind = Kind.HEADING if tags[-1] in _HEADINGS else Kind.TEXT
    tables = [place for place, tag in enumerate(tags, 1) if tag == "Table"]
    table = leaf.path[: tables[-1]] if tables else ()
    made = _Building(Kind.NOTE if _NOTES & set(tags) else kind, tags[-1], table, is_item="LI" in tags)
    cells = [place for place, tag in enumerate(tags, 1) if tag in ("TD", "TH")]
    if cells and cells[-1] > tables[-1]:
        made.cell = Cell(hash(table), hash(leaf.path[: cells[-1] - 1]), leaf.path[cells[-1] - 1])
    return made


def _add(leaf: Leaf, passage: _Building, *, is_by_typst: bool) -> None:
    """Put a piece to its passage: a label as mark or sign; a formula as Typst tells it, or as LibreOffice draws it."""
    passage.flaws.extend(leaf.flaws)
    if "Formula" in leaf.tags:
        if is_by_typst and leaf.alternative:
            passage.said.append(Drawn(f"{SIGN}{formula_in_form(leaf.alternative)}{SIGN}", leaf.page, None))
        elif not is_by_typst and leaf.text:
            if _NOT_READ in leaf.text:
                passage.flaws.append((Fault.NO_SHAPE, " ".join(leaf.text.replace(_NOT_READ, "").split())))
            passage.said.append(Drawn(f"{DRAWN}{leaf.text}{DRAWN}", leaf.page, None))
    elif "Figure" in leaf.tags:
        return
    elif "Lbl" in leaf.tags:
        holder = leaf.tags[leaf.tags.index("Lbl") - 1]
        if holder in _NOTES or holder == "LI":
            passage.mark.append(leaf.text.rstrip(LINE_END))
        else:
            passage.said.append(Drawn(f"{SIGN}{leaf.text.strip()}{SIGN}", leaf.page, leaf.signs, SIGN))
    else:
        passage.said.append(Drawn(leaf.text + LINE_END, leaf.page, leaf.signs))


def _depth_of_passage(leaf: Leaf) -> int:
    """How many of the tags there are down to the one that makes a passage."""
    paragraphs = [
        place
        for place, tag in enumerate(leaf.tags, 1)
        if tag in _PARAGRAPHS or (tag == "Code" and not _PARAGRAPHS & set(leaf.tags[:place]))
    ]
    groups = [place for place, tag in enumerate(leaf.tags, 1) if tag in _GROUPS]
    inmost = max(paragraphs, default=0)
    return inmost if inmost > max(groups, default=0) else min(len(leaf.tags), max(groups, default=0) + 1)


def _between_cover_and_record(passages: list[_Tagged], sheet: IssueSheet) -> list[_Tagged]:
    """Leave out the first page that the layout of docctl puts before the text, and the record behind it."""
    tables = list(dict.fromkeys(passage.table for passage in passages if passage.table))
    # A long number breaks between its letters, and is read with gaps there.
    cover = tables[: 1 + len(printed_rows(sheet))]
    stated = {"".join(passage.text.split()) for passage in passages if passage.table in cover}
    begin = 0
    if {"".join(text.split()) for text in (sheet.number, sheet.revision)} <= stated:
        begin = max(place for place, passage in enumerate(passages, 1) if passage.table in cover)
    end = max((place for place, passage in enumerate(passages) if passage.tag == "H1"), default=len(passages))
    return passages[begin:end]
